import { tf } from '../../runtime';
import { BlockOptions, requireCounts } from '../options';
import { DownsamplingPath, UpsamplingPath } from '../paths';

export interface BasicUNetOptions extends Omit<BlockOptions, 'name'> {
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
export class BasicUNet extends tf.LayersModel {
  /** Saved models are plain layers models, so that any TensorFlow.js loads them. */
  static override className = tf.LayersModel.className;
  private readonly divisor: number;

  constructor(options: BasicUNetOptions = {}) {
    const { inputChannels = 3, numClasses = 1, baseChannels = 64, numBlocks = 2, ...common } = options;
    requireCounts('BasicUNet', { inputChannels, numClasses, baseChannels, numBlocks });
    const image = tf.input({ shape: [null, null, inputChannels], name: 'image' });
    const down = new DownsamplingPath({ ...common, inputChannels, baseChannels, numBlocks });
    const up = new UpsamplingPath({ ...common, baseChannels, numBlocks, numClasses });
    const { output, skips } = down.apply(image);
    super({ inputs: image, outputs: up.apply(output, skips) as tf.SymbolicTensor, name: 'BasicUNet' });
    this.divisor = 2 ** numBlocks;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor | tf.Tensor[] {
    this.requireImages(inputs);
    return super.call(inputs, kwargs);
  }

  override predict(x: tf.Tensor | tf.Tensor[], args?: Parameters<tf.LayersModel['predict']>[1]) {
    this.requireImages(x);
    return super.predict(x, args);
  }

  private requireImages(inputs: tf.Tensor | tf.Tensor[]): void {
    const [images] = Array.isArray(inputs) ? inputs : [inputs];
    const [, height = 0, width = 0, channels] = images.shape;
    const expectedChannels = this.inputs[0].shape[3];
    if (images.rank !== 4 || channels !== expectedChannels) {
      throw new RangeError(
        `BasicUNet: got images of shape [${images.shape}]; expected [batch, height, width, ${expectedChannels}]`,
      );
    }
    for (const [side, length] of [
      ['height', height],
      ['width', width],
    ] as const) {
      if (length % this.divisor !== 0) {
        const poolings = Math.log2(this.divisor);
        const next = Math.ceil(length / this.divisor) * this.divisor;
        throw new RangeError(
          `BasicUNet: ${side} ${length} is not divisible by ${this.divisor} (${poolings} poolings); ` +
            `pad to ${next} or use fewer blocks`,
        );
      }
    }
  }
}
