import { pathsExercise } from '../../lib/check/8-2-paths';
import { PathInput } from '../../lib/check/8-2-paths/probes';
import { Case, defineCase, integer, pick, Random } from '../../lib/check/case';
import { runProbe } from '../../lib/check/exercise';
import { judgeGradients } from '../../lib/check/networks/judge-gradients';
import { DownsamplingPath, UpsamplingPath } from '../../lib/nn/paths';
import { judgeValues } from './networks/judge-values';
import { judgeWeights, WeightNames } from './networks/judge-weights';
import { referenceBlocks } from './networks/reference-blocks';
import { otherRightBlocks, pathsOf } from './networks/reference-paths';
import { referenceValues } from './networks/reference-values';
import { INHERITED_SLIPS, JOINING_SLIPS, KnownSlip, OPTION_SLIPS } from './networks/slips';

const library = { DownsamplingPath, UpsamplingPath };

const drawn =
  (path: PathInput['path'], more: (random: Random) => Partial<PathInput>) => (random: Random) => ({
    path,
    inputChannels: integer(random, 1, 4),
    baseChannels: integer(random, 3, 5),
    numClasses: integer(random, 2, 4),
    numBlocks: integer(random, 2, 3),
    size: [8 * integer(random, 2, 3), 8 * integer(random, 2, 3)] as [number, number],
    batch: integer(random, 1, 2),
    seed: integer(random, 1, 1e9),
    ...more(random),
  });

type ValuesCase = {
  path: PathInput['path'];
  title: string;
  points: number;
  more?: (random: Random) => Partial<PathInput>;
  slips?: readonly KnownSlip[];
};

const valuesCase = ({ path, title, points, more = () => ({}), slips = JOINING_SLIPS }: ValuesCase): Case =>
  defineCase({
    title,
    points,
    probe: 'values',
    input: drawn(path, more),
    expected: (input: PathInput) =>
      referenceValues(
        pathsExercise,
        input,
        [library, ...otherRightBlocks().map(pathsOf)],
        [
          ...INHERITED_SLIPS.map(({ slips, hint }) => ({
            answer: pathsOf(referenceBlocks(slips)),
            hint,
            credit: 1,
          })),
          ...slips.map(({ slips, hint }) => ({ answer: pathsOf(referenceBlocks(slips)), hint })),
        ],
      ),
    judge: judgeValues,
  });

const weightsCase = (title: string, input: (random: Random) => PathInput): Case =>
  defineCase({
    title,
    points: 1,
    probe: 'weights',
    input,
    expected: async (input) =>
      (await runProbe(pathsExercise, library, 'weights', input)) as unknown as WeightNames,
    judge: judgeWeights,
  });

const deep = (random: Random): Partial<PathInput> => ({
  numBlocks: pick(random, [1, 3, 4]),
  numConvolutions: integer(random, 1, 3),
});

/** Hidden cases of the paths. */
export const hiddenPathCases: readonly Case[] = [
  weightsCase('Weights of the downsampling path', drawn('down', deep)),
  weightsCase('Weights of the upsampling path', drawn('up', deep)),
  weightsCase('Weights by default', () => ({ path: 'both', inputChannels: 2, size: [16, 16] })),
  valuesCase({ path: 'down', title: 'Values of the downsampling path', points: 2 }),
  valuesCase({ path: 'up', title: 'Values of the upsampling path', points: 2 }),
  valuesCase({ path: 'both', title: 'Values of both paths', points: 2 }),
  valuesCase({ path: 'both', title: 'Values with one block', points: 1, more: () => ({ numBlocks: 1 }) }),
  valuesCase({
    path: 'both',
    title: 'Values in training mode',
    points: 1,
    more: () => ({ training: true, batch: 3 }),
  }),
  valuesCase({
    path: 'both',
    title: 'Values with other options',
    points: 2,
    more: (random) => ({
      numConvolutions: pick(random, [1, 3]),
      normalization: 'none',
      activation: pick(random, ['elu', 'tanh']),
    }),
    slips: OPTION_SLIPS,
  }),
  defineCase({
    title: 'Gradients',
    points: 1,
    probe: 'gradients',
    // Of few channels, ReLU may leave none alive.
    input: drawn('both', () => ({ activation: 'elu' })),
    expected: () => null,
    judge: judgeGradients,
  }),
];
