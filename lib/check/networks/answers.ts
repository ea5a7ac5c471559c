import type {
  BottleneckBlock,
  ChannelOptions,
  DownsamplingBlock,
  InputBlock,
  OutputBlock,
  UpsamplingBlock,
} from '../../nn/blocks';
import type { FeatureMap } from '../../nn/layers';
import type { BasicUNetOptions } from '../../nn/models/basic-unet';
import type { DownsamplingPathOptions, UpsamplingPathOptions } from '../../nn/paths';
import type { tf } from '../../runtime';

/** A class, or a function that makes the same. */
export type Maker<Options, Made> = (new (options: Options) => Made) | ((options: Options) => Made);

type BlockMaker<Block extends { apply: unknown }, Options = ChannelOptions> = Maker<
  Options,
  { apply: Block['apply'] }
>;

/** The classes of exercise 8.1. */
export type UNetBlocks = {
  InputBlock: BlockMaker<InputBlock>;
  DownsamplingBlock: BlockMaker<DownsamplingBlock>;
  BottleneckBlock: BlockMaker<BottleneckBlock>;
  UpsamplingBlock: BlockMaker<UpsamplingBlock>;
  OutputBlock: BlockMaker<OutputBlock, ChannelOptions & { numClasses?: number }>;
};

/** The classes of exercise 8.2. */
export type UNetPaths = {
  DownsamplingPath: Maker<
    DownsamplingPathOptions,
    { apply(x: FeatureMap): { output: FeatureMap; skips: FeatureMap[] } }
  >;
  UpsamplingPath: Maker<UpsamplingPathOptions, { apply(x: FeatureMap, skips: FeatureMap[]): FeatureMap }>;
};

/** The class of exercise 8.3. */
export type UNetModel = { BasicUNet: Maker<BasicUNetOptions, tf.LayersModel> };

/** Makes an answer's object; an arrow function, which knows no `new`, is called. */
export function make<Options, Made>(maker: Maker<Options, Made>, options: Options): Made {
  return Object.hasOwn(maker, 'prototype')
    ? new (maker as new (options: Options) => Made)(options)
    : (maker as (options: Options) => Made)(options);
}
