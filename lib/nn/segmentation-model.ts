import { tf } from '../runtime';
import { Dimensions, FeatureMap, product } from './layers';

/** What a model of this library is made of. */
export interface Architecture {
  /** The model's name, with which its errors begin. */
  name: string;
  /** [null, null, C] or [null, null, null, C]: sizes are open. */
  image: tf.SymbolicTensor;
  /** One map of logits, or several (deep supervision, feature maps). */
  outputs: FeatureMap | FeatureMap[];
  /** Strides of each step down, one number for each spatial axis: the image's sides must be divisible by their product. */
  strides: readonly (readonly number[])[];
  /** What else helps against an image side that the steps do not divide, such as 'use fewer levels'. */
  remedy?: string;
}

type Inputs = tf.Tensor | tf.Tensor[];

const SIDES: Record<Dimensions, readonly string[]> = {
  2: ['height', 'width'],
  3: ['depth', 'height', 'width'],
};

/**
 * The common base of the library's networks: an ordinary TensorFlow.js layers model that looks at its images before
 * any work starts, whether it is applied, predicts, is fitted or evaluated.
 *
 * Shape: [B, H, W, C] or [B, D, H, W, C] with every side divisible by the product of the strides along it.
 *
 * @throws RangeError for images of another rank or number of channels, and for sides that the steps down do not divide,
 * naming the next valid one
 */
export class SegmentationModel extends tf.LayersModel {
  /** Saved models are plain layers models, so that any TensorFlow.js loads them. */
  static override className = tf.LayersModel.className;
  /** What every side of an image must be divisible by: [height, width] or [depth, height, width]. */
  readonly divisors: readonly number[];
  private readonly poolings: readonly number[];
  private readonly remedy: string;

  constructor({ name, image, outputs, strides, remedy }: Architecture) {
    super({ inputs: image, outputs: outputs as tf.SymbolicTensor | tf.SymbolicTensor[], name });
    const axes = Array.from({ length: image.shape.length - 2 }, (_, axis) => axis);
    this.divisors = axes.map((axis) => product(strides.map((step) => step[axis])));
    this.poolings = axes.map((axis) => strides.filter((step) => step[axis] > 1).length);
    this.remedy = remedy === undefined ? '' : ` or ${remedy}`;
  }

  override call(inputs: Inputs, kwargs: { training?: boolean }): Inputs {
    this.requireImages(inputs);
    return super.call(inputs, kwargs);
  }

  override predict(x: Inputs, args?: Parameters<tf.LayersModel['predict']>[1]): Inputs {
    this.requireImages(x);
    return super.predict(x, args);
  }

  override predictOnBatch(x: Inputs): Inputs {
    this.requireImages(x);
    return super.predictOnBatch(x);
  }

  /** What `fit`, `trainOnBatch` and `evaluate` do first, with validation data too. */
  protected override standardizeUserDataXY(
    ...details: Parameters<tf.LayersModel['standardizeUserDataXY']>
  ): [tf.Tensor[], tf.Tensor[]] {
    const [images, targets] = super.standardizeUserDataXY(...details);
    this.requireImages(images);
    return [images, targets];
  }

  /** What `fitDataset` runs for each batch: images, then targets. */
  protected override makeTrainFunction() {
    const train = super.makeTrainFunction();
    return (data: tf.Tensor[]) => {
      this.requireImages(data);
      return train(data);
    };
  }

  /** Looks at images before any work starts. */
  protected requireImages(inputs: Inputs): void {
    const [{ shape, rank }] = Array.isArray(inputs) ? inputs : [inputs];
    const sides = SIDES[this.divisors.length as Dimensions];
    const channels = this.inputs[0].shape.at(-1);
    if (rank !== sides.length + 2 || shape[rank - 1] !== channels) {
      throw new RangeError(
        `${this.name}: got images of shape [${shape}]; expected [batch, ${sides.join(', ')}, ${channels}]`,
      );
    }
    sides.forEach((side, axis) => {
      const length = shape[axis + 1];
      const divisor = this.divisors[axis];
      if (length > 0 && length % divisor === 0) return;
      const next = Math.max(1, Math.ceil(length / divisor)) * divisor;
      const count = this.poolings[axis];
      throw new RangeError(
        `${this.name}: ${side} ${length} is not divisible by ${divisor} (${count} pooling${count === 1 ? '' : 's'}); ` +
          `pad to ${next}${this.remedy}`,
      );
    });
  }
}
