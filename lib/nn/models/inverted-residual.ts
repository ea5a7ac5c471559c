import { tf } from '../../runtime';
import { addition, chain, convolution, FeatureMap, finish, heNormal, merge } from '../layers';

const FINISH = { normalization: 'batch', activation: 'relu' } as const;

/** Convolution 1 × 1 without bias, then batch normalisation and, unless `linear`, ReLU. */
export function pointwise(options: {
  inputChannels: number;
  outputChannels: number;
  linear?: boolean;
  name: string;
}): tf.layers.Layer[] {
  const { linear = false, name } = options;
  const convolve = convolution({ ...options, kernelSize: 1, useBias: false });
  return [...convolve, ...finish({ ...FINISH, activation: linear ? 'linear' : 'relu', name })];
}

/**
 * A kernel 3 × 3 for each channel by itself, without bias, then batch normalisation and ReLU:
 * [B, H, W, C] → [B, ⌈H/stride⌉, ⌈W/stride⌉, C]. Strided, it begins at the first pixel of an even side, as
 * TensorFlow's networks do.
 */
export function depthwise(name: string, stride = 1): tf.layers.Layer[] {
  const convolve = tf.layers.depthwiseConv2d({
    name,
    kernelSize: 3,
    strides: stride,
    padding: 'same',
    useBias: false,
    depthwiseInitializer: heNormal(3 ** 2),
  });
  return [convolve, ...finish({ ...FINISH, name })];
}

/**
 * Inverted residual with linear bottleneck (Sandler et al. 2018, MobileNetV2, table 1): channels grow by `expansion`
 * (1 × 1), are filtered one by one (3 × 3) and shrink again (1 × 1, no activation); the input is added where the shape
 * stays.
 *
 * Shape: [B, H, W, inputChannels] → [B, ⌈H/stride⌉, ⌈W/stride⌉, outputChannels].
 */
export function invertedResidual(
  x: FeatureMap,
  options: {
    inputChannels: number;
    outputChannels: number;
    stride: number;
    expansion: number;
    name: string;
  },
): FeatureMap {
  const { inputChannels, outputChannels, stride, expansion, name } = options;
  const expanded = inputChannels * expansion;
  const expand = pointwise({ inputChannels, outputChannels: expanded, name: `${name}_expand` });
  const y = chain(
    [
      ...(expansion > 1 ? expand : []),
      ...depthwise(`${name}_depthwise`, stride),
      ...pointwise({ inputChannels: expanded, outputChannels, linear: true, name: `${name}_project` }),
    ],
    x,
  );
  const keepsShape = stride === 1 && inputChannels === outputChannels;
  return keepsShape ? merge(addition(`${name}_add`), [x, y]) : y;
}
