import assert from 'node:assert/strict';
import { planBudget, type BudgetOptions } from '../../lib/workflow/budget';
import type { Configuration } from '../../lib/planning/plan';

const configuration: Configuration = {
  spacing: [1, 1],
  medianShape: [256, 320],
  patchSize: [256, 320],
  batchSize: 40,
  poolings: [6, 6],
  strides: [],
  kernels: [],
  features: [32, 64],
  convolutions: 2,
  batchDice: true,
  normalizations: [],
  decisions: [],
};

/** A machine on which a step takes as many seconds as the first stage's channels, times a factor. */
function machine(secondsPerChannel: number, options: Partial<BudgetOptions> = {}) {
  let clock = 0;
  const tried: number[] = [];
  return {
    tried,
    budget: planBudget({
      seconds: 1200,
      configuration,
      heldOut: [[1, 256, 320]],
      now: () => clock,
      async measure({ features }) {
        tried.push(features[0]);
        const step = features[0] * secondsPerChannel;
        clock += 3000 * step;
        return { step, predict: step / 10 };
      },
      ...options,
    }),
  };
}

describe('workflow/budget', () => {
  it('takes the widest network that makes enough steps, and fills the time with them', async () => {
    const { budget, tried } = machine(0.045);
    const { configuration: chosen, epochs, iterations, decisions } = await budget;
    // 16 channels make 1,490 steps of 0.72 s in 0.9 · 1195 s; 24 would make 990 at best
    assert.equal(chosen.features[0], 16);
    assert.deepEqual(tried, [8, 12, 16]);
    const seconds = epochs * iterations * 16 * 0.045;
    assert.ok(seconds < 0.9 * 1200 && seconds > 0.85 * 1200, String(seconds));
    assert.ok(epochs >= 10 && iterations >= 40 && iterations <= 60);
    assert.deepEqual(
      decisions.map(({ subject }) => subject),
      ['patch size', 'batch size', 'optimizer', 'network', 'length'],
    );
  });

  it('is the narrowest and a few steps where there is no time', async () => {
    const { budget, tried } = machine(0.03, { seconds: 12 });
    const { configuration: chosen, epochs, iterations } = await budget;
    assert.equal(chosen.features[0], 8);
    assert.deepEqual(tried, [8]);
    assert.deepEqual([epochs, iterations], [10, 4]);
  });

  it('cuts the patch in its proportions, divisible as its own poolings ask, and the batch', async () => {
    const { configuration: chosen } = await machine(0.03).budget;
    const { patchSize, batchSize, strides, kernels, poolings } = chosen;
    assert.equal(batchSize, 4);
    assert.ok(patchSize[0] * patchSize[1] <= 192 ** 2 && patchSize[0] * patchSize[1] > 0.6 * 192 ** 2);
    assert.ok(patchSize[1] > patchSize[0]);
    patchSize.forEach((side, axis) => assert.equal(side % 2 ** poolings[axis], 0));
    assert.equal(strides.length, kernels.length);
    assert.equal(chosen.features.length, strides.length);
  });

  it('leaves a small patch as it is', async () => {
    const small = { ...configuration, patchSize: [40, 48], medianShape: [40, 48] };
    const { configuration: chosen } = await machine(0.03, { configuration: small }).budget;
    assert.deepEqual(chosen.patchSize, [40, 48]);
  });

  it('keeps time for what is held out, but never most of it', async () => {
    const few = await machine(0.01).budget;
    const many = await machine(0.01, { heldOut: new Array(10_000).fill([1, 1000, 1000]) as number[][] })
      .budget;
    const seconds = ({ epochs, iterations, configuration: { features } }: typeof few) =>
      epochs * iterations * features[0] * 0.01;
    assert.ok(seconds(many) < seconds(few));
    assert.ok(seconds(many) > 0.55 * 1200, String(seconds(many)));
  });

  for (const seconds of [0, -1, NaN, Infinity]) {
    it(`refuses ${seconds} seconds`, async () => {
      await assert.rejects(machine(1, { seconds }).budget, /got .* seconds; expected a positive number/);
    });
  }
});
