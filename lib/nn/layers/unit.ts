import { tf } from '../../runtime';
import { activation, Activation } from './activation';
import { convolution, ConvolutionOptions } from './convolution';
import { Dropout, dropout } from './dropout';
import type { Dimensions, Size } from './geometry';
import { normalization, Normalization } from './normalization';

/** What happens to a feature map after a convolution. */
export interface Finish {
  normalization: Normalization;
  activation: Activation;
  /** Default 0. */
  dropout?: Dropout;
}

/** Normalisation, dropout and activation, in this order, each if asked for. */
export function finish(options: Finish & { dimensions?: Dimensions; name: string }): tf.layers.Layer[] {
  const { dropout: drop = 0, dimensions, name } = options;
  return [
    ...normalization(options),
    ...dropout({ dropout: drop, dimensions, name: `${name}_dropout` }),
    ...activation(options),
  ];
}

/**
 * Convolution → normalisation → dropout → activation:
 * [B, H, W, inputChannels] → [B, H / s, W / s, outputChannels]; 3-D likewise.
 *
 * @param options as `convolution` and `finish`
 */
export function convolutionUnit(
  options: ConvolutionOptions & Finish & { dilation?: Size },
): tf.layers.Layer[] {
  return [...convolution(options), ...finish(options)];
}
