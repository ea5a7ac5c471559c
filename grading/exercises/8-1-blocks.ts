import { blocksExercise } from '../../lib/check/8-1-blocks';
import { BlockInput, BlockName, Channels } from '../../lib/check/8-1-blocks/probes';
import { Case, defineCase, integer, pick, Random } from '../../lib/check/case';
import { runProbe } from '../../lib/check/exercise';
import { judgeGradients } from '../../lib/check/networks/judge-gradients';
import { judgeInitialWeights } from '../../lib/check/networks/judge-initial-weights';
import {
  BottleneckBlock,
  DownsamplingBlock,
  InputBlock,
  OutputBlock,
  UpsamplingBlock,
} from '../../lib/nn/blocks';
import { judgeValues } from './networks/judge-values';
import { judgeWeights, WeightNames } from './networks/judge-weights';
import { referenceBlocks } from './networks/reference-blocks';
import { referenceValues } from './networks/reference-values';
import { BLOCK_SLIPS, KnownSlip, LAST_LAYER_SLIPS, OPTION_SLIPS } from './networks/slips';

const library = { InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock };

/** Channels such as each block has in a U-Net, and such as it has in none. */
function channels(block: BlockName, random: Random): Channels {
  const [few, many] = [2 * integer(random, 2, 5), 2 * integer(random, 2, 5)];
  switch (block) {
    case 'InputBlock':
      return { inputChannels: integer(random, 1, 4), outputChannels: many };
    case 'OutputBlock':
      return { inputChannels: 2 * few, outputChannels: many, numClasses: integer(random, 2, 4) };
    default:
      return { inputChannels: 2 * few, outputChannels: many };
  }
}

function drawn(
  block: BlockName,
  more: (random: Random) => Partial<BlockInput> & { extra?: Partial<Channels> },
) {
  return (random: Random): BlockInput => {
    const { extra, ...rest } = more(random);
    return {
      block,
      size: [4 * integer(random, 2, 4), 4 * integer(random, 2, 4)],
      batch: integer(random, 1, 3),
      seed: integer(random, 1, 1e9),
      ...rest,
      options: { ...channels(block, random), ...extra },
    };
  };
}

type ValuesCase = {
  block: BlockName;
  title: string;
  points: number;
  more?: Parameters<typeof drawn>[1];
  slips?: readonly KnownSlip[];
};

const valuesCase = ({ block, title, points, more = () => ({}), slips = BLOCK_SLIPS }: ValuesCase): Case =>
  defineCase({
    title: `${block}: ${title}`,
    points,
    probe: 'values',
    input: drawn(block, more),
    expected: (input) =>
      referenceValues(
        blocksExercise,
        input,
        [library, referenceBlocks({ join: 'map first' })],
        slips.map(({ slips, hint }) => ({ answer: referenceBlocks(slips), hint })),
      ),
    judge: judgeValues,
  });

const weightsCase = (block: BlockName): Case =>
  defineCase({
    title: `${block}: weights`,
    points: 1,
    probe: 'weights',
    input: drawn(block, (random) => ({ extra: { numConvolutions: integer(random, 1, 3) } })),
    expected: async (input) =>
      (await runProbe(blocksExercise, library, 'weights', input)) as unknown as WeightNames,
    judge: judgeWeights,
  });

const optionsCase = (block: BlockName): Case =>
  valuesCase({
    block,
    title: 'values with other options',
    points: 1,
    more: (random) => ({
      extra: {
        numConvolutions: pick(random, [1, 3]),
        normalization: 'none',
        activation: pick(random, ['elu', 'tanh']),
      },
    }),
    slips: OPTION_SLIPS,
  });

const trainingCase = (block: BlockName): Case =>
  valuesCase({
    block,
    title: 'values in training mode',
    points: 1,
    more: (random) => ({ training: true, batch: integer(random, 3, 4) }),
  });

// With ELU: of few channels, ReLU may leave none alive.
const gradientsCase = (block: BlockName): Case =>
  defineCase({
    title: `${block}: gradients`,
    points: 1,
    probe: 'gradients',
    input: drawn(block, () => ({ extra: { activation: 'elu' } })),
    expected: () => null,
    judge: judgeGradients,
  });

const kernelsCase = (block: BlockName, options: Channels): Case =>
  defineCase({
    title: `${block}: how its kernels start`,
    points: 1,
    probe: 'initialWeights',
    input: (): BlockInput => ({ block, options }),
    expected: () => null,
    judge: (evidence) => judgeInitialWeights(evidence, ['kernel']),
  });

const blocks = Object.keys(library) as BlockName[];

/** Hidden cases of the blocks. */
export const hiddenBlockCases: readonly Case[] = [
  ...blocks.map(weightsCase),
  ...blocks.map((block) =>
    valuesCase({
      block,
      title: 'values',
      points: 2,
      slips: block === 'OutputBlock' ? [...BLOCK_SLIPS, ...LAST_LAYER_SLIPS] : BLOCK_SLIPS,
    }),
  ),
  trainingCase('DownsamplingBlock'),
  trainingCase('UpsamplingBlock'),
  ...(['InputBlock', 'BottleneckBlock', 'OutputBlock'] as const).map(optionsCase),
  kernelsCase('UpsamplingBlock', { inputChannels: 48, outputChannels: 96 }),
  kernelsCase('OutputBlock', { inputChannels: 48, outputChannels: 24, numClasses: 50 }),
  defineCase({
    title: 'How biases and normalisations start',
    points: 1,
    probe: 'initialWeights',
    input: drawn('BottleneckBlock', () => ({})),
    expected: () => null,
    judge: (evidence) => judgeInitialWeights(evidence, ['bias', 'gamma', 'beta', 'mean', 'variance']),
  }),
  gradientsCase('BottleneckBlock'),
  gradientsCase('UpsamplingBlock'),
];
