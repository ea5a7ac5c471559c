import { unetExercise } from '../../lib/check/8-3-unet';
import { UNetInput } from '../../lib/check/8-3-unet/probes';
import { Case, defineCase, integer, mustEqual, pick, Random } from '../../lib/check/case';
import { runProbe } from '../../lib/check/exercise';
import { judgeGradients } from '../../lib/check/networks/judge-gradients';
import { judgeInitialWeights } from '../../lib/check/networks/judge-initial-weights';
import { judgeReach, reachOf } from '../../lib/check/networks/judge-reach';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { judgeValues } from './networks/judge-values';
import { judgeWeights, WeightNames } from './networks/judge-weights';
import { referenceBlocks, Slips } from './networks/reference-blocks';
import { otherRightBlocks, pathsOf, unetOf } from './networks/reference-paths';
import { referenceValues } from './networks/reference-values';
import { INHERITED_SLIPS, JOINING_SLIPS, KnownSlip, LAST_LAYER_SLIPS, OPTION_SLIPS } from './networks/slips';

const library = { BasicUNet };

const withSlips = (slips: Slips) => unetOf(pathsOf(referenceBlocks(slips)));

type Options = UNetInput['options'];

const drawn =
  (more: (random: Random) => Options, rest: (random: Random) => Partial<UNetInput> = () => ({})) =>
  (random: Random): UNetInput => ({
    options: {
      inputChannels: integer(random, 1, 4),
      baseChannels: integer(random, 3, 5),
      numClasses: integer(random, 2, 4),
      numBlocks: integer(random, 2, 3),
      ...more(random),
    },
    sizes: [[8 * integer(random, 2, 3), 8 * integer(random, 2, 3)]],
    batch: integer(random, 1, 2),
    seed: integer(random, 1, 1e9),
    ...rest(random),
  });

const same = () => ({});

function valuesCase(
  title: string,
  points: number,
  input: (random: Random) => UNetInput,
  slips: readonly KnownSlip[] = [...JOINING_SLIPS, ...LAST_LAYER_SLIPS],
): Case {
  return defineCase({
    title,
    points,
    probe: 'values',
    input,
    expected: (input) =>
      referenceValues(
        unetExercise,
        input,
        [library, ...otherRightBlocks().map((blocks) => unetOf(pathsOf(blocks)))],
        [
          ...INHERITED_SLIPS.map(({ slips, hint }) => ({ answer: withSlips(slips), hint, credit: 1 })),
          ...slips.map(({ slips, hint }) => ({ answer: withSlips(slips), hint })),
        ],
      ),
    judge: judgeValues,
  });
}

const weightsCase = (title: string, input: (random: Random) => UNetInput): Case =>
  defineCase({
    title,
    points: 1,
    probe: 'weights',
    input,
    expected: async (input) =>
      (await runProbe(unetExercise, library, 'weights', input)) as unknown as WeightNames,
    judge: judgeWeights,
  });

const startCase = (title: string, kinds: Parameters<typeof judgeInitialWeights>[1], options: Options): Case =>
  defineCase({
    title,
    points: 1,
    probe: 'initialWeights',
    input: (): UNetInput => ({ options, sizes: [] }),
    expected: () => null,
    judge: (evidence) => judgeInitialWeights(evidence, kinds),
  });

/** Hidden cases of the network. */
export const hiddenUNetCases: readonly Case[] = [
  weightsCase(
    'Weights',
    drawn((random) => ({ numBlocks: pick(random, [1, 3]), numConvolutions: integer(random, 1, 3) })),
  ),
  weightsCase('Weights by default', () => ({ options: {}, sizes: [] })),
  valuesCase('Values', 2, drawn(same)),
  valuesCase(
    'Values with one block',
    1,
    drawn(() => ({ numBlocks: 1 })),
  ),
  valuesCase(
    'Values in training mode',
    1,
    drawn(same, () => ({ training: true, batch: 3 })),
  ),
  valuesCase(
    'Values with other options',
    2,
    drawn((random) => ({
      numConvolutions: pick(random, [1, 3]),
      normalization: 'none',
      activation: pick(random, ['elu', 'tanh']),
    })),
    OPTION_SLIPS,
  ),
  defineCase({
    title: 'Images of several sizes',
    points: 1,
    probe: 'shapes',
    input: drawn(same, (random) => ({
      sizes: [1, 2, 3].map((): [number, number] => [8 * integer(random, 1, 4), 8 * integer(random, 1, 4)]),
    })),
    expected: ({ options, sizes, batch }) => sizes.map((size) => [batch!, ...size, options.numClasses!]),
    judge: mustEqual('Leave height and width open: tf.input({ shape: [null, null, inputChannels] }).'),
  }),
  startCase('How kernels start', ['kernel'], { inputChannels: 3, baseChannels: 12, numBlocks: 3 }),
  startCase('How the other weights start', ['bias', 'gamma', 'beta', 'mean', 'variance'], {
    baseChannels: 4,
  }),
  defineCase({
    title: 'Reach of a point',
    points: 1,
    probe: 'reach',
    input: drawn(
      (random) => ({
        inputChannels: 1,
        numBlocks: pick(random, [1, 2]),
        numConvolutions: pick(random, [1, 2]),
        normalization: 'none',
        // Of few channels, ReLU may leave none alive.
        activation: 'elu',
      }),
      () => ({ sizes: [[96, 96]] }),
    ),
    // The farthest pixels change so little that rounding decides about them.
    async expected(input) {
      const { least, most } = reachOf(await runProbe(unetExercise, library, 'reach', input))!;
      return { least: least - 2, most: most + 2 };
    },
    judge: judgeReach,
  }),
  defineCase({
    title: 'Gradients',
    points: 1,
    probe: 'gradients',
    input: drawn(() => ({ activation: 'elu' })),
    expected: () => null,
    judge: judgeGradients,
  }),
  defineCase({
    title: 'Tensors that a prediction leaves behind',
    points: 1,
    probe: 'leaks',
    input: drawn(same),
    expected: () => 0,
    judge: mustEqual(
      'Tensors that a layer makes are its own to dispose of: tf.tidy does it, tf.keep prevents it.',
    ),
  }),
];
