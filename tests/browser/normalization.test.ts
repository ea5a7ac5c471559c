import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { syntheticCt } from '../../lib/datasets/synthetic/ct';
import { DISPLAY } from '../../lib/display/bundle';
import { normalizationExplorer } from '../../lib/display/normalization-explorer';
import { minMax, zScore } from '../../lib/transforms/intensity/normalize';
import { requireSystem } from '../system';
import { accessibilityProblems } from './accessibility';
import { launchChromium } from './chromium';

const SLICES = 40;
const [SIDE, GREY] = [48, [-1000, 600] as const];
const ct = syntheticCt({ slices: SLICES, size: SIDE }).volume;
const PANES = ['raw', 'z-score, each slice', 'z-score, volume', 'min–max, each slice', 'min–max, volume'];

/** Greys of a slice in each pane: both scopes have those that show the normalised volume as the raw one. */
function expectedGreys(slice: number): number[][] {
  const between = (data: ArrayLike<number>, of: (value: number) => number) => {
    const [black, white] = GREY.map(of);
    const own = Array.from(data).slice(slice * SIDE * SIDE, (slice + 1) * SIDE * SIDE);
    return own.map((value) => Math.min(255, Math.max(0, (255 * (value - black)) / (white - black))));
  };
  // What normalising the volume makes of any value, from two voxels of it.
  const volumeMap = (normalized: ArrayLike<number>) => {
    const [low, high] = [ct.data.indexOf(Math.min(...ct.data)), ct.data.indexOf(Math.max(...ct.data))];
    const gain = (normalized[high] - normalized[low]) / (ct.data[high] - ct.data[low]);
    return (value: number) => normalized[low] + (value - ct.data[low]) * gain;
  };
  const [zVolume, minMaxVolume] = [zScore(ct).data, minMax(ct).data];
  return [
    between(ct.data, (value) => value),
    between(zScore(ct, { scope: 'slice' }).data, volumeMap(zVolume)),
    between(zVolume, volumeMap(zVolume)),
    between(minMax(ct, { scope: 'slice' }).data, volumeMap(minMaxVolume)),
    between(minMaxVolume, volumeMap(minMaxVolume)),
  ];
}

/** Whether all five pictures are those of the slice. */
async function assertPictures(figure: Locator, slice: number): Promise<void> {
  const caption = `Slice ${slice + 1} of ${SLICES}`;
  const expected = expectedGreys(slice);
  for (const [pane, name] of PANES.entries()) {
    const canvas = figure.getByRole('img', { name: `${name}: ${caption}`, exact: true });
    await canvas.waitFor();
    const greys = await canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return Array.from({ length: data.length / 4 }, (_, at) => data[4 * at]);
    });
    const worst = Math.max(...greys.map((value, at) => Math.abs(value - expected[pane][at])));
    assert.ok(worst < 2.5, `${name}, ${caption}: off by ${worst} of 255`);
  }
}

const cells = (figure: Locator, row: string) =>
  figure
    .getByRole('row')
    .filter({ has: figure.page().getByRole('rowheader', { name: row }) })
    .getByRole('cell')
    .allTextContents();

describe('the normalisation explorer in Chromium', function () {
  this.timeout(120_000);
  let folder: string;
  let browser: Browser;
  let url: string;
  before(async function () {
    const executable = requireSystem(this, 'chromium');
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-normalization-'));
    const figure = normalizationExplorer(ct, {
      title: 'Chest',
      grey: GREY,
      reference: { name: 'muscle', value: 50 },
      start: 20,
    });
    const { data } = await figure[DISPLAY]();
    const file = path.join(folder, 'page.html');
    writeFileSync(
      file,
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>figure</title>${String(data['text/html'])}`,
    );
    url = `file://${file}`;
    browser = await launchChromium(executable);
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const figureOf = (page: Page) => page.getByRole('group', { name: 'Chest', exact: true });

  it('follows the keyboard through all slices, without kernel or server', async () => {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(url);
    const figure = figureOf(page);
    const slider = figure.getByRole('slider', { name: 'slice' });
    const stands = async (slice: number) => {
      await figure.locator('figcaption', { hasText: `Slice ${slice + 1} of` }).waitFor();
      assert.equal(await slider.getAttribute('aria-valuetext'), `Slice ${slice + 1} of ${SLICES}`);
    };
    await assertPictures(figure, 20);
    assert.equal(await figure.getByText('A still picture').count(), 0);
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.keyboard.press('Tab');
    assert.ok(await slider.evaluate((element) => element === document.activeElement));
    for (const [key, slice] of [
      ['ArrowRight', 21],
      ['ArrowLeft', 20],
      ['PageUp', 24],
      ['PageDown', 20],
      ['Home', 0],
      ['End', 39],
    ] as const) {
      await page.keyboard.press(key);
      await stands(slice);
    }
    await assertPictures(figure, 39);
    const values = Array.from(ct.data.slice(39 * SIDE * SIDE));
    assert.deepEqual(
      (await cells(figure, 'raw')).slice(0, 2),
      [Math.min(...values), Math.max(...values)].map((value) => String(value).replace('-', '−')),
    );
    assert.deepEqual((await cells(figure, 'min–max, each slice')).slice(0, 2), ['0.00', '1.00']);
    assert.deepEqual(errors, []);
    await page.close();
  });

  it('draws the last of many moves, and bars that move with the scope of a slice only', async () => {
    const page = await browser.newPage();
    await page.goto(url);
    const figure = figureOf(page);
    await assertPictures(figure, 20);
    const marks = () =>
      figure
        .locator('[data-part="reference"]')
        .evaluateAll((lines) => lines.map((line) => line.getAttribute('x1')));
    const before = await marks();
    const slider = figure.getByRole('slider', { name: 'slice' });
    await slider.evaluate((element) => {
      for (const value of ['7', '30', '2']) {
        (element as HTMLInputElement).value = value;
        element.dispatchEvent(new Event('input', { bubbles: true }));
      }
    });
    await assertPictures(figure, 2);
    const after = await marks();
    assert.deepEqual(
      before.map((x, pane) => x === after[pane]),
      [true, false, true, false, true],
    );
    await page.close();
  });

  it('is a still picture where no scripts run', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(url);
    const figure = figureOf(page);
    assert.equal(await figure.getByText('A still picture').count(), 1);
    assert.equal(await figure.locator('input').count(), 0);
    for (const name of PANES) {
      const picture = figure.getByRole('img', { name: `${name}: Slice 21 of ${SLICES}`, exact: true });
      assert.equal(await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth), SIDE);
    }
    await context.close();
  });
});
