import type { FeatureMap } from '../../nn/layers';
import { tf } from '../../runtime';
import { make, UNetPaths } from '../networks/answers';
import { filledMap } from '../networks/fill';
import { modelOf, trainableParameters } from '../networks/model';
import { gradientSizes, valuesOf, weightsOf } from '../networks/observe';
import type { Plain } from '../plain';

export type PathInput = {
  /** Which path, or both, one after the other. */
  path: 'down' | 'up' | 'both';
  baseChannels?: number;
  numBlocks?: number;
  inputChannels: number;
  numClasses?: number;
  numConvolutions?: number;
  normalization?: 'batch' | 'none';
  activation?: 'relu' | 'elu' | 'tanh' | 'linear';
  /** Of the image; every side divisible by 2 ** numBlocks. */
  size: [height: number, width: number];
  batch?: number;
  seed?: number;
  training?: boolean;
};

/** The options as the paths take them: those that were not given are left out. */
function optionsOf({
  path: _path,
  size: _size,
  batch: _batch,
  seed: _seed,
  training: _training,
  ...rest
}: PathInput) {
  const { inputChannels, numClasses, ...common } = rest;
  return {
    down: { ...common, inputChannels },
    up: { ...common, ...(numClasses === undefined ? {} : { numClasses }) },
  };
}

/** Shapes of the maps that enter: the image; for the upsampling path the lowest map and the skips, largest first. */
export function pathInputShapes(input: PathInput): number[][] {
  const { path, size, batch = 1, inputChannels, baseChannels = 64, numBlocks = 2 } = input;
  if (path !== 'up') return [[batch, ...size, inputChannels]];
  const skips = Array.from({ length: numBlocks }, (_, level) => [
    batch,
    ...size.map((side) => side / 2 ** level),
    baseChannels * 2 ** level,
  ]);
  return [skips[numBlocks - 1], ...skips];
}

/** What the path or paths make of the maps that enter: the skips largest first and the output, or the logits. */
function applied(answer: UNetPaths, input: PathInput, [first, ...others]: FeatureMap[]): FeatureMap[] {
  const { down, up } = optionsOf(input);
  const upwards = (x: FeatureMap, skips: FeatureMap[]) => [make(answer.UpsamplingPath, up).apply(x, skips)];
  if (input.path === 'up') return upwards(first, others);
  const { output, skips } = make(answer.DownsamplingPath, down).apply(first);
  return input.path === 'down' ? [...skips, output] : upwards(output, skips);
}

function pathModel(answer: UNetPaths, input: PathInput): tf.LayersModel {
  const open = pathInputShapes(input).map((shape) => [null, null, shape[3]]);
  return modelOf(open, (...symbols) => applied(answer, input, symbols));
}

const ofModel =
  (observe: (model: tf.LayersModel, input: PathInput) => Plain) =>
  (answer: UNetPaths, input: PathInput): Plain =>
    observe(pathModel(answer, input), input);

const runOf = (input: PathInput) => ({
  seed: input.seed ?? 0,
  shapes: pathInputShapes(input),
  training: input.training ?? false,
});

export const pathProbes = {
  /** Shapes of the skips and the output, or of the logits. */
  shapes(answer: UNetPaths, input: PathInput): Plain {
    const maps = pathInputShapes(input).map((shape, index) => filledMap(`shapes ${index}`, shape));
    return applied(answer, input, maps).map(({ shape }) => shape as number[]);
  },

  /** Number of parameters that training changes. */
  parameters: ofModel(trainableParameters),

  /** Kind and shape of each weight. */
  weights: ofModel(weightsOf),

  /** What filled weights make of filled maps. */
  values: ofModel((model, input) => valuesOf(model, runOf(input))),

  /** How far the loss follows each weight. */
  gradients: ofModel((model, input) => gradientSizes(model, runOf(input))),
};
