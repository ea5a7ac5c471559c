import type { tf } from '../runtime';
import { ConvolutionOptions, convolutionUnit, Finish } from './layers';

/**
 * n convolution units in a row (convolution → normalisation → dropout → activation); the first changes the channels
 * and, with strides, the size.
 *
 * Shape: [B, H, W, inputChannels] → [B, H / s, W / s, outputChannels]; 3-D likewise.
 */
export function convolutionUnits(
  options: ConvolutionOptions & Finish & { numConvolutions: number },
): tf.layers.Layer[] {
  const { inputChannels, outputChannels, strides, numConvolutions, name } = options;
  return Array.from({ length: numConvolutions }, (_, index) =>
    convolutionUnit({
      ...options,
      inputChannels: index === 0 ? inputChannels : outputChannels,
      strides: index === 0 ? strides : 1,
      name: `${name}_conv${index + 1}`,
    }),
  ).flat();
}
