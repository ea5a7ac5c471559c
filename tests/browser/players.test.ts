import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { animation } from '../../lib/display/animation';
import { DISPLAY } from '../../lib/display/bundle';
import { explorer } from '../../lib/display/explorer';
import { packageRoot } from '../../lib/io/package-root';
import { requireSystem } from '../system';
import { accessibilityProblems } from './accessibility';
import { launchChromium } from './chromium';
import { JupyterLab, notebookOf, runCodeCell } from './jupyterlab';

const SCREENSHOTS = path.join(packageRoot(), '.build', 'screenshots');
const SOURCE = `
import { animation, explorer } from 'segcourse';
const square = (side: number) => '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="' + side + '" height="' + side + '"/></svg>';
const frame = (side: number) => ({ picture: square(side), caption: 'side ' + side });
`;

/** Waits until a figure says this below its title. */
const says = (figure: Locator, words: string) =>
  figure.locator('figcaption', { hasText: new RegExp(`^${words}$`) }).waitFor();
/** The picture that is seen, decoded. */
const seen = (figure: Locator) =>
  figure.locator('img').evaluate(async (element) => {
    const image = element as HTMLImageElement;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Math.sqrt(data.filter((value, at) => at % 4 === 3 && value > 127).length);
  });

async function playsAndSteps(page: Page, figure: Locator): Promise<void> {
  await says(figure, 'side 10');
  assert.equal(await figure.getByText('A still picture').count(), 0);
  assert.equal(await seen(figure), 10);
  // By keyboard alone: from the first button on.
  await figure.getByRole('button', { name: 'Step forward' }).focus();
  await page.keyboard.press('Enter');
  await says(figure, 'side 20');
  await page.keyboard.press('ArrowRight');
  await says(figure, 'side 30');
  await page.keyboard.press('ArrowLeft');
  await says(figure, 'side 20');
  assert.equal(await seen(figure), 20);
  const slider = figure.getByRole('slider', { name: 'step' });
  await slider.focus();
  await page.keyboard.press('End');
  await says(figure, 'side 60');
  assert.equal(await slider.getAttribute('aria-valuetext'), '6 of 6');
  await page.keyboard.press('ArrowLeft');
  await says(figure, 'side 50');
  await figure.getByRole('combobox', { name: 'speed' }).selectOption({ label: '4 ×' });
  await figure.getByRole('button', { name: 'Play' }).press('Space');
  await says(figure, 'side 60');
  await figure.getByRole('button', { name: 'Again' }).waitFor();
}

/** On a page whose clock stands still until it is moved. */
async function keepsTime(page: Page, figure: Locator): Promise<void> {
  const caption = figure.locator('figcaption');
  const after = async (milliseconds: number) => {
    await page.clock.runFor(milliseconds);
    return caption.textContent();
  };
  await figure.getByRole('button', { name: 'Play' }).click();
  assert.equal(await caption.getAttribute('aria-live'), 'off');
  assert.equal(await after(199), 'side 10');
  assert.equal(await after(1), 'side 20');
  await figure.getByRole('button', { name: 'Pause' }).click();
  assert.equal(await caption.getAttribute('aria-live'), 'polite');
  assert.equal(await after(10_000), 'side 20');
  await figure.getByRole('combobox', { name: 'speed' }).selectOption({ label: '2 ×' });
  await figure.getByRole('button', { name: 'Play' }).click();
  assert.equal(await after(300), 'side 50');
  assert.equal(await after(10_000), 'side 60');
  await figure.getByRole('button', { name: 'Again' }).click();
  assert.equal(await after(0), 'side 10');
}

async function explores(page: Page, figure: Locator): Promise<void> {
  await says(figure, 'side 40');
  await figure.getByRole('slider', { name: 'tens' }).focus();
  await page.keyboard.press('Home');
  await says(figure, 'side 10');
  await page.keyboard.press('ArrowRight');
  await says(figure, 'side 20');
  await figure.getByRole('combobox', { name: 'and' }).selectOption('five');
  await says(figure, 'side 25');
  assert.equal(await seen(figure), 25);
}

const square = (side: number) => ({
  picture: `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="${side}" height="${side}"/></svg>`,
  caption: `side ${side}`,
});

describe('animations and explorers in Chromium', function () {
  this.timeout(300_000);
  let executable: string;
  let folder: string;
  before(function () {
    executable = requireSystem(this, 'chromium');
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-players-'));
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  /** A page with an animation and an explorer. */
  async function writePage(): Promise<string> {
    const figures = [
      animation([10, 20, 30, 40, 50, 60].map(square), { title: 'Growing', interval: 200 }),
      explorer(
        { tens: [1, 2, 3, 4], and: ['nothing', 'five'] },
        ({ tens, and }) => square(10 * tens + (and === 'five' ? 5 : 0)),
        { title: 'Choosing', start: { tens: 4 } },
      ),
    ];
    const bundles = await Promise.all(figures.map((figure) => figure[DISPLAY]()));
    const file = path.join(folder, 'page.html');
    const body = bundles.map(({ data }) => String(data['text/html'])).join('');
    const head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>figures</title>';
    writeFileSync(file, `${head}${body}`);
    return file;
  }

  it('can be used by everybody: by Tab in the order that is seen, and nothing moves by itself', async () => {
    const file = await writePage();
    const browser = await launchChromium(executable);
    try {
      const page = await browser.newPage();
      await page.clock.install();
      await page.goto(`file://${file}`);
      await page.clock.runFor(60_000);
      await says(page.getByRole('group', { name: 'Growing', exact: true }), 'side 10');
      assert.deepEqual(await accessibilityProblems(page), []);
      const order: string[] = [];
      for (let press = 0; press < 7; press++) {
        await page.keyboard.press('Tab');
        order.push(
          await page.evaluate(() => {
            const focused = document.activeElement as HTMLElement;
            // Browsers draw this ring round what has the focus, unless a page takes it away.
            const ring = getComputedStyle(focused).outlineStyle === 'none' ? ' without a ring' : '';
            return (
              (focused.getAttribute('aria-label') ?? focused.closest('label')!.firstChild!.textContent!) +
              ring
            );
          }),
        );
      }
      assert.deepEqual(order, ['Play', 'Step back', 'Step forward', 'step', 'speed', 'tens', 'and']);
    } finally {
      await browser.close();
    }
  });

  it('work in a file, without kernel or server', async () => {
    const file = await writePage();
    const browser = await launchChromium(executable);
    try {
      const page = await browser.newPage({ viewport: { width: 900, height: 900 } });
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(`file://${file}`);
      await playsAndSteps(page, page.getByRole('group', { name: 'Growing', exact: true }));
      await explores(page, page.getByRole('group', { name: 'Choosing', exact: true }));
      const timed = await browser.newPage();
      await timed.clock.install();
      await timed.goto(`file://${file}`);
      await timed.clock.pauseAt(Date.now() + 60_000);
      await keepsTime(timed, timed.getByRole('group', { name: 'Growing', exact: true }));
      assert.deepEqual(errors, []);
      const plain = await browser.newContext({ javaScriptEnabled: false });
      const still = await plain.newPage();
      await still.goto(`file://${file}`);
      assert.equal(await still.locator('img').count(), 2);
      assert.equal(await still.getByText('A still picture').count(), 2);
      assert.equal(await still.locator('button, input, select').count(), 0);
    } finally {
      await browser.close();
    }
  });

  it('work in JupyterLab, whose shortcuts leave their keys alone', async () => {
    const cells = [
      `${SOURCE}animation([10, 20, 30, 40, 50, 60].map(frame), { title: 'Growing', interval: 200 })`,
      `explorer({ tens: [1, 2, 3, 4], and: ['nothing', 'five'] }, ({ tens, and }) => frame(10 * tens + (and === 'five' ? 5 : 0)), { title: 'Choosing', start: { tens: 4 } })`,
    ];
    const source = path.join(folder, 'notebooks');
    mkdirSync(source);
    writeFileSync(path.join(source, 'players.ipynb'), JSON.stringify(notebookOf(cells)));
    const lab = await JupyterLab.start(executable, {}, source);
    try {
      const page = await lab.open('players.ipynb', { width: 1100, height: 1200 });
      await runCodeCell(page, 0);
      await runCodeCell(page, 1);
      await playsAndSteps(page, page.getByRole('group', { name: 'Growing', exact: true }));
      await explores(page, page.getByRole('group', { name: 'Choosing', exact: true }));
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SCREENSHOTS, 'players.png') });
    } finally {
      await lab.stop();
    }
  });
});
