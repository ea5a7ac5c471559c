import { BottleneckBlock, DownsamplingBlock, InputBlock, OutputBlock, UpsamplingBlock } from './blocks';
import { FeatureMap } from './layers';
import { BasicBlockOptions, requireCounts } from './options';

export interface DownsamplingPathOptions extends BasicBlockOptions {
  inputChannels: number;
  baseChannels?: number;
  /** Poolings in the whole network; the last of them is the bottleneck's. */
  numBlocks?: number;
}

export interface UpsamplingPathOptions extends BasicBlockOptions {
  baseChannels?: number;
  numBlocks?: number;
  numClasses?: number;
}

/** The name of a path's block: two paths in one model tell theirs apart by the path's name. */
const blockName = (path: string | undefined, block: string) =>
  path === undefined ? block : `${path}_${block}`;

/**
 * The contracting half: an InputBlock, then numBlocks − 1 DownsamplingBlocks, channels doubling at each.
 *
 * Shape: [B, H, W, inputChannels] → output [B, H/2ⁿ, W/2ⁿ, baseChannels · 2ⁿ] with n = numBlocks − 1,
 * and numBlocks skips, largest first.
 *
 * @throws RangeError for counts below 1, unknown normalization or activation
 */
export class DownsamplingPath {
  private readonly blocks: (InputBlock | DownsamplingBlock)[];

  constructor(options: DownsamplingPathOptions) {
    const { inputChannels, baseChannels = 64, numBlocks = 2, name, ...common } = options;
    requireCounts('DownsamplingPath', { inputChannels, baseChannels, numBlocks });
    this.blocks = [
      new InputBlock({
        ...common,
        inputChannels,
        outputChannels: baseChannels,
        name: blockName(name, 'input'),
      }),
    ];
    for (let level = 1; level < numBlocks; level++) {
      const outputChannels = baseChannels * 2 ** level;
      this.blocks.push(
        new DownsamplingBlock({
          ...common,
          inputChannels: outputChannels / 2,
          outputChannels,
          name: blockName(name, `down${level}`),
        }),
      );
    }
  }

  apply(x: FeatureMap): { output: FeatureMap; skips: FeatureMap[] } {
    const skips: FeatureMap[] = [];
    let output = x;
    for (const block of this.blocks) {
      const step = block.apply(output);
      output = step.output;
      skips.push(step.skip);
    }
    return { output, skips };
  }
}

/**
 * The expanding half: a BottleneckBlock, numBlocks − 1 UpsamplingBlocks, then an OutputBlock.
 *
 * Shape: output and skips of a DownsamplingPath with the same baseChannels and numBlocks → logits
 * [B, H, W, numClasses].
 *
 * @throws RangeError as DownsamplingPath; from `apply`, for a number of skips other than numBlocks
 */
export class UpsamplingPath {
  private readonly bottleneck: BottleneckBlock;
  private readonly blocks: UpsamplingBlock[];
  private readonly output: OutputBlock;

  constructor(options: UpsamplingPathOptions = {}) {
    const { baseChannels = 64, numBlocks = 2, numClasses = 1, name, ...common } = options;
    requireCounts('UpsamplingPath', { baseChannels, numBlocks, numClasses });
    const lowest = baseChannels * 2 ** numBlocks;
    this.bottleneck = new BottleneckBlock({
      ...common,
      inputChannels: lowest / 2,
      outputChannels: lowest,
      name: blockName(name, 'bottleneck'),
    });
    this.blocks = [];
    for (let level = numBlocks - 1; level >= 1; level--) {
      const outputChannels = baseChannels * 2 ** level;
      this.blocks.push(
        new UpsamplingBlock({
          ...common,
          inputChannels: 2 * outputChannels,
          outputChannels,
          name: blockName(name, `up${level}`),
        }),
      );
    }
    this.output = new OutputBlock({
      ...common,
      inputChannels: 2 * baseChannels,
      outputChannels: baseChannels,
      numClasses,
      name: blockName(name, 'output'),
    });
  }

  apply(x: FeatureMap, skips: readonly FeatureMap[]): FeatureMap {
    const expected = this.blocks.length + 1;
    if (skips.length !== expected) {
      throw new RangeError(
        `UpsamplingPath: got ${skips.length} skips; expected ${expected}, one from each block of the downsampling path`,
      );
    }
    let output = this.bottleneck.apply(x);
    this.blocks.forEach((block, index) => {
      output = block.apply(output, skips[skips.length - 1 - index]);
    });
    return this.output.apply(output, skips[0]);
  }
}
