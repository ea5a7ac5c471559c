import { tf } from '../runtime';
import type { Pipeline, Sample, SampleNumber } from '../transforms/pipeline';
import { planBatches, type PlannedSample } from './batch-plan';
import { countOf, dataSample, requireData } from './data-samples';
import { requireMask, stackSamples } from './sample';
import {
  stackedTensors,
  type Batch,
  type PreparedBatch,
  type SegmentationData,
  type SegmentationSamples,
} from './segmentation-data';

export interface BatchOptions {
  /** Images in a batch; the last batch of an epoch may be smaller. */
  batchSize: number;
  /** Which images; all by default. */
  indices?: readonly number[];
  /** Another order each epoch; true by default. Without it the order is that of `indices`. */
  shuffle?: boolean;
  /** Flips and quarter turns at random, the same for an image and its mask; false by default. */
  augment?: boolean;
  /**
   * Changes each image and its mask, after `augment`: a pipeline of `compose`, or a function. All of a batch must have one
   * size after it.
   */
  transform?: Pipeline | SampleTransform;
  /**
   * Order and augmentation follow from seed and epoch alone. Without a seed, each call draws one from the stream that
   * `setSeed` starts: another order for each call, and the same calls give the same orders after `setSeed`.
   */
  seed?: number;
  /** 0 by default. */
  epoch?: number;
}

/** A new sample; the old one stays as it is. Whatever is random in it follows from `number`. */
export type SampleTransform = (sample: Sample, number: SampleNumber) => Sample;

/**
 * One epoch of mini-batches, each made when it is asked for; `prefetchedBatches` makes the same ones ahead, in threads.
 *
 * A batch belongs to the loop: its tensors are disposed when the next batch is asked for and when the loop ends, also by
 * `break` or an error. Keep one longer with `tf.keep(batch.images.clone())`.
 *
 * ```ts
 * for (const { images, masks } of batches(data, { indices: training, batchSize: 8, augment: true, epoch })) { … }
 * ```
 *
 * Shape: images and masks [n, height, width, 1], float32, n ≤ batchSize; of samples, and with `transform` of what it
 * gives, [n, …spatial, channels]
 *
 * @throws RangeError, when called, for a batch size that is no positive integer, a seed or an epoch that is no
 *   non-negative integer, an index outside the data, or `augment` with images that are not square; while it runs, for
 *   samples of different sizes in one batch
 */
export function batches(data: SegmentationData, options: BatchOptions): Generator<Batch, void, undefined>;
export function batches(
  data: SegmentationSamples,
  options: BatchOptions,
): Generator<PreparedBatch, void, undefined>;
export function batches(
  data: SegmentationData | SegmentationSamples,
  options: BatchOptions,
): Generator<Batch | PreparedBatch, void, undefined> {
  requireData('batches', data, options.augment ?? false);
  const { transform } = options;
  const change: SampleTransform | undefined =
    typeof transform === 'object' ? (sample, number) => transform.apply(sample, number) : transform;
  return generate(data, planBatches('batches', countOf(data), options), change);
}

function* generate(
  data: SegmentationData | SegmentationSamples,
  plan: Generator<PlannedSample[]>,
  transform?: SampleTransform,
): Generator<PreparedBatch, void, undefined> {
  for (const planned of plan) {
    const samples = planned.map(({ index, placement, number }) => {
      const sample = dataSample(data, index, placement);
      return transform ? requireMask(transform(sample, number)) : sample;
    });
    const indices = planned.map(({ index }) => index);
    const batch = stackedTensors(stackSamples('batches', samples, indices));
    try {
      yield { ...batch, indices };
    } finally {
      tf.dispose([batch.images, batch.masks]);
    }
  }
}
