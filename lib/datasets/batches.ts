import { tf } from '../runtime';
import { nextSeed, seededRandom } from '../runtime/seed';
import { drawFlipRotate, flipRotateView } from '../transforms/flip-rotate';
import { copyView, wholePlane } from '../transforms/view';
import { mixSeeds } from './hash';
import { batchTensors, requireIndices, type Batch, type SegmentationData } from './segmentation-data';
import { shuffled } from './split';

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
   * Order and augmentation follow from seed and epoch alone. Without a seed, each call draws one from the stream that
   * `setSeed` starts: another order for each call, and the same calls give the same orders after `setSeed`.
   */
  seed?: number;
  /** 0 by default. */
  epoch?: number;
}

/**
 * One epoch of mini-batches.
 *
 * A batch belongs to the loop: its tensors are disposed when the next batch is asked for and when the loop ends, also by
 * `break` or an error. Keep one longer with `tf.keep(batch.images.clone())`.
 *
 * ```ts
 * for (const { images, masks } of batches(data, { indices: training, batchSize: 8, augment: true, epoch })) { … }
 * ```
 *
 * Shape: images and masks [n, height, width, 1], float32, n ≤ batchSize
 *
 * @throws RangeError, when called, for a batch size that is no positive integer, a seed or an epoch that is no
 *   non-negative integer, an index outside the data, or `augment` with images that are not square
 */
export function batches(data: SegmentationData, options: BatchOptions): Generator<Batch, void, undefined> {
  const { images, masks } = data;
  const { batchSize, augment = false, seed, epoch = 0 } = options;
  const indices = options.indices ?? Array.from({ length: images.pages }, (_, index) => index);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batches: got batchSize ${batchSize}; expected a positive integer`);
  }
  requireCount('epoch', epoch);
  if (seed !== undefined) requireCount('seed', seed);
  if (masks.pages !== images.pages || masks.height !== images.height || masks.width !== images.width) {
    throw new RangeError(
      `batches: got masks of ${masks.pages}×${masks.height}×${masks.width}; expected ` +
        `${images.pages}×${images.height}×${images.width} like the images`,
    );
  }
  requireIndices('batches', indices, images.pages);
  if (augment && images.height !== images.width) {
    throw new RangeError(
      `batches: got augment with images of ${images.height}×${images.width}; expected squares, which quarter turns keep; ` +
        'crop or resize them',
    );
  }
  const random = seededRandom(mixSeeds(seed ?? nextSeed(), epoch));
  return generate(data, { ...options, indices, augment }, random);
}

function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`batches: got ${name} ${value}; expected a non-negative integer`);
  }
}

function* generate(
  { images, masks }: SegmentationData,
  { batchSize, indices, shuffle = true, augment }: BatchOptions & { indices: readonly number[] },
  random: () => number,
): Generator<Batch, void, undefined> {
  const { height, width } = images;
  const area = height * width;
  const plane = wholePlane(height, width);
  const order = shuffle ? shuffled(indices.length, random).map((position) => indices[position]) : indices;
  for (let start = 0; start < order.length; start += batchSize) {
    const chosen = order.slice(start, start + batchSize);
    const imageValues = new Float32Array(chosen.length * area);
    const maskValues = new Float32Array(chosen.length * area);
    chosen.forEach((index, position) => {
      const view = augment ? flipRotateView(plane, drawFlipRotate(random)) : plane;
      copyView(images.data, index * area, view, imageValues, position * area);
      copyView(masks.data, index * area, view, maskValues, position * area);
    });
    const batch = batchTensors(imageValues, maskValues, [chosen.length, height, width, 1]);
    try {
      yield { ...batch, indices: chosen };
    } finally {
      tf.dispose([batch.images, batch.masks]);
    }
  }
}
