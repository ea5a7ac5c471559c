import assert from 'node:assert/strict';
import { VEGA_LITE_MIME } from '../../lib/display/chart';
import { liveChart } from '../../lib/display/live-chart';
import { FakeClock, inNotebook, printed, type Shown } from './helpers';

interface Values {
  data: { values: { x: number; y: number }[] };
  width: number;
  height: number;
}

const spec = (shown: Shown | undefined) => shown!.bundle.data[VEGA_LITE_MIME] as unknown as Values;
const epochs = (shown: Shown | undefined) => spec(shown).data.values.map((row) => row.x);

describe('display/live-chart', () => {
  it('draws at once, then at most every 250 ms, always with the newest row', async () => {
    const clock = new FakeClock();
    const shown = await inNotebook((outputs) => {
      const chart = liveChart({ series: ['loss'], clock });
      chart.push({ epoch: 1, loss: 3 });
      assert.equal(outputs.length, 1);
      for (let epoch = 2; epoch <= 50; epoch++) {
        clock.advance(20);
        chart.push({ epoch, loss: 3 / epoch });
      }
      clock.advance(1000);
    });
    // 49 rows in 980 ms: at 0, 250, 500, 750 ms and once more for the rest.
    assert.equal(shown.length, 5);
    assert.equal(epochs(shown.at(-1)).at(-1), 50);
  });

  it('draws when it is due although no timer got through', async () => {
    const clock = new FakeClock();
    const busy = { now: () => clock.now(), later: () => () => {} };
    const shown = await inNotebook(() => {
      const chart = liveChart({ series: ['loss'], clock: busy });
      for (let epoch = 1; epoch <= 5; epoch++) {
        chart.push({ epoch, loss: 1 });
        clock.advance(300);
      }
    });
    assert.deepEqual(
      shown.map((output) => epochs(output).length),
      [1, 2, 3, 4, 5],
    );
  });

  it('updates one output of one size in place, and ends with a static picture', async () => {
    const clock = new FakeClock();
    const shown = await inNotebook(async () => {
      const chart = liveChart({ title: 'Training', series: ['trainLoss', 'validationLoss'], clock });
      for (let epoch = 1; epoch <= 4; epoch++) {
        chart.push({ epoch, trainLoss: 1 / epoch });
        clock.advance(300);
      }
      await chart.done();
      clock.advance(1000);
    });
    assert.equal(new Set(shown.map(({ options }) => options!.displayId)).size, 1);
    assert.deepEqual(
      shown.map(({ options }) => options!.update),
      [false, true, true, true, true],
    );
    assert.deepEqual(
      new Set(shown.map((output) => `${spec(output).width} × ${spec(output).height}`)).size,
      1,
    );
    assert.deepEqual(
      shown.map(({ bundle }) => 'image/svg+xml' in bundle.data),
      [false, false, false, false, true],
    );
  });

  it('keeps updates small in long runs, with the last row in place', async () => {
    const clock = new FakeClock();
    const shown = await inNotebook(() => {
      const chart = liveChart({ series: ['loss'], x: 'step', clock });
      for (let step = 1; step <= 25_000; step++) chart.push({ step, loss: 1 });
      clock.advance(250);
      assert.equal(chart.rows.length, 25_000);
    });
    const { values } = spec(shown.at(-1)).data as unknown as { values: { x: number }[] };
    assert.ok(values.length <= 501);
    assert.equal(values.at(-1)!.x, 25_000);
  });

  it('prints one line in a plain script', async () => {
    const lines = await printed(async () => {
      const chart = liveChart({ title: 'Training', series: ['loss'] });
      chart.push({ epoch: 1, loss: 1 });
      await chart.done();
    });
    assert.deepEqual(lines, ['[chart: Training] rows: 1']);
  });

  it('refuses rows without a place on the horizontal axis', () => {
    assert.throws(
      () => liveChart({ series: ['loss'] }).push({ loss: 1 }),
      /epoch undefined; expected a number/,
    );
    assert.throws(() => liveChart({ series: [] }), /got no series/);
  });
});
