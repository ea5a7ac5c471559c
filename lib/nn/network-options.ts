import {
  Dimensions,
  Dropout,
  requireDimensions,
  requireDropout,
  Upsampling,
  upsamplingName,
  UPSAMPLINGS,
} from './layers';
import { LevelOptions, Levels, levels } from './levels';
import { BlockOptions, blockOptions, ConvolutionDefaults, requireCounts, requireOneOf } from './options';

/** Options of a network with an encoder, a decoder and skips between them. */
export interface NetworkOptions extends LevelOptions, Omit<BlockOptions, 'name'> {
  /** 2 for images, 3 for volumes. Default 2. */
  dimensions?: Dimensions;
  /** Channels of the images. Default 3. */
  inputChannels?: number;
  /** Logits for each pixel. Default 1. */
  numClasses?: number;
  /** After each normalisation of the 3 × 3 convolutions. Default 0. */
  dropout?: Dropout;
  /** How the decoder enlarges its maps. */
  upsampling?: Upsampling;
}

export type NetworkSettings = Required<Omit<NetworkOptions, keyof LevelOptions>> &
  ConvolutionDefaults &
  Levels;

/** What a network has where its options are silent. */
export interface NetworkDefaults {
  baseChannels: number;
  numBlocks: number;
  upsampling: Upsampling;
}

/**
 * Fills in the defaults of a network's options and checks them.
 *
 * @throws RangeError naming the first option that makes no network
 */
export function networkOptions(
  owner: string,
  options: NetworkOptions,
  defaults: NetworkDefaults,
): NetworkSettings {
  const { dimensions = 2, inputChannels = 3, numClasses = 1, dropout = 0 } = options;
  const { upsampling = defaults.upsampling } = options;
  requireDimensions(owner, dimensions);
  requireCounts(owner, { inputChannels, numClasses });
  requireDropout(owner, dropout);
  requireOneOf(owner, 'upsampling', upsamplingName(upsampling), UPSAMPLINGS);
  return {
    dimensions,
    inputChannels,
    numClasses,
    dropout,
    upsampling,
    ...blockOptions(owner, options),
    ...levels(owner, dimensions, options, defaults),
  };
}
