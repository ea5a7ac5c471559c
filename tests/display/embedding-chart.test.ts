import assert from 'node:assert/strict';
import { DISPLAY } from '../../lib/display/bundle';
import { VEGA_LITE_MIME } from '../../lib/display/chart';
import { embeddingChart } from '../../lib/display/embedding-chart';
import { renderSvg } from './helpers';

const gray = (value: number) => ({
  data: new Uint8Array(12).fill(value),
  height: 2,
  width: 2,
  channels: 3 as const,
});
const labels = ['dog', 'cat', 'dog'];
const pictures = labels.map((_, index) => gray(80 * index));
const panels = [
  { title: 'trained', points: [[0, 0], [1, 0], [0, 1]] as [number, number][] }, // prettier-ignore
  { title: 'untrained', points: [[5, 5], [6, 5], [5, 6]] as [number, number][] }, // prettier-ignore
];

describe('display/embeddingChart', () => {
  it('draws every point in every map, with its picture for the page and for Vega-Lite', async () => {
    const { data } = await embeddingChart(panels, { title: 'Pets <3', pictures, labels })[DISPLAY]();
    const svg = String(data['image/svg+xml']);
    const marks = [...svg.matchAll(/aria-label="(\d:\d \w+)"/g)].map(([, mark]) => mark);
    assert.deepEqual(marks, ['1:1 dog', '1:2 cat', '1:3 dog', '2:1 dog', '2:2 cat', '2:3 dog']);
    const { width, height } = await renderSvg(svg);
    assert.ok(width > 700 && height > 340);
    const html = String(data['text/html']);
    const script = /<script>(.*?)<\/script>/s.exec(html)![1];
    const given = JSON.parse(script.slice(script.indexOf('document.currentScript.parentElement,') + 37, -1));
    assert.deepEqual(given.labels, labels);
    assert.equal(new Set(given.pictures).size, 3);
    assert.ok(given.pictures.every((uri: string) => uri.startsWith('data:image/jpeg;base64,')));
    assert.equal(given.svg, svg);
    assert.match(html, /aria-label="Pets &lt;3"/);
    const spec = data[VEGA_LITE_MIME] as {
      hconcat: { encoding: { tooltip: { field: string }[] }; data: { values: object[] } }[];
    };
    assert.equal(spec.hconcat[0].encoding.tooltip[0].field, 'image');
    assert.equal(spec.hconcat[1].data.values.length, 3);
  });

  it('gives classes beyond the colours another shape', async () => {
    const many = Array.from({ length: 12 }, (_, index) => `class ${String(index).padStart(2, '0')}`);
    const points = many.map((_, index): [number, number] => [index, index]);
    const options = { title: 'Many', pictures: many.map(() => gray(9)), labels: many };
    const svg = String(
      (await embeddingChart([{ title: 'all', points }], options)[DISPLAY]()).data['image/svg+xml'],
    );
    const looks = [...svg.matchAll(/aria-label="1:\d+ [^"]*"[^>]*? d="([^"]*)"[^>]*? fill="([^"]*)"/g)].map(
      ([, d, fill]) => d + fill,
    );
    assert.equal(new Set(looks).size, 12);
  });

  it('keeps the maps beside each other, however long their titles', async () => {
    const widthOf = async (name: string) => {
      const titled = [{ ...panels[0], title: name }, panels[1]];
      const { data } = await embeddingChart(titled, { title: 'Pets', pictures, labels })[DISPLAY]();
      return (await renderSvg(String(data['image/svg+xml']))).width;
    };
    assert.equal(await widthOf('a name that is nearly as wide as its map is'), await widthOf('a'));
  });

  it('refuses numbers that do not fit', async () => {
    assert.throws(
      () => embeddingChart(panels, { title: 't', pictures, labels: ['a'] }),
      /got 3 points in "trained" for 1 labels/,
    );
    assert.throws(() => embeddingChart([], { title: 't', pictures, labels }), /got no panels/);
    const chart = embeddingChart(panels, { title: 't', pictures: pictures.slice(1), labels });
    await assert.rejects(async () => chart[DISPLAY](), /got 2 pictures for 3 labels/);
  });
});
