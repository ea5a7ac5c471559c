export { activation, activationName, ACTIVATIONS, type Activation, type ActivationName } from './activation';
export { convolution, type ConvolutionOptions } from './convolution';
export { dropout, requireDropout, type Dropout } from './dropout';
export { addition, chain, concatenation, merge, type FeatureMap } from './feature-map';
export { perAxis, product, requireDimensions, type Dimensions, type Size } from './geometry';
export { GroupNormalization } from './group-normalization';
export { heNormal } from './initializer';
export type { Interpolation } from './interpolation';
export {
  normalization,
  normalizationName,
  NORMALIZATIONS,
  type Normalization,
  type NormalizationName,
} from './normalization';
export { maxPooling } from './pooling';
export { transposedConvolution } from './transposed-convolution';
export { convolutionUnit, finish, type Finish } from './unit';
export { resizing, upsampling, upsamplingName, UPSAMPLINGS, type Upsampling } from './upsampling';
