import assert from 'node:assert/strict';
import sharp from 'sharp';
import { DISPLAY } from '../../lib/display/bundle';
import { normalizationExplorer } from '../../lib/display/normalization-explorer';
import type { NormalizationPageData } from '../../lib/display/normalization-page';
import { normalizationView } from '../../lib/display/normalization-view';
import type { Volume } from '../../lib/io/image';
import { minMax, zScore } from '../../lib/transforms/intensity/normalize';
import { syntheticCt } from '../../lib/datasets/synthetic/ct';
import { renderSvg } from './helpers';

const AFFINE = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1];
const ct = syntheticCt({ slices: 18, size: 48 }).volume;
const area = 48 * 48;
const grey = [-1000, 600] as const;
const options = {
  title: 'Chest',
  unit: 'HU',
  grey,
  reference: { name: 'muscle', value: 50 },
  size: 48,
  start: 3,
};

async function show(volume: Volume, changed: object = {}) {
  const figure = normalizationExplorer(volume, { ...options, ...changed });
  const { data } = (await figure[DISPLAY]()) as { data: Record<string, string> };
  const html = data['text/html'];
  const from = html.indexOf('document.currentScript.parentElement,') + 37;
  const page = JSON.parse(html.slice(from, html.indexOf(',function', from))) as NormalizationPageData;
  return { html, svg: data['image/svg+xml'], text: data['text/plain'], page };
}

/** The values of a slice under the five normalisations, by the transforms themselves. */
const normalised = (slice: number) =>
  [ct, zScore(ct, { scope: 'slice' }), zScore(ct), minMax(ct, { scope: 'slice' }), minMax(ct)].map(
    ({ data }) => Float64Array.from(data.subarray(slice * area, (slice + 1) * area)),
  );

describe('display/normalizationExplorer', () => {
  let shown: Awaited<ReturnType<typeof show>>;
  before(async () => (shown = await show(ct)));

  it('tells the statistics of each slice as the transforms make them', () => {
    for (const slice of [0, 9, 17]) {
      const views = normalizationView(shown.page, slice);
      normalised(slice).forEach((values, pane) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / area;
        const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / area);
        const expected = [Math.min(...values), Math.max(...values), mean, deviation];
        const { decimals } = shown.page.panes[pane];
        expected.forEach((value, column) => {
          const told = Number(views[pane].numbers[column].replace('−', '-'));
          assert.ok(Math.abs(told - value) <= 0.5001 * 10 ** -decimals, `${told} for ${value}, pane ${pane}`);
        });
      });
    }
  });

  it('draws every slice in the greys of its normalised values', async () => {
    const { page } = shown;
    for (const slice of [0, 9, 17]) {
      const sheet = Buffer.from(page.sheets[Math.floor(slice / page.slicesPerSheet)], 'base64');
      const pixels = await sharp(sheet).extractChannel(0).raw().toBuffer();
      const bytes = pixels.subarray((slice % page.slicesPerSheet) * area).subarray(0, area);
      const views = normalizationView(page, slice);
      normalised(slice).forEach((values, pane) => {
        const [black, white] = page.panes[pane].grey;
        let worst = 0;
        values.forEach((value, at) => {
          const exact = Math.min(255, Math.max(0, (255 * (value - black)) / (white - black)));
          worst = Math.max(worst, Math.abs(views[pane].greys[bytes[at]] - exact));
        });
        assert.ok(worst < 2.5, `slice ${slice}, pane ${pane}: off by ${worst} of 255`);
      });
    }
  });

  it('lets volumes keep their look, and slices not', () => {
    const [raw, zSlice, zVolume, minMaxSlice, minMaxVolume] = normalizationView(shown.page, 0).map(
      ({ greys }) => greys.join(),
    );
    assert.equal(zVolume, raw);
    assert.equal(minMaxVolume, raw);
    assert.notEqual(zSlice, raw);
    assert.notEqual(minMaxSlice, raw);
  });

  it('counts every pixel once, and draws bars of the shares', () => {
    const { histograms, most } = shown.page;
    for (const counts of histograms)
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        area,
      );
    const slice = histograms.findIndex((counts) => counts.includes(most));
    const tops = [...normalizationView(shown.page, slice)[0].path.matchAll(/V([\d.]+)H/g)].map(([, top]) =>
      Number(top),
    );
    assert.equal(Math.min(...tops), 2);
    assert.equal(tops.indexOf(2), histograms[slice].indexOf(most));
  });

  it('shows its start slice to viewers without scripts, in HTML and SVG', async () => {
    const { html, svg, text } = shown;
    const still = html.slice(0, html.indexOf('<script>'));
    assert.equal(still.match(/<img /g)!.length, 5);
    assert.match(still, /alt="z-score, each slice: Slice 4 of 18"/);
    assert.match(still, /<th scope="col"[^>]*>muscle \(50 HU\)<\/th>/);
    const numbers = normalizationView(shown.page, 3).flatMap((view) => view.numbers);
    assert.deepEqual(
      [...still.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, cell]) => cell),
      numbers,
    );
    for (const number of numbers) assert.ok(svg.includes(`>${number}</text>`), number);
    const { width, height } = await renderSvg(svg);
    assert.ok(width > height);
    assert.equal(text, '[normalizationExplorer: Chest, 18 slices]');
  });

  it('shrinks pictures, not statistics', async () => {
    const { page } = await show(ct, { size: 24 });
    assert.deepEqual([page.height, page.width], [24, 24]);
    assert.deepEqual(page.statistics, shown.page.statistics);
    const sheet = await sharp(Buffer.from(page.sheets[0], 'base64')).metadata();
    assert.deepEqual([sheet.width, sheet.height], [24, 24 * 16]);
  });

  it('bears slices of one value', async () => {
    const data = new Float32Array(2 * 16 * 16).fill(7, 256);
    const { page } = await show(
      { data, shape: [2, 16, 16], channels: 1, affine: AFFINE },
      { start: 1, grey: undefined },
    );
    const [, zSlice, , minMaxSlice] = normalizationView(page, 1);
    assert.deepEqual(zSlice.numbers.slice(0, 4), ['0.00', '0.00', '0.00', '0.00']);
    assert.deepEqual(minMaxSlice.numbers.slice(0, 4), ['0.00', '0.00', '0.00', '0.00']);
    for (const view of normalizationView(page, 1)) assert.doesNotMatch(view.path, /NaN|Infinity/);
  });

  it('lets no text end the script or become markup', async () => {
    const { html } = await show(ct, { title: '</script><b>', reference: { name: '<i>', value: 0 } });
    assert.equal(html.match(/<\/script>/g)!.length, 1);
    assert.doesNotMatch(html, /<[bi]>/);
  });

  it('says what is wrong before it draws', () => {
    const volume = (changed: object) => ({ ...ct, ...changed }) as Volume;
    const wrong: [Volume, object, RegExp][] = [
      [volume({ shape: [18 * 48, 48] }), {}, /got \[864, 48\] with 1 channels; expected a volume/],
      [volume({ shape: [9, 48, 48], channels: 2 }), {}, /with 2 channels/],
      [volume({ data: new Float32Array(ct.data.length).fill(NaN) }), {}, /NaN or infinite/],
      [ct, { start: 18 }, /got start 18; expected a slice from 0 to 17/],
      [ct, { grey: [5, 5] }, /got grey \[5, 5\]; expected \[black, white\]/],
      [ct, { size: 8 }, /got size 8; expected an integer from 16 to 1024/],
      [ct, { reference: { name: 'x', value: Infinity } }, /got reference Infinity/],
    ];
    for (const [image, changed, message] of wrong) {
      assert.throws(() => normalizationExplorer(image, { ...options, ...changed }), message);
    }
  });
});
