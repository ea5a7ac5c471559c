import type { ImageStack } from '../io/image-stack';
import { tf } from '../runtime';
import { requireIndices } from './batch-plan';
import type { StackedSamples } from './sample';

/** Images with a mask each, of one size, in ordinary arrays: what loaders return and batches are made of. */
export interface SegmentationData {
  /** Shape: [count, height, width], 0…1 */
  images: ImageStack<Float32Array>;
  /** Shape: [count, height, width], 1 inside the class and 0 outside */
  masks: ImageStack<Uint8Array>;
}

/** A batch for a network: a type rather than an interface, so that `tf.dispose` takes it. */
export type Batch = {
  /** Shape: [batch, height, width, 1], float32, 0…1 */
  images: tf.Tensor4D;
  /** Shape: [batch, height, width, 1], float32, 0 or 1 */
  masks: tf.Tensor4D;
  /** Which images of the data these are; `fit` names them where a loss is not finite. */
  indices?: number[];
};

/**
 * The images and masks at `indices` (all by default) as tensors, which the caller disposes.
 *
 * Shape: [indices.length, height, width, 1] each, float32
 *
 * @throws RangeError for an index outside the data
 */
export function toTensors(data: SegmentationData, indices?: readonly number[]): Batch {
  const { pages, height, width } = data.images;
  const chosen = indices ?? Array.from({ length: pages }, (_, index) => index);
  requireIndices('toTensors', chosen, pages);
  const area = height * width;
  const images = new Float32Array(chosen.length * area);
  const masks = new Float32Array(chosen.length * area);
  chosen.forEach((index, position) => {
    images.set(data.images.data.subarray(index * area, (index + 1) * area), position * area);
    masks.set(data.masks.data.subarray(index * area, (index + 1) * area), position * area);
  });
  const shape = [chosen.length, height, width, 1] as [number, number, number, number];
  return { images: tf.tensor4d(images, shape), masks: tf.tensor4d(masks, shape) };
}

/** The samples as tensors, float32, which the caller disposes. */
export function stackedTensors({ images, masks, imageShape, maskShape }: StackedSamples): {
  images: tf.Tensor;
  masks: tf.Tensor;
} {
  return { images: tf.tensor(images, imageShape), masks: tf.tensor(masks, maskShape) };
}
