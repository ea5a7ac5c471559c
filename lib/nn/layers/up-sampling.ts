import { tf } from '../../runtime';
import { enlarge, Interpolation } from './interpolation';

type Configuration = ConstructorParameters<typeof tf.layers.Layer>[0] & {
  size: readonly number[];
  interpolation: Interpolation;
};

/**
 * Bilinear, trilinear or nearest enlargement by whole factors, equal to PyTorch's `interpolate(align_corners=False)`.
 * Stock TensorFlow.js has a 2-D layer alone, whose bilinear samples are shifted by part of a pixel.
 *
 * Shape: [B, H, W, C] → [B, size[0] · H, size[1] · W, C]; 3-D likewise.
 */
export class UpSampling extends tf.layers.Layer {
  static className = 'UpSampling';
  readonly size: readonly number[];
  readonly interpolation: Interpolation;

  constructor(config: Configuration) {
    super(config);
    this.size = config.size;
    this.interpolation = config.interpolation;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return (inputShape as tf.Shape).map((length, axis) =>
      length === null ? null : length * (this.size[axis - 1] ?? 1),
    );
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    return enlarge(x, this.size, this.interpolation);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), size: [...this.size], interpolation: this.interpolation };
  }
}

tf.serialization.registerClass(UpSampling);
