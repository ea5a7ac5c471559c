import { tf } from '../runtime';
import type { LayerCall } from './summary-graph';

/**
 * Multiply-accumulates (MAC): what convolutions and matrix products consist of, a product added to a sum. The
 * library's one convention: **1 MAC = 2 FLOPs**, and only these operations count, as in PyTorch's
 * `torch.utils.flop_counter.FlopCounterMode`. Biases, normalisation, activations, pooling and resampling are left
 * out: they take a few percent of the arithmetic of a network, though more of its time, for they wait for memory.
 */
export const FLOPS_PER_MAC = 2;

interface Kernel {
  kernelSize: number[];
  depthMultiplier?: number;
}

const product = (values: readonly number[]) => values.reduce((all, value) => all * value, 1);
const channels = (shape: readonly number[]) => shape[shape.length - 1];
const positions = (shape: readonly number[]) => product(shape.slice(0, -1));
const kernel = (layer: tf.layers.Layer) => layer.getConfig() as unknown as Kernel;

type Count = (layer: tf.layers.Layer, input: readonly number[], output: readonly number[]) => number;

/** Every output position sums over the kernel and the input channels, for each output channel. */
const convolution: Count = (layer, input, output) =>
  positions(output) * product(kernel(layer).kernelSize) * channels(input) * channels(output);

/** Every input position spreads over the kernel and the output channels, for each input channel. */
const transposedConvolution: Count = (layer, input, output) =>
  positions(input) * product(kernel(layer).kernelSize) * channels(input) * channels(output);

/** Each channel has kernels of its own. */
const depthwiseConvolution: Count = (layer, _, output) =>
  positions(output) * product(kernel(layer).kernelSize) * channels(output);

const separableConvolution: Count = (layer, input, output) => {
  const { kernelSize, depthMultiplier = 1 } = kernel(layer);
  const between = channels(input) * depthMultiplier;
  return positions(output) * between * (product(kernelSize) + channels(output));
};

const dense: Count = (_, input, output) => positions(input) * channels(input) * channels(output);

const COUNTS: Record<string, Count> = {
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: transposedConvolution,
  Conv3DTranspose: transposedConvolution,
  DepthwiseConv2D: depthwiseConvolution,
  SeparableConv2D: separableConvolution,
  Dense: dense,
};

/**
 * Multiply-accumulates of one use of a layer, for the whole batch: the product of positions, kernel and channels.
 *
 * @returns undefined for a layer that multiplies by a matrix in a way that is not known here (recurrent, attention)
 */
export function macsOf({ layer, inputs, outputs }: LayerCall): number | undefined {
  const count = COUNTS[layer.getClassName()];
  if (count) return count(layer, inputs[0].shape, outputs[0].shape);
  // Weights of rank 1 scale and shift; a matrix product needs more.
  const hasMatrix = layer.weights.some((weight) => weight.shape.length > 1);
  return hasMatrix ? undefined : 0;
}
