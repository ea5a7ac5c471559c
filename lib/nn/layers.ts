import { nextSeed, tf } from '../runtime';

/** How a block normalises after each convolution. */
export type Normalization = 'batch' | 'none';

/** Activation functions that the blocks accept, by their TensorFlow.js names. */
export type Activation = 'relu' | 'elu' | 'selu' | 'sigmoid' | 'softplus' | 'swish' | 'tanh' | 'linear';

export const NORMALIZATIONS: readonly Normalization[] = ['batch', 'none'];
export const ACTIVATIONS: readonly Activation[] = [
  'relu',
  'elu',
  'selu',
  'sigmoid',
  'softplus',
  'swish',
  'tanh',
  'linear',
];

/** A node of a model that is being built (symbolic) or a value that flows through layers at once (concrete). */
export type FeatureMap = tf.SymbolicTensor | tf.Tensor;

/** What happens to a feature map after a convolution. */
export interface Finish {
  normalization: Normalization;
  activation: Activation;
}

interface Convolution extends Finish {
  inputChannels: number;
  outputChannels: number;
  name: string;
}

/**
 * He initialisation by fan-out: weights ~ N(0, 2 / fanOut), fanOut = outputs that one input value reaches
 * (He et al. 2015, "Delving Deep into Rectifiers", eq. 14). Not truncated, as in PyTorch's `kaiming_normal_`.
 */
function heNormal(fanOut: number) {
  return tf.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(2 / fanOut), seed: nextSeed() });
}

/** [B, H, W, inputChannels] → [B, H, W, outputChannels]: a k × k convolution that keeps the size. */
export function conv2d(options: {
  inputChannels: number;
  outputChannels: number;
  kernelSize: number;
  name: string;
}): tf.layers.Layer {
  const { outputChannels, kernelSize, name } = options;
  return tf.layers.conv2d({
    name,
    filters: outputChannels,
    kernelSize,
    padding: 'same',
    kernelInitializer: heNormal(outputChannels * kernelSize ** 2),
  });
}

/** Normalisation and activation, in this order; γ 1, β 0, running statistics with momentum 0.9. */
function finish({ normalization, activation }: Finish, name: string): tf.layers.Layer[] {
  const layers: tf.layers.Layer[] = [];
  if (normalization === 'batch') {
    layers.push(tf.layers.batchNormalization({ name: `${name}_bn`, momentum: 0.9, epsilon: 1e-5 }));
  }
  if (activation !== 'linear') {
    layers.push(tf.layers.activation({ name: `${name}_${activation}`, activation }));
  }
  return layers;
}

/** Convolution 3 × 3 → normalisation → activation: [B, H, W, inputChannels] → [B, H, W, outputChannels]. */
export function convolution(options: Convolution): tf.layers.Layer[] {
  return [conv2d({ ...options, kernelSize: 3 }), ...finish(options, options.name)];
}

/**
 * Transposed convolution 2 × 2, stride 2 → normalisation → activation:
 * [B, H, W, inputChannels] → [B, 2H, 2W, outputChannels].
 */
export function upsampling(options: Convolution): tf.layers.Layer[] {
  const { inputChannels, outputChannels, name } = options;
  const transposed = tf.layers.conv2dTranspose({
    name,
    filters: outputChannels,
    kernelSize: 2,
    strides: 2,
    padding: 'same',
    // The transpose swaps the roles: its gradient is a convolution with inputChannels outputs.
    kernelInitializer: heNormal(inputChannels * 2 ** 2),
  });
  return [transposed, ...finish(options, name)];
}

/** Sends a feature map through layers, one after the other. */
export function chain(layers: readonly tf.layers.Layer[], input: FeatureMap): FeatureMap {
  return layers.reduce<FeatureMap>((x, layer) => layer.apply(x) as FeatureMap, input);
}
