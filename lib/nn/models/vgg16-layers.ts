import { tf } from '../../runtime';
import { chain, convolution, FeatureMap } from '../layers';

/** Convolutions before each of the five poolings (Simonyan and Zisserman 2015, table 1, column D). */
const CONVOLUTIONS = [2, 2, 3, 3, 3];

/** Channels of each block are the first block's times this. */
const WIDTHS = [1, 2, 4, 8, 8];

/** How the weights of a new network start: random, or at zero, in no time, for one whose weights are loaded next. */
export type InitialWeights = 'random' | 'zeros';

export const INITIAL_WEIGHTS: readonly InitialWeights[] = ['random', 'zeros'];

/** Channels that leave the last block. */
export const vgg16Channels = (baseChannels: number) => baseChannels * WIDTHS.at(-1)!;

/**
 * Layers that start as `initialWeights` says: 'zeros' overrides their initialisers, as TensorFlow.js does while it
 * loads a model.
 */
export function starting(layers: tf.layers.Layer[], initialWeights: InitialWeights): tf.layers.Layer[] {
  for (const layer of layers) layer.setFastWeightInitDuringBuild(initialWeights === 'zeros');
  return layers;
}

/**
 * The convolutional part of VGG16: layers conv1_1 … conv5_3, each 3 × 3 and followed by ReLU, and pool1 … pool5, which
 * round odd sides up.
 *
 * Shape: [B, H, W, inputChannels] → five maps, the i-th [B, ⌈H/2ⁱ⌉, ⌈W/2ⁱ⌉, baseChannels · (1, 2, 4, 8, 8)].
 */
export function vgg16Features(
  image: FeatureMap,
  options: { inputChannels: number; baseChannels: number; initialWeights: InitialWeights },
): FeatureMap[] {
  const { baseChannels, initialWeights } = options;
  const pools: FeatureMap[] = [];
  let inputChannels = options.inputChannels;
  let x = image;
  CONVOLUTIONS.forEach((count, index) => {
    const block = index + 1;
    const outputChannels = baseChannels * WIDTHS[index];
    for (let step = 1; step <= count; step++) {
      const name = `conv${block}_${step}`;
      const layers = [...convolution({ inputChannels, outputChannels, name }), relu(name)];
      x = chain(starting(layers, initialWeights), x);
      inputChannels = outputChannels;
    }
    const pool = tf.layers.maxPooling2d({ name: `pool${block}`, poolSize: 2, strides: 2, padding: 'same' });
    x = pool.apply(x) as FeatureMap;
    pools.push(x);
  });
  return pools;
}

/** ReLU behind the layer of that name. */
export const relu = (name: string) => tf.layers.activation({ name: `${name}_relu`, activation: 'relu' });

/** The input of a network: open sides unless `inputSize` fixes them. */
export function imageInput(inputChannels: number, inputSize?: readonly number[]): tf.SymbolicTensor {
  const [height, width] = inputSize ?? [null, null];
  return tf.input({ shape: [height, width, inputChannels], name: 'image' });
}
