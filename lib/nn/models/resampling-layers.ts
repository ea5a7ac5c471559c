import { tf } from '../../runtime';
import { mapSides, Taps } from './map-sides';

type LayerConfiguration = ConstructorParameters<typeof tf.layers.Layer>[0];

/** Sides of a map and of the one whose size it takes: [B, H, W, C] and [B, H', W', any] → [B, H', W', C]. */
abstract class SizeOfOther extends tf.layers.Layer {
  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [[batch, , , channels], [, height, width]] = inputShape as tf.Shape[];
    return [batch, height, width, channels];
  }
}

/**
 * Bilinear resizing of the first map to the sides of the second, equal to PyTorch's
 * `interpolate(x, size, mode='bilinear', align_corners=False)`; the identity where the sides are equal. (Stock
 * TensorFlow.js has no layer for sizes that depend on the input.)
 *
 * Shape: [B, H, W, C] and [B, H', W', any] → [B, H', W', C].
 */
export class ResizeLike extends SizeOfOther {
  static className = 'ResizeLike';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x, other] = inputs as tf.Tensor4D[];
    return mapSides(x, [other.shape[1], other.shape[2]], bilinearTaps);
  }
}

/**
 * The part of the first map that begins `offset` positions from the top and the left, as large as the second.
 *
 * Shape: [B, H, W, C] and [B, H', W', any] → [B, H', W', C], H ≥ H' + offset, W ≥ W' + offset.
 */
export class CropLike extends SizeOfOther {
  static className = 'CropLike';
  private readonly offset: number;

  constructor(config: LayerConfiguration & { offset: number }) {
    super(config);
    this.offset = config.offset;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x, { shape }] = inputs as tf.Tensor4D[];
    return tf.slice(x, [0, this.offset, this.offset, 0], [x.shape[0], shape[1], shape[2], x.shape[3]]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), offset: this.offset };
  }
}

/**
 * Means over `size` × `size` bins that cover the map whatever its sides, equal to PyTorch's `AdaptiveAvgPool2d`: bin i
 * of n reaches from ⌊i·H/n⌋ to ⌈(i+1)·H/n⌉ − 1.
 *
 * Shape: [B, H, W, C] → [B, size, size, C].
 */
export class AdaptiveAveragePooling extends tf.layers.Layer {
  static className = 'AdaptiveAveragePooling';
  private readonly size: number;

  constructor(config: LayerConfiguration & { size: number }) {
    super(config);
    this.size = config.size;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, , , channels] = inputShape as tf.Shape;
    return [batch, this.size, this.size, channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = (Array.isArray(inputs) ? inputs : [inputs]) as tf.Tensor4D[];
    return mapSides(x, [this.size, this.size], binTaps);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), size: this.size };
  }
}

/** Centres at (i + ½) · from / to − ½, held within the map. */
const bilinearTaps: Taps = (from, to) => (i) => {
  const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
  const below = Math.floor(centre);
  const above = Math.min(below + 1, from - 1);
  return [
    [below, 1 - (centre - below)],
    [above, centre - below],
  ];
};

const binTaps: Taps = (from, to) => (i) => {
  const begin = Math.floor((i * from) / to);
  const length = Math.ceil(((i + 1) * from) / to) - begin;
  return Array.from({ length }, (_, k) => [begin + k, 1 / length]);
};

tf.serialization.registerClass(ResizeLike);
tf.serialization.registerClass(CropLike);
tf.serialization.registerClass(AdaptiveAveragePooling);
