import { FeatureMap } from '../../nn/layers';
import { tf } from '../../runtime';
import { make, Maker, UNetBlocks } from '../networks/answers';
import { filledMap } from '../networks/fill';
import { modelOf, trainableParameters } from '../networks/model';
import { gradientSizes, initialStatistics, valuesOf, weightsOf } from '../networks/observe';
import type { Plain } from '../plain';

export type BlockName = keyof UNetBlocks;

/** The options that a block is made with. */
export type Channels = {
  inputChannels: number;
  outputChannels: number;
  numConvolutions?: number;
  normalization?: 'batch' | 'none';
  activation?: 'relu' | 'elu' | 'tanh' | 'linear';
  numClasses?: number;
};

export type BlockInput = {
  block: BlockName;
  options: Channels;
  /** Of the feature maps that the block is applied to; 8 × 8 by default. */
  size?: [height: number, width: number];
  batch?: number;
  seed?: number;
  training?: boolean;
};

/** Whether a block takes a skip beside its map. */
export const takesSkip = (block: BlockName) => block === 'UpsamplingBlock' || block === 'OutputBlock';

type Result = FeatureMap | { output: FeatureMap; skip: FeatureMap };

type AnyBlock = { apply(...maps: FeatureMap[]): Result };

function makeBlock(answer: UNetBlocks, { block, options }: BlockInput): AnyBlock {
  return make(answer[block] as Maker<Channels, AnyBlock>, options);
}

/** The shapes of the maps that a block is applied to: the map, and where it takes one the skip. */
export function inputShapes({ block, options, size = [8, 8], batch = 2 }: BlockInput): number[][] {
  const { inputChannels } = options;
  return takesSkip(block)
    ? [0, 1].map(() => [batch, ...size, inputChannels / 2])
    : [[batch, ...size, inputChannels]];
}

/** The output, and the skip of the blocks that hand on one. */
function maps(block: BlockName, result: Result): FeatureMap[] {
  if (takesSkip(block) || block === 'BottleneckBlock') return [requireMap(block, 'a feature map', result)];
  return (['output', 'skip'] as const).map((name) =>
    requireMap(
      block,
      '{ output, skip }',
      (result as { output: FeatureMap; skip: FeatureMap } | undefined)?.[name],
    ),
  );
}

function requireMap(block: BlockName, expected: string, map: unknown): FeatureMap {
  if (Array.isArray((map as FeatureMap | undefined)?.shape)) return map as FeatureMap;
  throw new TypeError(`${block}.apply: got something else; expected it to return ${expected}`);
}

/** A model of the block alone, open in height and width; its outputs are the block's output and skip. */
function blockModel(answer: UNetBlocks, input: BlockInput): tf.LayersModel {
  const open = inputShapes(input).map((shape) => [null, null, shape[3]]);
  return modelOf(open, (...symbols) => maps(input.block, makeBlock(answer, input).apply(...symbols)));
}

const ofModel =
  (observe: (model: tf.LayersModel, input: BlockInput) => Plain) =>
  (answer: UNetBlocks, input: BlockInput): Plain =>
    observe(blockModel(answer, input), input);

const runOf = (input: BlockInput) => ({
  seed: input.seed ?? 0,
  shapes: inputShapes(input),
  training: input.training ?? false,
});

/** Two images of one channel with the same maximum in every 2 × 2 window, but other values beside it; and another. */
function imagesByMaxima(): tf.Tensor[] {
  const odd = tf.mod(tf.range(0, 8), 2);
  const corners = tf.mul(odd.reshape([1, 8, 1, 1]), odd.reshape([1, 1, 8, 1]));
  return [corners, tf.ones([1, 8, 8, 1]), filledMap('maxima', [1, 8, 8, 1])];
}

const largestDifference = (one: FeatureMap, other: FeatureMap): number =>
  tf.tidy(
    () =>
      tf
        .sub(one as tf.Tensor, other as tf.Tensor)
        .abs()
        .max()
        .dataSync()[0],
  );

export const blockProbes = {
  /** Shapes of the output, and of the skip where there is one. */
  shapes(answer: UNetBlocks, input: BlockInput): Plain {
    const values = inputShapes(input).map((shape, index) => filledMap(`shapes ${index}`, shape));
    return maps(input.block, makeBlock(answer, input).apply(...values)).map(({ shape }) => shape as number[]);
  },

  /** Number of parameters that training changes. */
  parameters: ofModel(trainableParameters),

  /** Kind and shape of each weight. */
  weights: ofModel(weightsOf),

  /** What filled weights make of filled maps. */
  values: ofModel((model, input) => valuesOf(model, runOf(input))),

  /** How the weights start. */
  initialWeights: ofModel(initialStatistics),

  /** How far the loss follows each weight. */
  gradients: ofModel((model, input) => gradientSizes(model, runOf(input))),

  /** How far images are apart after the block: two that max-pooling cannot tell apart, and two that it can. */
  maxima(answer: UNetBlocks, input: BlockInput): Plain {
    const block = makeBlock(answer, input);
    const [one, same, other] = imagesByMaxima().map((image) => maps(input.block, block.apply(image))[0]);
    return { equal: largestDifference(one, same), different: largestDifference(one, other) };
  },

  /** How far the output changes from a skip of zeros to one of ones. */
  skipEffect(answer: UNetBlocks, input: BlockInput): Plain {
    const block = makeBlock(answer, input);
    const [shape] = inputShapes(input);
    const x = filledMap('skip effect', shape);
    const [one, other] = [tf.zeros(shape), tf.ones(shape)].map(
      (skip) => maps(input.block, block.apply(x, skip))[0],
    );
    return largestDifference(one, other);
  },
};
