import type { tf } from '../runtime';
import { convolutionUnits } from './convolution-units';
import {
  addition,
  chain,
  convolution,
  ConvolutionOptions,
  FeatureMap,
  Finish,
  merge,
  perAxis,
} from './layers';

export interface ResidualUnitOptions extends ConvolutionOptions, Finish {
  numConvolutions: number;
  /** Whether the last convolution has neither normalisation nor activation, as before logits. Default false. */
  lastIsBare?: boolean;
}

/**
 * y = F(x) + S(x) (He et al. 2016; as in Kerfoot et al. 2018 nothing follows the sum): F is `numConvolutions` units of
 * convolution, normalisation and activation, the first of them strided; S is x itself where neither size nor channels
 * change, else a bare convolution, 1 × 1 where the size stays and of the same kernel as F where it strides.
 *
 * Shape: [B, H, W, inputChannels] → [B, H / s, W / s, outputChannels]; 3-D likewise. Equal to MONAI's `ResidualUnit`.
 */
export class ResidualUnit {
  private readonly layers: tf.layers.Layer[];
  private readonly shortcut: tf.layers.Layer[];
  private readonly add: tf.layers.Layer;

  constructor(options: ResidualUnitOptions) {
    const { dimensions = 2, inputChannels, outputChannels, strides = 1, useBias, name } = options;
    const { lastIsBare = false, numConvolutions } = options;
    const numFinished = lastIsBare ? numConvolutions - 1 : numConvolutions;
    const bare = { dimensions, outputChannels, useBias };
    this.layers = convolutionUnits({ ...options, numConvolutions: numFinished });
    if (lastIsBare) {
      this.layers.push(
        ...convolution({
          ...bare,
          inputChannels: numFinished === 0 ? inputChannels : outputChannels,
          kernelSize: options.kernelSize,
          strides: numFinished === 0 ? strides : 1,
          name: `${name}_conv${numConvolutions}`,
        }),
      );
    }
    const isStrided = perAxis(name, 'strides', strides, dimensions).some((stride) => stride > 1);
    const isIdentity = !isStrided && inputChannels === outputChannels;
    const kernelSize = isStrided ? options.kernelSize : 1;
    this.shortcut = isIdentity
      ? []
      : convolution({ ...bare, inputChannels, kernelSize, strides, name: `${name}_shortcut` });
    this.add = addition(`${name}_add`);
  }

  apply(x: FeatureMap): FeatureMap {
    return merge(this.add, [chain(this.layers, x), chain(this.shortcut, x)]);
  }
}
