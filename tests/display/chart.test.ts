import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { DISPLAY } from '../../lib/display/bundle';
import { showChart, VEGA_LITE_MIME, type ChartSpec } from '../../lib/display/chart';
import { barChart, histogram, lineChart } from '../../lib/display/chart-helpers';
import { inNotebook, printed, renderSvg } from './helpers';

const ROWS = [
  { epoch: 1, trainLoss: 0.9, validationLoss: 0.95 },
  { epoch: 2, trainLoss: 0.5 },
  { epoch: 3, trainLoss: 0.3, validationLoss: 0.6 },
];

const count = (svg: unknown, pattern: RegExp) => [...String(svg).matchAll(pattern)].length;

async function show(spec: ChartSpec) {
  const [output] = await inNotebook(() => showChart(spec));
  return output!.bundle.data;
}

describe('display/chart', () => {
  it('sends version 5 of Vega-Lite and a static picture of the same chart', async () => {
    const data = await show(
      barChart(
        [
          { model: 'U-Net', dice: 0.8 },
          { model: 'FCN', dice: 0.7 },
        ],
        { x: 'dice', y: 'model' },
      ),
    );
    const spec = data[VEGA_LITE_MIME] as Record<string, unknown>;
    assert.equal(VEGA_LITE_MIME, 'application/vnd.vegalite.v5+json');
    assert.match(String(spec['$schema']), /vega-lite\/v5\.json$/);
    // JupyterLab prefers HTML to Vega-Lite, which would hide the interactive chart.
    assert.equal(data['text/html'], undefined);
    assert.match(String(data['image/svg+xml']), />U-Net</);
    const { width, height } = await renderSvg(data['image/svg+xml']);
    assert.ok(width > 300 && height > 40);
  });

  it('says in words what it shows', async () => {
    const words = async (spec: ChartSpec) => {
      const data = await show(spec);
      const { description } = data[VEGA_LITE_MIME] as Record<string, unknown>;
      assert.match(String(data['image/svg+xml']), /^<svg role="img" aria-label="[^"]+" /);
      return description;
    };
    assert.equal(
      await words(lineChart(ROWS, { x: 'epoch', y: ['trainLoss'], title: 'Loss "so far"' })),
      'Chart: Loss "so far"; train loss against epoch',
    );
    assert.equal(
      await words(barChart([{ name: 'a', size: 1 }], { x: 'size', y: 'name' })),
      'Chart; name against size',
    );
    assert.equal(
      await words({ ...lineChart(ROWS, { x: 'epoch', y: ['trainLoss'] }), description: 'Falls.' }),
      'Falls.',
    );
  });

  it('puts whole ticks under the bars of whole numbers', async () => {
    const ticks = async (sizes: number[]) => {
      const rows = sizes.map((size, n) => ({ name: `bar ${n}`, size }));
      const data = await show(barChart(rows, { x: 'size', y: 'name' }));
      return [...String(data['image/svg+xml']).matchAll(/>(\d+(?:\.\d+)?)</g)].map(([, tick]) => tick);
    };
    assert.deepEqual(await ticks([3, 1]), ['0', '1', '2', '3']);
    assert.ok((await ticks([2.5, 1])).some((tick) => !Number.isInteger(Number(tick))));
  });

  it('puts a tick at each of a few epochs, and between many only at whole ones', async () => {
    const ticks = (epochs: number) => {
      const rows = Array.from({ length: epochs }, (_, at) => ({ epoch: at + 1, loss: 1 }));
      const { encoding } = lineChart(rows, { x: 'epoch', y: 'loss' }) as unknown as {
        encoding: { x: { axis: { values?: number[]; tickMinStep?: number } } };
      };
      return encoding.x.axis;
    };
    assert.deepEqual(ticks(2), { values: [1, 2], format: ',d' });
    assert.deepEqual(ticks(40), { tickMinStep: 1 });
    assert.deepEqual(lineChart([], { x: 'epoch', y: 'loss' }).data, { values: [] });
  });

  it("makes specifications that Vega-Lite's own schema accepts", async () => {
    const schema = JSON.parse(
      readFileSync(require.resolve('vega-lite/vega-lite-schema.json'), 'utf8'),
    ) as object;
    const validate = new Ajv({ strict: false, allErrors: false, validateFormats: false }).compile(schema);
    const specs = [
      lineChart(ROWS, { x: 'epoch', y: ['trainLoss', 'validationLoss'], title: 'Loss' }),
      histogram([1, 2, 3, 4]),
      barChart([{ name: 'a', size: 1 }], { x: 'size', y: 'name' }),
    ];
    for (const spec of specs) {
      const themed = (await show(spec))[VEGA_LITE_MIME];
      assert.ok(validate(themed), JSON.stringify(validate.errors?.slice(0, 3)));
    }
  });

  it('lets the specification overrule the theme', async () => {
    const spec = {
      ...barChart([{ name: 'a', size: 1 }], { x: 'size', y: 'name' }),
      config: { axis: { labelFontSize: 31 } },
    };
    const themed = (await show(spec))[VEGA_LITE_MIME] as { config: { axis: Record<string, unknown> } };
    assert.equal(themed.config.axis['labelFontSize'], 31);
    assert.equal(themed.config.axis['titleFontSize'], 12);
  });

  it('draws a line a series, joined across rows without a value', async () => {
    const svg = (await show(lineChart(ROWS, { x: 'epoch', y: ['trainLoss', 'validationLoss'] })))[
      'image/svg+xml'
    ];
    assert.equal(count(svg, /aria-roledescription="line mark"/g), 2);
    assert.equal(count(svg, /aria-roledescription="point"/g), 5);
    assert.match(String(svg), />validation loss</);
  });

  it('keeps the axes apart whatever the fields are called', () => {
    const { data } = lineChart([{ y: 1, series: 2 }], { x: 'y', y: 'series' }) as unknown as {
      data: unknown;
    };
    assert.deepEqual(data, { values: [{ x: 1, series: 'series', y: 2 }] });
  });

  it('counts into equal bins, the highest value in the last', () => {
    const { data } = histogram([0, 0.1, 1, 2.9, 3, NaN], { bins: 3 }) as unknown as {
      data: { values: { from: number; to: number; count: number }[] };
    };
    assert.deepEqual(
      data.values.map((bin) => bin.count),
      [2, 1, 2],
    );
    assert.deepEqual([data.values[0]!.from, data.values[2]!.to], [0, 3]);
  });

  it('refuses what are no bins', () => {
    for (const bins of [0, -1, 2.5, NaN]) {
      assert.throws(() => histogram([1, 2], { bins }), {
        name: 'RangeError',
        message: `histogram: got bins ${bins}; expected an integer of at least 1, such as 30`,
      });
    }
  });

  it('gives helpers a drawing of their own that does not leak into the specification', async () => {
    const spec = histogram([1, 2, 3]);
    assert.deepEqual(Object.keys({ ...spec }).sort(), ['data', 'encoding', 'mark']);
    const bundle = await spec[DISPLAY]();
    assert.ok(bundle.data['image/svg+xml']);
  });

  it('says what is wrong with a specification', async () => {
    const data = { values: ROWS };
    await assert.rejects(
      showChart({ data, mark: 'line', encoding: { x: { field: 'epoch' }, y: { field: 'los' } } }),
      /encoding y got field "los", which no data row has; the fields are "epoch", "trainLoss", "validationLoss"/,
    );
    await assert.rejects(showChart({ data }), (error: Error) => {
      assert.match(error.message, /^showChart: Vega-Lite cannot draw this specification: .*"mark"/);
      assert.ok(error.message.length < 400, 'the message quotes the specification');
      return true;
    });
    await assert.rejects(
      showChart({ data, mark: 'lines', encoding: {} }),
      /got mark "lines"; expected one of arc, area, bar,/,
    );
  });

  it('prints what Vega-Lite notes, and nothing on standard error', async () => {
    const spec = {
      data: { values: ROWS },
      mark: 'bar',
      encoding: { x: { field: 'epoch' }, shape: { field: 'epoch' } },
    };
    const original = console.warn;
    const warned: unknown[] = [];
    console.warn = (...values: unknown[]) => warned.push(values);
    try {
      const lines = await printed(() => showChart(spec));
      assert.match(lines[0]!, /^showChart: Vega-Lite notes: .*shape.*bar/);
      assert.equal(lines.at(-1), '[chart]');
    } finally {
      console.warn = original;
    }
    assert.deepEqual(warned, []);
  });

  it('escapes titles in the static picture', async () => {
    const svg = (
      await show(lineChart(ROWS, { x: 'epoch', y: 'trainLoss', title: '<script>alert(1)</script>' }))
    )['image/svg+xml'];
    assert.doesNotMatch(String(svg), /<script/);
    await renderSvg(svg);
  });
});
