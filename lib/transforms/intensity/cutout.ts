import type { Image } from '../../io/image';
import { requireImage, requireSizes } from '../spatial/samples';
import type { Box } from '../spatial/window';
import { requireNumber, type Interval } from './planes';
import { integerBetween, type Random } from './random-numbers';

/**
 * Sets boxes to a value (DeVries & Taylor 2017, "Improved regularization of convolutional neural networks with Cutout").
 *
 * Shape: the image's, all channels alike; of the same type
 *
 * @param boxes what lies outside of the image does not count
 * @param value default 0
 * @throws RangeError for boxes that have not one start and one positive size for each axis
 */
export function cutout<I extends Image>(image: I, boxes: readonly Box[], value = 0): I {
  const owner = 'cutout';
  requireImage(owner, image);
  requireNumber(owner, 'value', value);
  const { shape, channels } = image;
  const data = image.data.slice();
  for (const { start, shape: sides } of boxes) {
    requireSizes(owner, sides, shape.length);
    if (start.length !== shape.length || !start.every(Number.isInteger)) {
      throw new RangeError(
        `${owner}: got a box from [${start.join(', ')}]; expected ${shape.length} integers, one for each axis`,
      );
    }
    const first = start.map((place) => Math.max(place, 0));
    const last = start.map((place, axis) => Math.min(place + sides[axis], shape[axis]));
    const visit = (axis: number, place: number) => {
      if (axis === shape.length - 1) {
        const row = place * shape[axis];
        const [from, to] = [first[axis], Math.max(first[axis], last[axis])];
        data.fill(value, (row + from) * channels, (row + to) * channels);
        return;
      }
      for (let index = first[axis]; index < last[axis]; index++) visit(axis + 1, place * shape[axis] + index);
    };
    visit(0, 0);
  }
  return { ...image, data };
}

export interface RandomCutoutOptions {
  /** Least and greatest number of boxes; default [1, 8]. */
  boxes?: Interval;
  /** Least and greatest side of a box as a share of the image's; default [0.05, 0.2]. */
  size?: Interval;
  /** Default 0. */
  value?: number;
}

/**
 * `cutout` of drawn boxes that lie within the image (MONAI's `RandCoarseDropout`).
 *
 * @throws RangeError as `cutout`, and for shares outside of 0 to 1
 */
export function randomCutout<I extends Image>(image: I, options: RandomCutoutOptions, random: Random): I {
  const owner = 'randomCutout';
  const { boxes = [1, 8], size = [0.05, 0.2], value } = options;
  boxes.forEach((count) => requireNumber(owner, 'boxes', count, 0));
  size.forEach((share) => requireNumber(owner, 'size', share, 0, 1));
  const drawn = Array.from({ length: integerBetween(boxes, random) }, () => {
    const sides = image.shape.map((length) => {
      const [least, greatest] = size.map((share) => Math.max(Math.round(share * length), 1));
      return integerBetween([least, greatest], random);
    });
    const start = image.shape.map((length, axis) => integerBetween([0, length - sides[axis]], random));
    return { start, shape: sides };
  });
  return cutout(image, drawn, value);
}
