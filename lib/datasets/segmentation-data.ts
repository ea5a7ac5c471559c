import type { ImageStack } from '../io/image-stack';
import { tf } from '../runtime';
import { requireIndices } from './batch-plan';
import { countOf, dataSample } from './data-samples';
import { stackSamples, type MaskedSample, type StackedSamples } from './sample';

/** Images with a mask each, of one size, in ordinary arrays: what loaders return and batches are made of. */
export interface SegmentationData {
  /** Shape: [count, height, width], 0…1 */
  images: ImageStack<Float32Array>;
  /** Shape: [count, height, width], 1 inside the class and 0 outside */
  masks: ImageStack<Uint8Array>;
}

/**
 * Samples of any sizes, channels and dimensions, each made when it is asked for: what loaders of photographs, volumes and
 * folders return, and what data of your own can be. All of a batch must have one size: crop, pad or resize them in its
 * `transform`.
 */
export interface SegmentationSamples {
  count: number;
  /**
   * An image and its mask. Whoever asks does not write to it.
   *
   * @param index 0 … count − 1
   */
  sample(index: number): MaskedSample;
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

/** The same of samples of any dimensions: a type rather than an interface, so that `tf.dispose` takes it. */
export type PreparedBatch = {
  /** Shape: [batch, …spatial, channels], float32 */
  images: tf.Tensor;
  /** Shape: [batch, …spatial, channels], float32 */
  masks: tf.Tensor;
  /** Which samples of the data these are. */
  indices: number[];
};

/**
 * The images and masks at `indices` (all by default) as tensors, which the caller disposes.
 *
 * Shape: [indices.length, height, width, 1] each, float32; of samples [indices.length, …spatial, channels]
 *
 * @throws RangeError for an index outside the data, no index, and samples of different sizes
 */
export function toTensors(data: SegmentationData, indices?: readonly number[]): Batch;
export function toTensors(data: SegmentationSamples, indices?: readonly number[]): PreparedBatch;
export function toTensors(
  data: SegmentationData | SegmentationSamples,
  indices?: readonly number[],
): Batch | PreparedBatch {
  const count = countOf(data);
  const chosen = indices ?? Array.from({ length: count }, (_, index) => index);
  requireIndices('toTensors', chosen, count);
  if (chosen.length === 0) throw new RangeError('toTensors: got no indices; expected at least one');
  const samples = chosen.map((index) => dataSample(data, index));
  return { ...stackedTensors(stackSamples('toTensors', samples, chosen)), indices: [...chosen] };
}

/** The samples as tensors, float32, which the caller disposes. */
export function stackedTensors({ images, masks, imageShape, maskShape }: StackedSamples): {
  images: tf.Tensor;
  masks: tf.Tensor;
} {
  return { images: tf.tensor(images, imageShape), masks: tf.tensor(masks, maskShape) };
}
