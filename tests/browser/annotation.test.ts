import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { packageRoot } from '../../lib/io/package-root';
import { requireSystem } from '../system';
import { accessibilityProblems } from './accessibility';
import { JupyterLab, notebookOf, runCodeCell, saved } from './jupyterlab';

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

/** An image that is larger than the view, with discs, and a model of the library. */
const LARGE = { height: 603, width: 1272 };
const LARGE_CELLS = [
  `import { annotate, RegionGrowing } from 'segcourse';
const [height, width] = [${LARGE.height}, ${LARGE.width}];
const data = new Uint8Array(height * width).fill(40);
for (let at = 0; at < data.length; at++) {
  const [row, column] = [Math.floor(at / width), at % width];
  // Discs of radius 20, 100 pixels apart, on a ground that is not even.
  data[at] = Math.hypot((row % 100) - 50, (column % 100) - 50) <= 20 ? 190 : 40 + ((7 * row + 13 * column) % 10);
}
const large = await annotate({ data, shape: [height, width], channels: 1 }, new RegionGrowing(), { title: 'Discs' });`,
  `console.log(large.objects.map(({ points, mask }) => [...points.map(({ row, column, label }) => label + ' ' + row + ' ' + column), mask.data.filter(Boolean).length].join(' ')).join(' | '));`,
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
    writeFileSync(path.join(folder, 'large.ipynb'), JSON.stringify(notebookOf(LARGE_CELLS)));
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
    const { cells } = (await saved(lab!, page, 'annotation.ipynb')) as unknown as {
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

  describe('on an image that is larger than the view', () => {
    let box: { x: number; y: number; width: number; height: number };
    /** What the widget says that is seen. */
    let seen = { top: 0, left: 0, rows: LARGE.height, columns: LARGE.width };
    before(async () => {
      await page.close();
      page = await lab!.open('large.ipynb', { width: 1100, height: 1000 });
      await runCodeCell(page, 0);
      widget = page.getByRole('group', { name: 'Discs', exact: true });
      stage = widget.getByRole('application');
      await says('Click an object');
      await stage.scrollIntoViewIfNeeded();
      box = (await stage.boundingBox())!;
    });

    /** Where a pixel's middle is on the screen, by what is seen. */
    const placeOf = (row: number, column: number): [number, number] => [
      box.x + ((column + 0.5 - seen.left) / seen.columns) * box.width,
      box.y + ((row + 0.5 - seen.top) / seen.rows) * box.height,
    ];
    const zoomed = (percent: string) => widget.getByRole('button', { name: `${percent} %: show` }).waitFor();
    /** Listens; → milliseconds from the release of the button to the frame after the one that shows the mask. */
    const timeToMask = async () => {
      const timing = await widget.evaluateHandle((root) => {
        const status = root.querySelector('[role=status]')!;
        const time = new Promise<number>((resolve) => {
          const painted = (released: number) => (_: unknown, observer: MutationObserver) => {
            if (!/pixels, estimated/.test(status.textContent!)) return;
            observer.disconnect();
            requestAnimationFrame(() => requestAnimationFrame((now) => resolve(now - released)));
          };
          root.addEventListener(
            'pointerup',
            ({ timeStamp }) => new MutationObserver(painted(timeStamp)).observe(status, { childList: true }),
            { once: true, capture: true },
          );
        });
        return { time };
      });
      return () => timing.evaluate(({ time }) => time);
    };

    it('answers a click with a mask', async () => {
      const times: number[] = [];
      for (const column of [150, 350, 550, 750, 950]) {
        const time = await timeToMask();
        await page.mouse.click(...placeOf(250, column));
        times.push(await time());
        await says(/1 point: 1\d\d\d pixels/);
        await widget.getByRole('button', { name: 'Discard' }).click();
        await says('Prompts discarded');
      }
      const sorted = times.map(Math.round).sort((a, b) => a - b);
      console.log(
        `      ${LARGE.height} × ${LARGE.width} pixels, from mouse-up to the painted mask: ${sorted.join(', ')} ms`,
      );
      await page.mouse.click(...placeOf(250, 150));
      await says(/1 point: 125\d pixels/);
      await shot('large');
    });

    it('zooms by wheel, moves by the middle button, and keeps prompts on their pixels', async () => {
      await widget.getByRole('button', { name: 'Discard' }).click();
      await says('Prompts discarded');
      // The pixel under the pointer stays there; of a wheel's place, browsers tell whole numbers.
      const [x, y] = placeOf(351, 752).map(Math.round);
      await page.mouse.move(x, y);
      await page.keyboard.down('Control');
      for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -120);
      await page.keyboard.up('Control');
      await zoomed('506');
      const [down, right] = [(y - box.y) / box.height, (x - box.x) / box.width];
      const shown = 1 - 1 / 1.5 ** 4;
      seen = {
        ...{ rows: LARGE.height * (1 - shown), columns: LARGE.width * (1 - shown) },
        ...{ top: LARGE.height * shown * down, left: LARGE.width * shown * right },
      };
      await page.mouse.click(...placeOf(351.2, 752.6));
      await says(/1 point: 125\d pixels/);
      await page.mouse.move(...placeOf(340, 740));
      await page.mouse.down({ button: 'middle' });
      await page.mouse.move(...placeOf(350, 780), { steps: 4 });
      await page.mouse.up({ button: 'middle' });
      seen = { ...seen, top: seen.top - 10, left: seen.left - 40 };
      await page.mouse.click(...placeOf(331, 707.2), { button: 'right' });
      await says(/2 points: 125\d pixels/);
      await shot('zoomed');
      await widget.getByRole('button', { name: 'Accept' }).click();
      await says('Object 1 accepted');
    });

    it('zooms and moves by buttons and keys', async () => {
      await widget.getByRole('button', { name: '506 %: show the whole image' }).click();
      await says('Zoom 100 %: rows 0 to 602, columns 0 to 1271.');
      assert.equal(await widget.getByRole('button', { name: 'Zoom out' }).isDisabled(), true);
      seen = { top: 0, left: 0, rows: LARGE.height, columns: LARGE.width };
      await widget.getByRole('button', { name: 'Zoom in' }).click();
      await says('Zoom 150 %: rows 100 to 502, columns 212 to 1059.');
      await widget.getByRole('button', { name: '✥ Move' }).click();
      await page.mouse.move(box.x + 300, box.y + 200);
      await page.mouse.down();
      await page.mouse.move(box.x + 300 + box.width, box.y + 200 + box.height, { steps: 3 });
      await page.mouse.up();
      await page.keyboard.press('+');
      await says('Zoom 225 %: rows 67 to 334, columns 141 to 706.');
      await widget.getByRole('button', { name: '+ Object' }).click();
      await stage.focus();
      for (let step = 0; step < 45; step++) await page.keyboard.press('Shift+ArrowRight');
      for (let step = 0; step < 8; step++) await page.keyboard.press('Shift+ArrowUp');
      await says('Row 251, column 1157');
      await page.keyboard.press('Enter');
      await says(/1 point: 125\d pixels/);
      await shot('keys');
      await page.keyboard.press('a');
      await says('Object 2 accepted');
      await page.keyboard.press('0');
      await says('Zoom 100 %');
    });

    it('keeps to the guidelines for accessible pages', async () => {
      assert.deepEqual(await accessibilityProblems(page, '[role=group][aria-label=Discs]'), []);
    });

    it('gave the model what was clicked, to a fraction of a pixel', async () => {
      await runCodeCell(page, 1);
      const text = await page.locator('.jp-OutputArea-output pre').last().textContent();
      const [mouse, keys] = text!
        .trim()
        .split(' | ')
        .map((words) => words.split(' '));
      const close = (got: string, wanted: number) =>
        assert.ok(Math.abs(Number(got) - wanted) < 0.3, `${got}: ${text}`);
      close(mouse[1], 351.2);
      close(mouse[2], 752.6);
      assert.deepEqual([mouse[0], mouse[3]], ['positive', 'negative']);
      close(mouse[4], 331);
      close(mouse[5], 707.2);
      assert.deepEqual(keys.slice(0, 3), ['positive', '251', '1157']);
    });
  });
});
