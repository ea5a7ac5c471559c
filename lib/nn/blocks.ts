import type { tf } from '../runtime';
import { convolutionUnits } from './convolution-units';
import {
  chain,
  concatenation,
  convolution,
  FeatureMap,
  finish,
  maxPooling,
  merge,
  transposedConvolution,
} from './layers';
import { BasicBlockOptions, blockOptions, requireCounts } from './options';

/** Channels that enter and leave a block, with the options common to all blocks. */
export interface ChannelOptions extends BasicBlockOptions {
  inputChannels: number;
  outputChannels: number;
}

/** What a block of the contracting path hands on: down to the next block, and across to the expanding path. */
export interface DownsamplingOutput {
  output: FeatureMap;
  skip: FeatureMap;
}

function convolutions(owner: string, options: ChannelOptions, prefix: string): tf.layers.Layer[] {
  const { inputChannels, outputChannels } = options;
  requireCounts(owner, { inputChannels, outputChannels });
  return convolutionUnits({ ...blockOptions(owner, options), inputChannels, outputChannels, name: prefix });
}

function halving(owner: string, options: ChannelOptions, prefix: string): tf.layers.Layer[] {
  const { normalization, activation } = blockOptions(owner, options);
  const { outputChannels } = options;
  if (outputChannels % 2 !== 0) {
    throw new RangeError(
      `${owner}: got outputChannels ${outputChannels}; expected an even number, because upsampling halves the channels`,
    );
  }
  const name = `${prefix}_up`;
  return [
    ...transposedConvolution({ inputChannels: outputChannels, outputChannels: outputChannels / 2, name }),
    ...finish({ normalization, activation, name }),
  ];
}

/**
 * First block of a U-Net: n convolutions 3 × 3 from the image's channels to the base channels.
 *
 * Shape: [B, H, W, inputChannels] → output and skip [B, H, W, outputChannels].
 *
 * @throws RangeError for channel or convolution counts below 1, unknown normalization or activation
 */
export class InputBlock {
  private readonly layers: tf.layers.Layer[];

  constructor(options: ChannelOptions) {
    this.layers = convolutions('InputBlock', options, options.name ?? 'input');
  }

  apply(x: FeatureMap): DownsamplingOutput {
    const output = chain(this.layers, x); // [B, H, W, outputChannels]
    return { output, skip: output };
  }
}

/**
 * One step down: max-pooling 2 × 2, then n convolutions 3 × 3 (usually inputChannels C → outputChannels 2C).
 * The skip is taken after the convolutions, before the next block pools.
 *
 * Shape: [B, H, W, inputChannels] → output and skip [B, H/2, W/2, outputChannels].
 *
 * @throws RangeError as InputBlock
 */
export class DownsamplingBlock {
  private readonly layers: tf.layers.Layer[];

  constructor(options: ChannelOptions) {
    const prefix = options.name ?? 'down';
    this.layers = [
      maxPooling({ name: `${prefix}_pool` }),
      ...convolutions('DownsamplingBlock', options, prefix),
    ];
  }

  apply(x: FeatureMap): DownsamplingOutput {
    const output = chain(this.layers, x); // [B, H/2, W/2, outputChannels]
    return { output, skip: output };
  }
}

/**
 * The lowest block: max-pooling, n convolutions 3 × 3 to outputChannels, then a transposed convolution that
 * doubles the size and halves the channels.
 *
 * Shape: [B, H, W, inputChannels] → [B, H, W, outputChannels / 2].
 *
 * @throws RangeError as InputBlock, and for an odd number of outputChannels
 */
export class BottleneckBlock {
  private readonly layers: tf.layers.Layer[];

  constructor(options: ChannelOptions) {
    const prefix = options.name ?? 'bottleneck';
    this.layers = [
      maxPooling({ name: `${prefix}_pool` }), // [B, H/2, W/2, inputChannels]
      ...convolutions('BottleneckBlock', options, prefix), // [B, H/2, W/2, outputChannels]
      ...halving('BottleneckBlock', options, prefix), // [B, H, W, outputChannels / 2]
    ];
  }

  apply(x: FeatureMap): FeatureMap {
    return chain(this.layers, x);
  }
}

/**
 * One step up: concatenates the skip on the channels, n convolutions 3 × 3, then a transposed convolution that
 * doubles the size and halves the channels. `inputChannels` counts both parts of the concatenation.
 *
 * Shape: x and skip [B, H, W, inputChannels / 2] → [B, 2H, 2W, outputChannels / 2].
 *
 * @throws RangeError as BottleneckBlock
 */
export class UpsamplingBlock {
  private readonly concatenate: tf.layers.Layer;
  private readonly layers: tf.layers.Layer[];

  constructor(options: ChannelOptions) {
    const prefix = options.name ?? 'up';
    this.concatenate = concatenation(`${prefix}_concatenate`);
    this.layers = [
      ...convolutions('UpsamplingBlock', options, prefix),
      ...halving('UpsamplingBlock', options, prefix),
    ];
  }

  apply(x: FeatureMap, skip: FeatureMap): FeatureMap {
    const both = merge(this.concatenate, [skip, x]); // [B, H, W, inputChannels]
    return chain(this.layers, both);
  }
}

/**
 * Last block: concatenates the first skip, n convolutions 3 × 3, then a 1 × 1 convolution to one logit for each
 * class. No activation and no normalisation after it: the loss takes logits.
 *
 * Shape: x and skip [B, H, W, inputChannels / 2] → logits [B, H, W, numClasses].
 *
 * @throws RangeError as InputBlock, and for numClasses below 1
 */
export class OutputBlock {
  private readonly concatenate: tf.layers.Layer;
  private readonly layers: tf.layers.Layer[];

  constructor(options: ChannelOptions & { numClasses?: number }) {
    const { outputChannels, numClasses = 1, name: prefix = 'output' } = options;
    requireCounts('OutputBlock', { numClasses });
    this.concatenate = concatenation(`${prefix}_concatenate`);
    this.layers = [
      ...convolutions('OutputBlock', options, prefix),
      ...convolution({
        inputChannels: outputChannels,
        outputChannels: numClasses,
        kernelSize: 1,
        name: `${prefix}_logits`,
      }),
    ];
  }

  apply(x: FeatureMap, skip: FeatureMap): FeatureMap {
    const both = merge(this.concatenate, [skip, x]); // [B, H, W, inputChannels]
    return chain(this.layers, both);
  }
}
