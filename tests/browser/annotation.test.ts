import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { packageRoot } from '../../lib/io/package-root';
import { requireSystem } from '../system';
import { JupyterLab, notebookOf, runCodeCell } from './jupyterlab';

const SCREENSHOTS = path.join(packageRoot(), '.build', 'screenshots');

/**
 * Images of 64 × 96 with bright squares of 20 × 20, and a model that finds the square of the first positive point, or the
 * one in the middle of the box.
 */
const CELLS = [
  `import { annotate } from 'segcourse';
import type { Image, Prompter } from 'segcourse';
const shape = [64, 96];
const squares = (...corners: [number, number][]): Image<Uint8Array> => {
  const isBright = (row: number, column: number) => corners.some(([top, left]) => row >= top && row < top + 20 && column >= left && column < left + 20);
  return { data: Uint8Array.from({ length: 64 * 96 }, (_, at) => (isBright(Math.floor(at / 96), at % 96) ? 200 : 40)), shape, channels: 1 };
};
const model: Prompter = {
  embed: async () => undefined,
  segment: async (image, { points = [], box }) => {
    const middle = box && { row: (box.top + box.bottom) / 2, column: (box.left + box.right) / 2 };
    const { row, column } = middle ?? points.find(({ label }) => label === 'positive')!;
    const near = (at: number) => Math.abs(Math.floor(at / 96) - row) < 20 && Math.abs((at % 96) - column) < 20;
    const mask = { data: Uint8Array.from(image.data, (value, at) => Number(value > 100 && near(at))), shape, channels: 1 };
    return [{ mask, score: 1 - points.length / 10, logits: { ...mask, data: Float32Array.from(mask.data) } }];
  },
};
const annotation = await annotate([squares([10, 10], [30, 60]), squares([40, 5])], model, { title: 'Squares', classes: ['cell', 'gland'] });`,
  `const counts = annotation.labels.map(({ data }) => [1, 2, 3].map((label) => data.filter((value) => value === label).length).join(' '));
console.log(counts.join(' | '), annotation.objects.map(({ label }) => label).join(' '));`,
];

describe('annotation in JupyterLab', function () {
  this.timeout(120_000);
  let lab: JupyterLab | undefined;
  let folder: string | undefined;
  let page: Page;
  let widget: Locator;
  let stage: Locator;
  before(async function () {
    const executable = requireSystem(this, 'chromium');
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-annotation-'));
    writeFileSync(path.join(folder, 'annotation.ipynb'), JSON.stringify(notebookOf(CELLS)));
    lab = await JupyterLab.start(executable, {}, folder);
    page = await lab.open('annotation.ipynb', { width: 1000, height: 1300 });
    await runCodeCell(page, 0);
    widget = page.getByRole('group', { name: 'Squares', exact: true });
    stage = widget.getByRole('application');
    await says('Click an object');
  });
  after(async () => {
    await lab?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  const says = (words: string | RegExp) => widget.getByRole('status').filter({ hasText: words }).waitFor();
  /** Where a pixel's middle is on the screen. */
  const at = async (row: number, column: number): Promise<[number, number]> => {
    const box = (await stage.boundingBox())!;
    return [box.x + ((column + 0.5) / 96) * box.width, box.y + ((row + 0.5) / 64) * box.height];
  };
  const click = async (row: number, column: number, button: 'left' | 'right' = 'left') =>
    page.mouse.click(...(await at(row, column)), { button });
  const shot = (name: string) => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    return page.screenshot({ path: path.join(SCREENSHOTS, `annotation-${name}.png`) });
  };

  it('takes points, boxes, undo and classes by mouse', async () => {
    await click(20, 20);
    await says('1 point: 400 pixels');
    await click(5, 50, 'right');
    await says('2 points: 400 pixels, estimated IoU 0.80');
    await shot('mouse');
    await widget.getByRole('button', { name: 'Undo' }).click();
    await says('Undone. 1 point');
    await widget.getByRole('button', { name: 'Accept' }).click();
    await says('Object 1 accepted');
    await widget.getByRole('combobox', { name: 'Class' }).selectOption('gland');
    await says('The next object is: gland');
    await page.mouse.move(...(await at(28, 58)));
    await page.mouse.down();
    await page.mouse.move(...(await at(40, 70)), { steps: 3 });
    await page.mouse.move(...(await at(51, 81)), { steps: 3 });
    await page.mouse.up();
    await says('a box: 400 pixels');
  });

  it('takes everything by keyboard, and keeps the focus when its still picture is replaced', async () => {
    const replaced = widget.evaluate(
      (element) => new Promise((resolve) => element.addEventListener('moved', resolve)),
    );
    await stage.focus();
    await page.keyboard.press('a');
    await says('Object 2 accepted');
    await replaced;
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press('PageDown');
    await says(/image-2, image 2 of 2/);
    await press('Shift+ArrowDown', ...Array<string>(4).fill('Shift+ArrowLeft'), 'ArrowRight');
    await says('Row 42, column 9');
    await press('n');
    await says('A negative point');
    await press('Control+z');
    await says('Undone');
    await press('b', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Enter');
    await says('a box: 400 pixels');
    await press('Escape');
    await says('Prompts discarded');
    await press('Enter');
    await says('1 point: 400 pixels');
    await shot('keyboard');
    await press('a');
    await says('Object 1 accepted');
    await press('Delete');
    await says('Object 1 deleted');
    await press('u');
    await says('Undone. 1 object accepted');
    await runCodeCell(page, 1);
    await page.getByText('400 400 0 | 400 0 0 cell gland gland').waitFor();
  });

  it('is a still picture in what is saved, and comes to life again where that is opened', async () => {
    const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
    await page.keyboard.press('Control+s');
    await saved;
    const { cells } = JSON.parse(readFileSync(lab!.fileOf('annotation.ipynb'), 'utf8')) as {
      cells: { outputs: { data: Record<string, string[]> }[] }[];
    };
    const html = cells[0].outputs[0].data['text/html'].join('');
    assert.match(html, /3 accepted/);
    assert.equal(html.match(/<img src="data:image\/png/g)!.length, 2);
    assert.equal(cells[0].outputs.length, 1);
    await page.goto('about:blank');
    await page.setContent(html);
    await page.getByText('A still picture of what was accepted').waitFor();
    assert.equal(await page.locator('button').count(), 0);
    await page.close();
    page = await lab!.open('annotation.ipynb', { width: 700, height: 900 });
    widget = page.getByRole('group', { name: 'Squares', exact: true });
    stage = widget.getByRole('application');
    await says('1 object accepted');
    await stage.focus();
    await page.keyboard.press('PageUp');
    await says('image-1, image 1 of 2. 2 objects accepted');
  });
});
