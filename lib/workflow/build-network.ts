import { UNet } from '../nn/models/unet';
import type { SegmentationModel } from '../nn/segmentation-model';
import type { Configuration } from '../planning/plan';
import type { DatasetDescription } from './dataset-json';

export interface BuildNetworkOptions {
  /** Logits of each level of the decoder for training, the image's size first; default true. Predicting takes the first. */
  deepSupervision?: boolean;
  /** Channels beyond the images': of a cascade, one for each label or region that the first network found. Default 0. */
  moreChannels?: number;
}

/**
 * The network of a configuration, nnU-Net's `PlainConvUNet`: strided convolutions on the way down, transposed ones on the
 * way up, instance normalisation and leaky ReLU, one channel of logits for each label with the background, or each region.
 *
 * Of the losses of deep supervision, nnU-Net weights level i by 2⁻ⁱ, but the lowest level of the decoder by 0.
 *
 * Shape: [batch, …patchSize, channels] → [batch, …patchSize, heads], with deep supervision a list of them
 *
 * @throws RangeError for numbers that make no network, such as a plan with one stage, of images too small to be pooled
 */
export function buildNetwork(
  { spacing, features, kernels, strides, convolutions }: Configuration,
  { channels, labels }: Pick<DatasetDescription, 'channels' | 'labels'>,
  { deepSupervision = true, moreChannels = 0 }: BuildNetworkOptions = {},
): SegmentationModel {
  return new UNet({
    dimensions: spacing.length as 2 | 3,
    inputChannels: channels.length + moreChannels,
    numClasses: labels.heads,
    channels: features,
    kernelSizes: kernels,
    strides: strides.slice(1),
    numConvolutions: convolutions,
    downsampling: 'stridedConvolution',
    normalization: 'instance',
    activation: 'leakyRelu',
    deepSupervision,
  });
}
