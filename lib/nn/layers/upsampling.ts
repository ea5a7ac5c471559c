import { tf } from '../../runtime';
import { convolution, ConvolutionOptions } from './convolution';
import { Dimensions, perAxis, Size } from './geometry';
import type { Interpolation } from './interpolation';
import { transposedConvolution } from './transposed-convolution';
import { UpSampling } from './up-sampling';

export const UPSAMPLINGS = ['transposed', 'resize'] as const;

export type UpsamplingName = (typeof UPSAMPLINGS)[number];

/**
 * How a decoder enlarges its feature maps:
 * - transposed: a transposed convolution whose kernel is its stride
 * - resize: interpolation ('linear' by default), then a convolution 3 × 3 (Odena et al. 2016, against checkerboards);
 *   with `kernelSize` 1, the convolution comes first, which is the same and works on the smaller map
 */
export type Upsampling =
  | UpsamplingName
  | { name: 'transposed'; kernelSize?: Size }
  | { name: 'resize'; interpolation?: Interpolation; kernelSize?: Size };

/** The name of an upsampling, whether given alone or with its options. */
export const upsamplingName = (upsampling: Upsampling): UpsamplingName =>
  typeof upsampling === 'string' ? upsampling : upsampling.name;

/** Enlargement by `size` without weights: [B, H, W, C] → [B, size · H, size · W, C]; 3-D likewise. */
export function resizing(options: {
  dimensions?: Dimensions;
  size?: Size;
  interpolation?: Interpolation;
  name: string;
}): tf.layers.Layer {
  const { dimensions = 2, interpolation = 'linear', name } = options;
  const size = perAxis(name, 'size', options.size ?? 2, dimensions);
  return dimensions === 2 && interpolation === 'nearest'
    ? tf.layers.upSampling2d({ name, size, interpolation })
    : new UpSampling({ name, size, interpolation });
}

/**
 * [B, H, W, inputChannels] → [B, s · H, s · W, outputChannels]; 3-D likewise.
 *
 * @param options strides 2 by default
 */
export function upsampling(
  options: Omit<ConvolutionOptions, 'kernelSize'> & { upsampling?: Upsampling },
): tf.layers.Layer[] {
  const { upsampling: kind = 'transposed', strides = 2, ...common } = options;
  const { dimensions, name } = common;
  const settings: { kernelSize?: Size; interpolation?: Interpolation } = typeof kind === 'string' ? {} : kind;
  const { kernelSize, interpolation } = settings;
  if (upsamplingName(kind) === 'transposed') return transposedConvolution({ ...common, strides, kernelSize });
  const resize = resizing({ dimensions, size: strides, interpolation, name: `${name}_resize` });
  const convolve = convolution({ ...common, kernelSize });
  return kernelSize === 1 ? [...convolve, resize] : [resize, ...convolve];
}
