import assert from 'node:assert/strict';
import { judgeValues, MapValues } from '../../../grading/exercises/networks/judge-values';
import { judgeWeights } from '../../../grading/exercises/networks/judge-weights';
import { referenceBlocks } from '../../../grading/exercises/networks/reference-blocks';
import { pathsOf, unetOf } from '../../../grading/exercises/networks/reference-paths';
import { BLOCK_SLIPS } from '../../../grading/exercises/networks/slips';
import { blocksExercise } from '../../../lib/check/8-1-blocks';
import { unetExercise } from '../../../lib/check/8-3-unet';
import { UNetInput } from '../../../lib/check/8-3-unet/probes';
import { runProbe } from '../../../lib/check/exercise';
import { judgeInitialWeights } from '../../../lib/check/networks/judge-initial-weights';
import { BasicUNet } from '../../../lib/nn/models/basic-unet';
import { randomState, restoreRandomState, setSeed } from '../../../lib/runtime';

const reference = unetOf(pathsOf(referenceBlocks()));

const INPUTS: UNetInput[] = [
  { options: { baseChannels: 3, numBlocks: 3, numClasses: 2 }, sizes: [[16, 24]], seed: 4, training: true },
  {
    options: { baseChannels: 4, numBlocks: 1, numConvolutions: 3, normalization: 'none', activation: 'elu' },
    sizes: [[8, 8]],
    seed: 5,
  },
];

describe('grading/exercises/networks', () => {
  for (const input of INPUTS) {
    it(`makes of stock layers what the library's network is: ${JSON.stringify(input.options)}`, async () => {
      for (const probe of ['weights', 'values', 'gradients']) {
        const [own, library] = [
          await runProbe(unetExercise, reference, probe, input),
          await runProbe(unetExercise, { BasicUNet }, probe, input),
        ];
        if (probe === 'weights') assert.deepEqual(own, library);
        if (probe === 'gradients') assert.equal((own as unknown[]).length, (library as unknown[]).length);
        if (probe !== 'values') continue;
        const [[mine], [right]] = [own, library] as unknown as MapValues[][];
        right.values.forEach((value, index) => {
          assert.ok(Math.abs(value - mine.values[index]) < 1e-4, `${value} ${mine.values[index]}`);
        });
      }
    });
  }

  it('tells max-pooling by right blocks, however their weights start', async () => {
    const pooling = blocksExercise.visible.find(({ probe }) => probe === 'maxima')!;
    const input = pooling.input(() => 0);
    const random = randomState();
    try {
      for (let seed = 0; seed < 80; seed++) {
        setSeed(seed);
        const evidence = await runProbe(blocksExercise, referenceBlocks(), 'maxima', input);
        const { credit } = await pooling.judge(evidence, null, input);
        assert.equal(credit, 1, JSON.stringify({ seed, evidence }));
      }
    } finally {
      restoreRandomState(random);
    }
  });

  it('names the slip whose values are got, and one alone', async () => {
    const input = {
      block: 'BottleneckBlock',
      options: { inputChannels: 6, outputChannels: 8 },
      size: [8, 12],
      seed: 3,
    };
    const maps = async (slips: Parameters<typeof referenceBlocks>[0]) =>
      (await runProbe(blocksExercise, referenceBlocks(slips), 'values', input)) as unknown as MapValues[];
    const right = await maps({});
    const known = BLOCK_SLIPS.filter(({ slips }) => slips.order ?? slips.upsampling ?? slips.alwaysTraining);
    const slips = known.map(({ slips, hint }) => ({ maps: () => maps(slips), hint }));
    const expected = { right: [() => Promise.resolve(right)], slips };
    for (const slip of slips) {
      const { credit, hint } = await judgeValues((await slip.maps()) as never, expected);
      assert.deepEqual({ credit, hint }, { credit: 0, hint: slip.hint });
    }
    assert.equal((await judgeValues(right as never, expected)).credit, 1);
  });

  it('takes no value for right that is NaN or off by more than the tolerance', async () => {
    const map = (values: number[]) => [{ shape: [values.length], values: Float32Array.from(values) }];
    const expected = { right: [() => Promise.resolve(map([1, -2, 0]))], slips: [] };
    const credit = async (values: number[]) => (await judgeValues(map(values), expected)).credit;
    assert.equal(await credit([1.01, -2, 0.01]), 1);
    for (const wrong of [
      [1.03, -2, 0],
      [1, NaN, 0],
      [1, -2, Infinity],
      [1, 2, 0],
    ]) {
      assert.equal(await credit(wrong), 0, `${wrong}`);
    }
  });

  it('tells which weights are missing or too many', () => {
    const expected = {
      trainable: ['beta 8', 'bias 8', 'gamma 8', 'kernel 3×3×4×8'],
      others: ['mean 8', 'variance 8'],
    };
    const hint = (trainable: string[], others = expected.others) =>
      judgeWeights({ trainable, others }, expected).hint;
    assert.equal(judgeWeights(expected, expected).credit, 1);
    assert.match(hint(['bias 8', 'kernel 3×3×4×8'], [])!, /Normalisation is missing/);
    assert.match(hint([...expected.trainable, 'kernel 3×3×8×8'])!, /more convolutions/);
    assert.match(hint(['beta 8', 'gamma 8'])!, /convolution is missing/);
    assert.match(hint(['beta 8', 'gamma 8', 'kernel 3×3×4×8'])!, /bias/);
    assert.match(hint(['beta 8', 'bias 8', 'gamma 8', 'kernel 3×3×8×8'])!, /other channels/);
    assert.match(
      hint(['kernel 3×3×4×8'], ['beta 8', 'bias 8', 'gamma 8', 'mean 8', 'variance 8'])!,
      /frozen/,
    );
  });

  it('tells how kernels start', () => {
    const shape = [3, 3, 16, 64];
    const start = (deviation: number, beyond = 0.0455, mean = 0) =>
      judgeInitialWeights([{ kind: 'kernel', shape, mean, deviation, beyond }], ['kernel']);
    const fanOut = Math.sqrt(2 / (9 * 64));
    assert.equal(start(fanOut).credit, 1);
    assert.equal(start(fanOut, 0).credit, 0.5);
    assert.match(start(0.8796 * fanOut, 0.035).hint!, /clipped/);
    assert.match(start(Math.sqrt(2 / (9 * 16))).hint!, /fan-in/);
    assert.match(start(Math.sqrt(2 / (9 * 80)), 0).hint!, /Glorot/);
    assert.match(start(fanOut, 0.0455, 0.1).hint!, /mean of a kernel/);
    assert.match(start(3 * fanOut).hint!, /Standard deviation/);
  });
});
