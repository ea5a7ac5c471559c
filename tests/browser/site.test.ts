import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { animation } from '../../lib/display/animation';
import { DISPLAY } from '../../lib/display/bundle';
import { chartBundle } from '../../lib/display/chart';
import { lineChart } from '../../lib/display/chart-helpers';
import { tableBundle } from '../../lib/display/table';
import { packageRoot } from '../../lib/io/package-root';
import type { MimeBundle } from '../../lib/kernel/bridge';
import { type CourseTools, courseTools } from '../notebooks/course-tools';
import { requireSystem } from '../system';
import { accessibilityProblems } from './accessibility';
import { launchChromium } from './chromium';

const SCREENSHOTS = path.join(packageRoot(), '.build', 'screenshots');
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 400, height: 800 } };
const SOLUTION = 'return 2 * overlap / sizes;';

const markdown = (id: string, source: string) => ({ cell_type: 'markdown', id, metadata: {}, source });
const code = (id: string, source: string, bundles: MimeBundle[] = [], metadata: object = {}) => ({
  cell_type: 'code',
  id,
  metadata,
  source,
  execution_count: 1,
  outputs: bundles.map(({ data, metadata: own = {} }) => ({
    output_type: 'display_data',
    data,
    metadata: own,
  })),
});
const exercise = {
  nbgrader: { grade: false, grade_id: 'one', locked: false, schema_version: 3, solution: true, task: false },
};

const bars = {
  data: { values: [{ part: 'a', size: 1 }] },
  mark: 'bar',
  encoding: { x: { field: 'size', type: 'quantitative' }, y: { field: 'part', type: 'nominal' } },
};

/** An executed notebook with one of each kind of output. */
async function executed(): Promise<object> {
  const growing = animation(
    [10, 20, 30].map((side) => ({
      picture: `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="${side}" height="${side}"/></svg>`,
      caption: `side ${side}`,
    })),
    { title: 'Growing', interval: 200 },
  );
  const losses = [1, 2, 3].map((epoch) => ({ epoch, loss: 1 / epoch }));
  const chart = await chartBundle(lineChart(losses, { x: 'epoch', y: ['loss'], title: 'Loss' }));
  const twice = await chartBundle({ title: 'Twice', concat: [1, 2].map(() => bars) });
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'segcourse', display_name: 'TypeScript (segcourse)', language: 'typescript' },
      language_info: { name: 'typescript' },
    },
    cells: [
      markdown(
        'title',
        '# 8.9 Overlap\n\nThe share $\\frac{2|A \\cap B|}{|A| + |B|}$ that two masks have in common:\n\n' +
          `$$${Array.from('abcdefghijklmnopqrst', (name) => `${name}_1`).join(' + ')}$$`,
      ),
      markdown('next', 'Then [the next](8.10-next.ipynb), and [one that is not here](8.11-other.ipynb).'),
      code(
        'answer',
        `function dice() {\n  // ### BEGIN SOLUTION\n  ${SOLUTION}\n  // ### END SOLUTION\n}`,
        [],
        exercise,
      ),
      code('wide', `const words = '${'wide '.repeat(60)}';`, [
        tableBundle([{ network: 'U-Net', V_rand: 0.9 }]),
      ]),
      markdown('pictures', '## Pictures'),
      code('animation', 'growing', [await growing[DISPLAY]()]),
      code('chart', 'showChart(losses)', [chart]),
      code('charts', 'showChart(twice)', [twice]),
    ],
  };
}

describe('the web site of the course, from a file without a network', function () {
  this.timeout(300_000);
  let tools: CourseTools;
  let folder: string;
  let browser: Browser;

  before(async function () {
    const executable = requireSystem(this, 'chromium');
    tools = await courseTools();
    const context = tools.setupContext();
    const said: string[] = [];
    const reporter = tools.lineReporter({ write: (text) => said.push(text) });
    const { ok } = await tools.runSteps([tools.sitePackagesStep(context)], reporter);
    if (!ok) {
      console.log(`    skipped: ${said.join('')}`);
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-site-'));
    const [notebook, row] = [await executed(), { title: '8.9 Overlap', what: 'measured', minutes: 1 }];
    const next = { ...notebook, cells: [markdown('title', '# 8.10 Next\n\nMembranes.')] };
    await tools.buildSite(
      context,
      [
        { name: '8.9-overlap', notebook, row },
        { name: '8.10-next', notebook: next, row: { ...row, title: '8.10 Next' } },
      ],
      { target: path.join(folder, 'site'), solutions: false },
    );
    browser = await launchChromium(executable);
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  /** Opens a page, and gives what it complains of. */
  async function open(
    name: string,
    size: { width: number; height: number },
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({ viewport: size, colorScheme });
    await context.setOffline(true);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('requestfailed', (request) => complaints.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await page.goto(`file://${path.join(folder, 'site', name)}`);
    return { page, complaints };
  }

  for (const [width, size] of Object.entries(SIZES)) {
    for (const scheme of ['light', 'dark'] as const) {
      it(`can be read by everybody, ${width} and ${scheme}`, async () => {
        for (const name of ['index.html', '8.9-overlap.html', 'search.html']) {
          const { page, complaints } = await open(name, size, scheme);
          if (name.startsWith('8.9')) {
            await page.locator('figure.course-chart').first().scrollIntoViewIfNeeded();
            await page.locator('figure.course-chart svg').first().waitFor();
          }
          assert.deepEqual(await accessibilityProblems(page), []);
          const sideways = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          assert.ok(sideways <= 0, `${name} is ${sideways} pixels too wide`);
          assert.deepEqual(complaints, []);
          mkdirSync(SCREENSHOTS, { recursive: true });
          await page.screenshot({
            path: path.join(SCREENSHOTS, `site-${path.parse(name).name}-${width}-${scheme}.png`),
            fullPage: true,
          });
          await page.context().close();
        }
      });
    }
  }

  it('plays, draws charts and formulas, and leads on', async () => {
    const { page, complaints } = await open('8.9-overlap.html', SIZES.wide);
    assert.equal(await page.locator('.katex-mathml').count(), 2);
    const figure = page.getByRole('group', { name: 'Growing', exact: true });
    await figure.getByRole('button', { name: 'Step forward' }).click();
    await figure.locator('figcaption', { hasText: 'side 20' }).waitFor();
    const [loss, twice] = await page.locator('figure.course-chart').all();
    await loss.scrollIntoViewIfNeeded();
    await loss.locator('svg .mark-symbol path').first().hover();
    await page.locator('#vg-tooltip-element.visible').waitFor();
    await twice.scrollIntoViewIfNeeded();
    await twice.locator('svg').waitFor();
    assert.equal(await twice.locator('svg .mark-rect path').count(), 2);
    assert.equal(await page.locator('figure.course-chart img').count(), 0);
    await page.getByRole('link', { name: 'the next' }).click();
    await page.getByRole('heading', { name: '8.10 Next' }).waitFor();
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  it('lets long formulas be scrolled, also by keyboard', async () => {
    const { page } = await open('8.9-overlap.html', SIZES.narrow);
    const formula = page.locator('.katex-display');
    const hidden = () =>
      formula.evaluate((element) => element.scrollWidth - element.clientWidth - element.scrollLeft);
    assert.ok((await hidden()) > 0);
    await formula.focus();
    await page.keyboard.press('End');
    for (let key = 0; key < 60 && (await hidden()) > 1; key++) await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => {
      const element = document.querySelector('.katex-display')!;
      return element.scrollWidth - element.clientWidth - element.scrollLeft <= 1;
    });
    await page.context().close();
  });

  it('keeps solutions back, and links to sections that it does not have', async () => {
    const { page } = await open('8.9-overlap.html', SIZES.wide);
    const text = await page.locator('article').innerText();
    assert.match(text, /not written yet/);
    assert.ok(!(await page.content()).includes(SOLUTION));
    assert.match(text, /one that is not here/);
    assert.equal(await page.getByRole('link', { name: 'one that is not here' }).count(), 0);
    await page.context().close();
  });

  it('finds words', async () => {
    const { page, complaints } = await open('index.html', SIZES.wide);
    await page.getByPlaceholder('Search').fill('membranes');
    await page.keyboard.press('Enter');
    await page.locator('#search-results').getByRole('link', { name: '8.10 Next' }).click();
    await page.getByRole('heading', { name: '8.10 Next' }).waitFor();
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  it('changes to dark and back', async () => {
    const { page } = await open('index.html', SIZES.wide);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    const grounds = new Set([light]);
    for (let press = 0; press < 3; press++) {
      await page.locator('.theme-toggle:visible').click();
      grounds.add(await ground());
    }
    assert.equal(grounds.size, 2);
    assert.equal(await ground(), light);
    await page.context().close();
  });

  it('is not made where a link is broken or a page would load from the network', () => {
    const site = path.join(folder, 'broken');
    mkdirSync(site);
    const head = '<script src="https://cdn.example/lib.js"></script><link rel="stylesheet" href="a.css">';
    const links =
      '<a href="b.html">b</a> <a href="#here">here</a> <a href="a.html#there">there</a> <a href="https://example.org">web</a>';
    writeFileSync(path.join(site, 'a.html'), `${head}<h2 id="here">Here</h2>${links}`);
    assert.deepEqual(tools.brokenLinks(site), [
      'a.html: loads https://cdn.example/lib.js from the network',
      'a.html: leads to a.css, which is not there',
      'a.html: leads to b.html, which is not there',
      'a.html: leads to a.html#there: no heading of that name',
    ]);
    assert.deepEqual(tools.brokenLinks(path.join(folder, 'site')), []);
    assert.ok(existsSync(path.join(folder, 'site', '_static', 'vega.min.js')));
  });
});
