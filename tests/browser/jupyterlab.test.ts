import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { requireSystem } from '../system';
import { JupyterLab, runCodeCell } from './jupyterlab';

const SCREENSHOTS = path.join(packageRoot(), '.build', 'screenshots');

describe('JupyterLab in Chromium', function () {
  this.timeout(300_000);
  let lab: JupyterLab;
  let empty: string;

  before(async function () {
    const executable = requireSystem(this, 'chromium');
    empty = mkdtempSync(path.join(tmpdir(), 'segcourse-empty-'));
    lab = await JupyterLab.start(executable, { SEGCOURSE_PLAN: 'quick', SEGCOURSE_DATA_MIRROR: empty });
  });
  after(async () => {
    await lab?.stop();
    if (empty) rmSync(empty, { recursive: true });
  });

  it('opens 8.3.4, runs its first cells and shows the sections with their membranes', async () => {
    const page = await lab.open('8.3.4-training-unet-on-isbi-2012.ipynb', { width: 1280, height: 900 });
    for (const cell of [0, 1, 2]) await runCodeCell(page, cell);
    const outputs = page.locator('.jp-CodeCell').nth(2).locator('.jp-OutputArea');
    await outputs.getByText('section 30').waitFor();
    const pictures = outputs.locator('img');
    const sizes = await pictures.evaluateAll((images) =>
      images.map((image) => [(image as HTMLImageElement).naturalWidth, image.getBoundingClientRect().width]),
    );
    assert.equal(sizes.length, 4);
    sizes.forEach(([own, shown]) =>
      assert.ok(own === 512 && shown > 100, `picture ${own} wide, shown ${shown} wide`),
    );
    assert.equal(await page.locator('.jp-OutputArea-output[data-mime-type*="stderr"]').count(), 0);
    mkdirSync(SCREENSHOTS, { recursive: true });
    await outputs.scrollIntoViewIfNeeded();
    await page.screenshot({ path: path.join(SCREENSHOTS, '8.3.4-first-cells.png') });
    await page.close();
  });
});
