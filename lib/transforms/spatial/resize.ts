import type { Image } from '../../io/image';
import { moveAffine, type AffineMap } from './affine';
import { requireSampling } from './borders';
import { smoothGaussian } from './gaussian';
import { asFloats, fromFloats, requireImage, requireSizes } from './samples';
import { pickSeparable, resampleSeparable, type AxisMap } from './separable';
import { requireFill, type SamplingOptions } from './warp';

export interface ResizeOptions extends SamplingOptions {
  /** Smooths axes that shrink by s first, with a Gaussian of (s − 1) / 2 samples; default false. Not for order 0. */
  antiAliasing?: boolean;
  /** Limits each channel to the range that it had, which cubic splines leave; default true. */
  clip?: boolean;
  /**
   * Keeps the middles of the corner samples in place, as `scipy.ndimage.zoom`; otherwise the corners of the picture, as
   * scikit-image and with `gridMode`; default false.
   */
  alignCorners?: boolean;
}

/**
 * Another number of samples for the same picture; equal to `skimage.transform.resize(preserve_range=True)` with
 * `anti_aliasing` and the mode named `border` here (its `edge` is `nearest`, `reflect` is `mirror`, `symmetric` is
 * `reflect`, `wrap` is `grid-wrap` and `constant` is `grid-constant`), but for clipping by channel.
 *
 * New sample j of n lies at (j + ½) · N / n − ½ of N old ones, or at j · (N − 1) / (n − 1) with `alignCorners`.
 *
 * Shape: [h, w] or [d, h, w] → shape; element type as before; a volume's affine follows, so that its spacing becomes
 * that of before times N / n
 *
 * @param options border default 'mirror', as scikit-image's
 * @throws RangeError for an image whose sizes do not agree, sizes that are no positive integers, an unknown order or
 *   border, and a fill that the samples cannot hold
 */
export function resize<I extends Image>(image: I, shape: readonly number[], options: ResizeOptions = {}): I {
  requireImage('resize', image);
  const {
    order = 1,
    border = 'mirror',
    fill = 0,
    clip = true,
    antiAliasing = false,
    alignCorners = false,
  } = options;
  requireSampling('resize', order, border);
  requireFill('resize', image.data, fill);
  requireSizes('resize', shape, image.shape.length);
  const maps = resizeMaps(image.shape, shape, alignCorners);
  const moved = moveAffine({ ...image, shape: [...shape] }, mapsAsAffine(maps));
  if (maps.every(({ count }, axis) => count === image.shape[axis]))
    return { ...moved, data: image.data.slice() };
  const { channels } = image;
  if (order === 0)
    return { ...moved, data: pickSeparable(image.data, image.shape, channels, maps, border, fill) };
  const values = asFloats(image.data);
  const sigmas = maps.map(({ count }, axis) => Math.max(0, (image.shape[axis] / count - 1) / 2));
  const smooth = antiAliasing ? smoothGaussian(values, image.shape, channels, sigmas, border, fill) : values;
  const result = resampleSeparable(smooth, image.shape, channels, maps, order, border, fill);
  if (clip && (order === 3 || antiAliasing)) {
    const keep = border === 'constant' || border === 'grid-constant' ? fill : undefined;
    limitToRange(result, values, channels, keep);
  }
  return { ...moved, data: fromFloats(result, image.data) };
}

/** Where new samples lie among the old ones along each axis. */
export function resizeMaps(from: readonly number[], to: readonly number[], alignCorners = false): AxisMap[] {
  return to.map((count, axis) => {
    const size = from[axis];
    if (count === size) return { count, scale: 1, offset: 0 };
    if (alignCorners) {
      const scale = count > 1 ? (size - 1) / (count - 1) : 1;
      return { count, scale, offset: 0 };
    }
    const scale = size / count;
    return { count, scale, offset: scale / 2 - 0.5, position: (index) => (index + 0.5) * scale - 0.5 };
  });
}

/** The same as one map of positions. */
export function mapsAsAffine(maps: readonly AxisMap[]): AffineMap {
  return maps.map(({ scale, offset }, row) => [
    ...maps.map((_, column) => (row === column ? scale : 0)),
    offset,
  ]);
}

/** Limits values to the range of each channel of `like`, but for those equal to `keep`. */
function limitToRange(
  values: Float32Array,
  like: Float32Array,
  channels: number,
  keep: number | undefined,
): void {
  for (let channel = 0; channel < channels; channel++) {
    let low = Infinity;
    let high = -Infinity;
    for (let at = channel; at < like.length; at += channels) {
      if (like[at] < low) low = like[at];
      if (like[at] > high) high = like[at];
    }
    if (keep !== undefined) [low, high] = [Math.min(low, keep), Math.max(high, keep)];
    for (let at = channel; at < values.length; at += channels) {
      if (values[at] < low) values[at] = low;
      else if (values[at] > high) values[at] = high;
    }
  }
}
