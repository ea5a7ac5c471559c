import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DISPLAY } from '../../lib/display/bundle';
import { embeddingChart } from '../../lib/display/embedding-chart';
import { packageRoot } from '../../lib/io/package-root';
import { requireSystem } from '../system';
import { accessibilityProblems } from './accessibility';
import { launchChromium } from './chromium';

const SCREENSHOTS = path.join(packageRoot(), '.build', 'screenshots');
const labels = ['dog', 'cat', 'dog', 'car'];
const pictures = labels.map((_, index) => ({
  data: new Uint8Array(48).fill(60 * index),
  height: 4,
  width: 4,
  channels: 3 as const,
}));
const corners: [number, number][] = [[0, 0], [1, 0], [0, 1], [1, 1]]; // prettier-ignore
const panels = ['first', 'second'].map((title) => ({ title, points: corners }));

describe('browser/embedding-chart', function () {
  this.timeout(60_000);
  let chromium = '';
  before(function () {
    chromium = requireSystem(this, 'chromium');
    mkdirSync(SCREENSHOTS, { recursive: true });
  });

  it('shows pictures under the pointer and by the keys, on a page without kernel or network', async () => {
    const { data } = await embeddingChart(panels, { title: 'Pets', pictures, labels })[DISPLAY]();
    const browser = await launchChromium(chromium);
    try {
      const page = await browser.newPage({ viewport: { width: 1100, height: 600 } });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.setContent(
        `<!doctype html><html lang="en"><title>figure</title><body>${String(data['text/html'])}</body>`,
      );
      const figure = page.locator('figure');
      const card = figure.locator('div img');
      const mark = (name: string) => figure.locator(`path[aria-label="${name}"]`);
      assert.equal(await card.isVisible(), false);

      await mark('1:2 cat').hover();
      assert.equal(await card.isVisible(), true);
      assert.equal(await card.getAttribute('alt'), 'cat');
      assert.equal(await figure.locator('figcaption').textContent(), 'Picture 2 of 4: cat');
      // The same picture is marked in the other map; other classes fade.
      const styleOf = (name: string, property: 'stroke' | 'opacity') =>
        mark(name).evaluate((element, key) => (element as SVGElement).style[key], property);
      assert.equal(await styleOf('2:2 cat', 'stroke'), 'rgb(0, 0, 0)');
      assert.deepEqual(
        [await styleOf('1:1 dog', 'opacity'), await styleOf('2:2 cat', 'opacity')],
        ['0.15', '1'],
      );
      await page.screenshot({ path: path.join(SCREENSHOTS, 'embedding-chart.png') });

      await page.mouse.move(1, 1);
      assert.equal(await card.isVisible(), false);
      assert.deepEqual(await accessibilityProblems(page), []);
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowRight');
      assert.equal(await card.getAttribute('alt'), 'dog');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      assert.equal(await figure.locator('figcaption').textContent(), 'Picture 3 of 4: dog');
      await page.keyboard.press('Escape');
      assert.equal(await card.isVisible(), false);
      assert.deepEqual(errors, []);
    } finally {
      await browser.close();
    }
  });
});
