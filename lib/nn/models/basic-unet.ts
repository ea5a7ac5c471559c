import { tf } from '../../runtime';
import { BasicBlockOptions, requireCounts } from '../options';
import { DownsamplingPath, UpsamplingPath } from '../paths';
import { SegmentationModel } from '../segmentation-model';

export interface BasicUNetOptions extends Omit<BasicBlockOptions, 'name'> {
  inputChannels?: number;
  numClasses?: number;
  baseChannels?: number;
  /** Poolings; image sides must be divisible by 2 ** numBlocks. */
  numBlocks?: number;
}

/**
 * U-Net (Ronneberger, Fischer and Brox 2015) with "same" padding and batch normalisation: an ordinary
 * TensorFlow.js layers model that takes images of any size its poolings allow and returns logits.
 *
 * Shape: [B, H, W, inputChannels] → [B, H, W, numClasses]. Weights start from He's normal distribution by
 * fan-out, biases at zero, batch normalisation at γ 1, β 0.
 *
 * @throws RangeError for counts below 1 or unknown options when it is built; when it is applied, for image sides
 * that the poolings do not divide or a wrong number of channels
 */
export class BasicUNet extends SegmentationModel {
  constructor(options: BasicUNetOptions = {}) {
    const { inputChannels = 3, numClasses = 1, baseChannels = 64, numBlocks = 2, ...common } = options;
    requireCounts('BasicUNet', { inputChannels, numClasses, baseChannels, numBlocks });
    const image = tf.input({ shape: [null, null, inputChannels], name: 'image' });
    const down = new DownsamplingPath({ ...common, inputChannels, baseChannels, numBlocks });
    const up = new UpsamplingPath({ ...common, baseChannels, numBlocks, numClasses });
    const { output, skips } = down.apply(image);
    super({
      name: 'BasicUNet',
      image,
      outputs: up.apply(output, skips),
      strides: new Array<number[]>(numBlocks).fill([2, 2]),
      remedy: 'use fewer blocks',
    });
  }
}
