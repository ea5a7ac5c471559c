import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { chooseMenu, idle, type JupyterLab, runCodeCell, saved, scrollTo } from './jupyterlab';

/** Keeps a picture of the page under a name; `figure` is what it is about. */
export type Shoot = (page: Page, name: string, figure?: Locator) => Promise<void>;

/** The notebooks of the tour and what one does there, with the plan that its kernel gets. */
export const STOPS: {
  name: string;
  visit: (lab: JupyterLab, page: Page, shoot: Shoot) => Promise<void>;
  env: Record<string, string>;
}[] = [
  { name: '8.2-what-is-segmentation', visit: whatIsSegmentation, env: {} },
  { name: '8.3.1-transposed-convolution', visit: transposedConvolution, env: { SEGCOURSE_PLAN: 'quick' } },
  { name: '8.3.2-fully-convolutional-networks', visit: segmentedVideo, env: { SEGCOURSE_PLAN: 'quick' } },
  // In full, so that there is time to stop it.
  { name: '8.3.4-training-unet-on-isbi-2012', visit: training, env: { SEGCOURSE_RETRAIN: '1' } },
  { name: '8.4-design-choices', visit: designChoices, env: { SEGCOURSE_PLAN: 'quick' } },
  { name: '8.7-segment-anything', visit: segmentAnything, env: {} },
];

const LONG = 900_000;

/** Runs a notebook by the menu, waits for its end, and finds every cell executed and none that failed. */
async function runAll(lab: JupyterLab, page: Page, notebook: string): Promise<void> {
  await chooseMenu(page, 'Run', /^Run All Cells/);
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]').waitFor();
  await idle(page, LONG);
  const { cells } = await saved(lab, page, notebook);
  for (const { id, cell_type: type, execution_count: count, outputs = [] } of cells) {
    if (type !== 'code') continue;
    assert.ok(count, `cell ${id} was not executed`);
    const bad = outputs.filter(({ output_type: kind, name }) => kind === 'error' || name === 'stderr');
    assert.deepEqual(bad, [], `cell ${id}`);
  }
}

/** Runs what stands above a cell, to its end, and begins the cell. */
async function runUpTo(page: Page, cell: Locator): Promise<void> {
  await scrollTo(page, cell);
  await cell.locator('.cm-content').click();
  await chooseMenu(page, 'Run', /^Run All Above/);
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]').waitFor();
  await idle(page, LONG);
  await scrollTo(page, cell);
  await cell.locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
}

/** Saves a notebook that was run in part, and finds no error in it. */
async function expectNoErrors(lab: JupyterLab, page: Page, notebook: string): Promise<void> {
  const { cells } = await saved(lab, page, notebook);
  const errors = cells.flatMap(({ outputs = [] }) =>
    outputs.filter(({ output_type: kind }) => kind === 'error'),
  );
  assert.deepEqual(errors, []);
}

const group = (page: Page, name: string | RegExp): Locator => page.getByRole('group', { name, exact: true });

const words = async (figure: Locator): Promise<string> =>
  (await figure.locator('figcaption').textContent()) ?? '';

/** 8.3.1: plays the animation to its end, and drags a slider of the explorer. */
async function transposedConvolution(lab: JupyterLab, page: Page, shoot: Shoot): Promise<void> {
  await runAll(lab, page, '8.3.1-transposed-convolution.ipynb');
  const animation = group(page, 'A transposed convolution: input 3 × 3, kernel 3 × 3, stride 2, padding 1');
  await scrollTo(page, animation);
  await animation.getByRole('combobox', { name: 'speed' }).selectOption({ label: '4 ×' });
  await animation.getByRole('button', { name: 'Play' }).click();
  await animation.getByRole('button', { name: 'Again' }).waitFor({ timeout: 60_000 });
  await animation.getByRole('button', { name: 'Step back' }).click();
  await shoot(page, '8.3.1-animation', animation);

  const explorer = group(page, 'Stride, kernel and padding');
  await scrollTo(page, explorer);
  const before = await words(explorer);
  const slider = explorer.getByRole('slider', { name: 'kernel' });
  const { x, y, width, height } = (await slider.boundingBox())!;
  await page.mouse.move(x + width / 3, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width - 2, y + height / 2, { steps: 8 });
  await page.mouse.up();
  assert.equal(await slider.getAttribute('aria-valuetext'), '5');
  assert.notEqual(await words(explorer), before);
  await shoot(page, '8.3.1-explorer', explorer);
}

/** 8.4: drags the slider through the volume and sees the slice change. */
async function designChoices(lab: JupyterLab, page: Page, shoot: Shoot): Promise<void> {
  await runAll(lab, page, '8.4-design-choices.ipynb');
  const figure = group(page, /^One chest CT, \d+ slices/);
  await scrollTo(page, figure);
  const slider = figure.getByRole('slider', { name: 'slice' });
  const before = await words(figure);
  const { x, y, width, height } = (await slider.boundingBox())!;
  await page.mouse.move(x + width * 0.1, y + height / 2);
  await page.mouse.down();
  const pictures = figure.locator('canvas').first();
  const drawn = await drawnWhile(pictures, () =>
    page.mouse.move(x + width * 0.8, y + height / 2, { steps: 120 }),
  );
  await page.mouse.up();
  console.log(`      ${drawn.toFixed(0)} slices a second`);
  assert.notEqual(await words(figure), before);
  await shoot(page, '8.4-slider', figure);
}

/** How many pictures a second a canvas was given during an action. */
async function drawnWhile(canvas: Locator, act: () => Promise<void>): Promise<number> {
  await canvas.evaluate((element) => {
    const context = (element as HTMLCanvasElement).getContext('2d')!;
    const times: number[] = ((window as unknown as { drawn: number[] }).drawn = []);
    const put = context.putImageData.bind(context);
    context.putImageData = (image: ImageData, left: number, top: number) => {
      times.push(performance.now());
      put(image, left, top);
    };
  });
  await act();
  const times = await canvas.page().evaluate(() => (window as unknown as { drawn: number[] }).drawn);
  return (1000 * (times.length - 1)) / (times[times.length - 1] - times[0]);
}

/** 8.3.2: plays the segmented video to its end. */
async function segmentedVideo(lab: JupyterLab, page: Page, shoot: Shoot): Promise<void> {
  await runAll(lab, page, '8.3.2-fully-convolutional-networks.ipynb');
  const video = group(page, /^Pedestrians, by .* frames per second$/);
  await scrollTo(page, video);
  await video.getByRole('button', { name: 'Play' }).click();
  await video.getByRole('button', { name: 'Again' }).waitFor({ timeout: LONG });
  await video.getByRole('button', { name: 'Step back' }).click();
  await shoot(page, '8.3.2-video', video);
}

/** 8.2: completes a name, asks what it is, runs everything, restarts the kernel. */
async function whatIsSegmentation(lab: JupyterLab, page: Page, shoot: Shoot): Promise<void> {
  const notebook = '8.2-what-is-segmentation.ipynb';
  await runCodeCell(page, 0);
  const editor = page.locator('.jp-CodeCell').first().locator('.cm-content');
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nshowIm');
  await page.keyboard.press('Tab');
  // One name that fits is written at once; several are offered.
  const offered = page.locator('.jp-Completer:visible');
  await Promise.race([offered.waitFor(), editor.filter({ hasText: /showImages$/ }).waitFor()]);
  if (await offered.count()) await page.keyboard.press('Enter');
  await editor.filter({ hasText: /showImages$/ }).waitFor();
  await page.keyboard.press('Shift+Tab');
  const tooltip = page.locator('.jp-Tooltip');
  await tooltip.filter({ hasText: 'showImages' }).waitFor();
  await shoot(page, '8.2-inspect');
  await page.keyboard.press('Escape');
  for (let key = 0; key < '\nshowImages'.length; key++) await page.keyboard.press('Backspace');

  await runAll(lab, page, notebook);
  await scrollTo(page, page.getByRole('group', { name: /^One drawn scene three times/ }));
  await shoot(page, '8.2-targets');
  await chooseMenu(page, 'Kernel', /^Restart Kernel…/);
  await page.locator('.jp-Dialog button', { hasText: 'Restart' }).click();
  await page.locator('.jp-Dialog').waitFor({ state: 'detached' });
  await idle(page);
  const panel = page.locator('.jp-WindowedPanel-outer');
  await panel.evaluate((element) => (element.scrollTop = 0));
  await runCodeCell(page, 0);
  await page
    .locator('.jp-CodeCell')
    .first()
    .locator('.jp-InputPrompt', { hasText: /^\[1\]:$/ })
    .waitFor();
}

/** 8.3.4: interrupts the long training, and finds the kernel whole, with the best weights so far. */
async function training(lab: JupyterLab, page: Page, shoot: Shoot): Promise<void> {
  const cell = page.locator('.jp-CodeCell', { hasText: 'trainingDisplay(plan.epochs)' });
  await runUpTo(page, cell);
  const bar = cell.getByRole('progressbar', { name: 'Training' });
  await bar.waitFor({ timeout: LONG });
  await scrollTo(page, bar);
  const trained = () => bar.getAttribute('aria-valuenow').then(Number);
  while ((await trained()) < 6) await page.waitForTimeout(500);
  await shoot(page, '8.3.4-training', cell.locator('.jp-Cell-outputArea'));
  await page.getByRole('button', { name: 'Interrupt the kernel' }).click();
  await idle(page, LONG);
  assert.match((await bar.getAttribute('aria-valuetext')) ?? '', /stopped after/);
  await expectNoErrors(lab, page, '8.3.4-training-unet-on-isbi-2012.ipynb');
}

/** 8.7: marks nuclei by mouse and keys, and keeps them. */
async function segmentAnything(lab: JupyterLab, page: Page, shoot: Shoot): Promise<void> {
  const cell = page.locator('.jp-CodeCell', { hasText: "title: 'Mark some nuclei'" });
  await runUpTo(page, cell);
  const widget = group(page, 'Mark some nuclei');
  const says = (what: string | RegExp) => widget.getByRole('status').filter({ hasText: what }).waitFor();
  await says(/Click an object/);
  const stage = widget.getByRole('application');
  await scrollTo(page, widget);
  const { x, y, width } = (await stage.boundingBox())!;
  for (let number = 1; number <= 4; number++) {
    const { down, across } = await brightestSpot(stage);
    await page.mouse.click(x + across * width, y + down * width);
    await says(/1 point/);
    if (number === 4) break;
    await page.keyboard.press('a');
    await says(`Object ${number} accepted`);
  }
  await shoot(page, '8.7-clicks');
  await page.keyboard.press('a');
  await says('Object 4 accepted');
  const result = page.locator('.jp-CodeCell', { hasText: 'What was accepted' }).first();
  await scrollTo(page, result);
  await result.locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
  await result.getByRole('table').getByRole('row').nth(4).waitFor({ timeout: LONG });
  await expectNoErrors(lab, page, '8.7-segment-anything.ipynb');
}

/** Where the picture is brightest and not yet marked, as shares of its width. */
const brightestSpot = (stage: Locator) =>
  stage.locator('canvas').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const block = Math.floor(canvas.width / 32);
    const context = canvas.getContext('2d')!;
    let best = { down: 0, across: 0, brightness: -1 };
    for (let top = block; top + 2 * block <= canvas.height; top += block) {
      for (let left = block; left + 2 * block <= canvas.width; left += block) {
        const { data } = context.getImageData(left, top, block, block);
        let [red, blue] = [0, 0];
        for (let at = 0; at < data.length; at += 4) [red, blue] = [red + data[at], blue + data[at + 2]];
        // The picture is gray, its masks are not.
        if (Math.abs(red - blue) > 0.05 * red || red <= best.brightness) continue;
        const [down, across] = [top, left].map((edge) => (edge + block / 2) / canvas.width);
        best = { down, across, brightness: red };
      }
    }
    return best;
  });
