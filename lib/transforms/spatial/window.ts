import type { Image } from '../../io/image';
import { moveAffine, translationMap } from './affine';
import { BORDERS, foldIndex, type Border } from './borders';
import { requireImage, requireSizes } from './samples';
import { pickSamples } from './separable';
import { requireFill } from './warp';

/** A part of an image, or more than it: where it begins along each axis, possibly before it, and its sizes. */
export interface Box {
  start: readonly number[];
  shape: readonly number[];
}

export interface PadOptions {
  /** What lies outside of the image; default 'constant'. */
  border?: Border;
  /** The sample outside of a constant border; default 0. */
  fill?: number;
}

/**
 * What a box shows of an image, continued where the box reaches beyond it. A volume's affine follows.
 *
 * Shape: [h, w] or [d, h, w] → box.shape
 *
 * @throws RangeError for a box of other dimensions or without whole numbers, an unknown border, and a fill that the
 *   samples cannot hold
 */
export function cropBox<I extends Image>(
  image: I,
  box: Box,
  { border = 'constant', fill = 0 }: PadOptions = {},
): I {
  const owner = 'cropBox';
  requireImage(owner, image);
  const { data, shape, channels } = image;
  requireSizes(owner, box.shape, shape.length);
  if (box.start.length !== shape.length || !box.start.every(Number.isSafeInteger)) {
    throw new RangeError(`${owner}: got start [${box.start.join(', ')}]; expected ${shape.length} integers`);
  }
  if (!BORDERS.includes(border)) {
    throw new RangeError(`${owner}: got border ${border}; expected one of: ${BORDERS.join(', ')}`);
  }
  requireFill(owner, data, fill);
  const within = border === 'constant' ? 'grid-constant' : border;
  const indices = box.shape.map((size, axis) =>
    Int32Array.from({ length: size }, (_, index) => foldIndex(box.start[axis] + index, shape[axis], within)),
  );
  const cropped = pickSamples(data, shape, channels, indices, fill);
  return moveAffine({ ...image, data: cropped, shape: [...box.shape] }, translationMap(box.start));
}

/**
 * The box of these sizes about an image's middle; an odd difference is cropped or padded one more at the end, as nnU-Net
 * pads.
 */
export function centredBox(image: readonly number[], shape: readonly number[]): Box {
  return {
    start: shape.map((size, axis) => {
      const difference = image[axis] - size;
      return difference < 0 ? 0 - Math.floor(-difference / 2) : Math.floor(difference / 2);
    }),
    shape,
  };
}

/** What was made of an image, and from where, for `restoreBox`. */
export interface Cropped<I extends Image> {
  image: I;
  box: Box;
  /** Sizes of the image that it was made from. */
  from: readonly number[];
}

/**
 * An image of exactly these sizes: cropped about its middle where it is larger, padded where it is smaller.
 *
 * @throws RangeError as `cropBox`
 */
export function cropOrPad<I extends Image>(
  image: I,
  shape: readonly number[],
  options: PadOptions = {},
): Cropped<I> {
  requireSizes('cropOrPad', shape, image.shape.length);
  const box = centredBox(image.shape, shape);
  return { image: cropBox(image, box, options), box, from: image.shape };
}

/**
 * An image padded to sizes that are multiples, such as what a network's poolings need: `multiple` for all axes or one for
 * each. Equals batchgenerators' `pad_nd_image(shape_must_be_divisible_by=…)`.
 *
 * @throws RangeError for multiples that are no positive integers, and as `cropBox`
 */
export function padToMultiple<I extends Image>(
  image: I,
  multiple: number | readonly number[],
  options: PadOptions = {},
): Cropped<I> {
  requireImage('padToMultiple', image);
  const multiples = typeof multiple === 'number' ? image.shape.map(() => multiple) : multiple;
  requireSizes('padToMultiple', multiples, image.shape.length);
  return cropOrPad(
    image,
    image.shape.map((size, axis) => Math.ceil(size / multiples[axis]) * multiples[axis]),
    options,
  );
}

/**
 * Puts an image of a box's sizes, such as a prediction, back into the frame that the box was taken from; what was
 * cropped away is continued as `options` say.
 *
 * @param cropped what `cropOrPad`, `padToMultiple` or `cropToNonzero` gave
 * @throws RangeError for an image of other sizes than the box's
 */
export function restoreBox<I extends Image>(
  image: I,
  { box, from }: Pick<Cropped<Image>, 'box' | 'from'>,
  options: PadOptions = {},
): I {
  requireImage('restoreBox', image);
  if (image.shape.join() !== box.shape.join()) {
    throw new RangeError(
      `restoreBox: got an image of [${image.shape.join(', ')}]; expected the box's sizes [${box.shape.join(', ')}]`,
    );
  }
  return cropBox(image, { start: box.start.map((start) => 0 - start), shape: from }, options);
}
