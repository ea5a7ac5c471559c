import { UNet } from '../nn/models/unet';
import type { SegmentationModel } from '../nn/segmentation-model';
import type { Configuration } from '../planning/plan';
import type { DatasetDescription } from './dataset-json';

/**
 * The network of a plan's configuration: nnU-Net's `PlainConvUNet`, with deep supervision.
 *
 * Shape: [B, …spatial, channels] → logits of each level of the decoder but the coarsest, [B, …spatial, heads] first; sides
 * divisible by the product of the strides
 */
export function buildNetwork(
  { features, strides, kernels, convolutions, patchSize }: Configuration,
  { channels, labels }: Pick<DatasetDescription, 'channels' | 'labels'>,
): SegmentationModel {
  return new UNet({
    dimensions: patchSize.length as 2 | 3,
    inputChannels: channels.length,
    numClasses: labels.heads,
    channels: features,
    kernelSizes: kernels,
    strides: strides.slice(1),
    numConvolutions: convolutions,
    downsampling: 'stridedConvolution',
    normalization: 'instance',
    activation: 'leakyRelu',
    deepSupervision: true,
  });
}
