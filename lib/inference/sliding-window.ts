import type { Image, Samples, Volume } from '../io/image';
import { elementsOf } from '../metrics/grid';
import { moveAffine, translationMap } from '../transforms/spatial/affine';
import { requireImage } from '../transforms/spatial/samples';
import type { Predict } from './predict';
import type { SlidingWindowOptions } from './window-options';
import { windowWalk } from './window-walk';

/** A prediction of an image's sizes, its classes as channels; of a volume it keeps the affine. */
export type Prediction<I extends Image = Image> = I extends Volume
  ? Volume<Float32Array>
  : Image<Float32Array>;

/**
 * Predicts an image of any size window by window: where windows overlap, their weighted mean. Equal to MONAI's
 * `sliding_window_inference` and to nnU-Net's tiling (Isensee et al. 2021).
 *
 * ```ts
 * const logits = await slidingWindow(volume, (batch) => model.predict(batch), { window: [96, 96, 96] });
 * ```
 *
 * Shape: [H, W] or [D, H, W] with C channels → the same, or the region's, with the classes as channels. Memory: the result
 * and some rows of windows. An interrupt or `signal` ends it between two batches.
 *
 * @throws RangeError for options that do not fit the image, before any work starts, and for predictions of other sizes
 *   than the windows; the signal's reason
 */
export async function slidingWindow<I extends Image<Samples>>(
  image: I,
  predict: Predict,
  options: SlidingWindowOptions,
): Promise<Prediction<I>> {
  requireImage('slidingWindow', image);
  const { data, shape, channels } = image;
  const row = elementsOf(shape.slice(1)) * channels;
  const rows = (start: number, count: number) => data.subarray(start * row, (start + count) * row);
  const walk = windowWalk('slidingWindow', { shape, channels, rows }, options);

  let result = new Float32Array(0);
  let classes = 0;
  for await (const part of walk.predict(predict)) {
    classes = part.classes;
    if (part.start === 0) result = new Float32Array(elementsOf(walk.shape) * classes);
    result.set(part.values, part.start * (result.length / walk.shape[0]));
  }
  const prediction = { ...image, data: result, shape: [...walk.shape], channels: classes };
  const start = options.region?.start ?? shape.map(() => 0);
  return moveAffine(prediction, translationMap(start)) as Image as Prediction<I>;
}
