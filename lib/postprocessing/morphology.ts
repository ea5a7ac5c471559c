import type { Samples } from '../io/image';
import { requireGrid, requireSpacing } from '../metrics/grid';
import { eachRowPair } from './row-pairs';
import { elementRows, type ElementShape } from './structuring-element';

export interface MorphologyOptions {
  /** Default `'cross'`. */
  element?: ElementShape;
  /** Default 1; in elements, of a ball with `spacing` in its unit. */
  radius?: number;
  /** Distance of neighbours along each axis, default 1: a ball of voxels that are no cubes. */
  spacing?: readonly number[];
}

/**
 * Erosion: the smallest value of each element's neighbourhood; a mask loses what is nearer than the radius to its outside.
 * What lies beyond the image has no part, so a mask does not shrink from the image's border. Equals
 * `skimage.morphology.erosion`.
 *
 * @param values a mask (0 outside) or grey values, row-major (last axis fastest)
 * @param shape [height, width] or [depth, height, width]
 * @returns a new array of the same type
 * @throws RangeError for a shape or a spacing that does not fit, and a radius that is not positive
 */
export function erosion<T extends Samples>(
  values: T,
  shape: readonly number[],
  options: MorphologyOptions = {},
): T {
  return extremum('erosion', values, shape, options, SMALLEST);
}

/**
 * Dilation: the largest value of each element's neighbourhood; a mask gains what is within the radius. Equals
 * `skimage.morphology.dilation`.
 *
 * @param values as for `erosion`
 * @param shape as for `erosion`
 * @throws RangeError as `erosion`
 */
export function dilation<T extends Samples>(
  values: T,
  shape: readonly number[],
  options: MorphologyOptions = {},
): T {
  return extremum('dilation', values, shape, options, LARGEST);
}

/**
 * Opening, the dilation of the erosion: removes what the neighbourhood does not fit in, such as specks and thin bridges.
 * Equals `skimage.morphology.opening`.
 *
 * @param values as for `erosion`
 * @param shape as for `erosion`
 * @throws RangeError as `erosion`
 */
export function opening<T extends Samples>(
  values: T,
  shape: readonly number[],
  options: MorphologyOptions = {},
): T {
  return extremum('opening', extremum('opening', values, shape, options, SMALLEST), shape, options, LARGEST);
}

/**
 * Closing, the erosion of the dilation: fills small holes and thin gaps. Equals `skimage.morphology.closing`.
 *
 * @param values as for `erosion`
 * @param shape as for `erosion`
 * @throws RangeError as `erosion`
 */
export function closing<T extends Samples>(
  values: T,
  shape: readonly number[],
  options: MorphologyOptions = {},
): T {
  return extremum('closing', extremum('closing', values, shape, options, LARGEST), shape, options, SMALLEST);
}

/** Replaces `target[at]` by `source[at + offset]` where that is smaller, or larger. */
type Combine = (target: Samples, source: Samples, from: number, to: number, offset: number) => void;

const SMALLEST: Combine = (target, source, from, to, offset) => {
  for (let at = from; at < to; at++) {
    const value = source[at + offset];
    if (value < target[at]) target[at] = value;
  }
};
const LARGEST: Combine = (target, source, from, to, offset) => {
  for (let at = from; at < to; at++) {
    const value = source[at + offset];
    if (value > target[at]) target[at] = value;
  }
};

/**
 * The extremum over a neighbourhood, row by row of it: all rows of one length share the extrema of lines of that length,
 * which grow from the next shorter ones. A square is a line along each axis in turn.
 */
function extremum<T extends Samples>(
  owner: string,
  values: T,
  shape: readonly number[],
  { element = 'cross', radius = 1, spacing }: MorphologyOptions,
  combine: Combine,
): T {
  const step = requireOptions(owner, values, shape, element, radius, spacing);
  const lastAxis = shape.length - 1;
  if (element === 'square') {
    return shape.reduce(
      (lines, _, axis) => lengthened(lines, shape, axis, 0, Math.floor(radius), combine),
      values.slice() as T,
    );
  }
  const result = values.slice() as T;
  let lines = values;
  let half = 0;
  for (const row of elementRows(element, radius, step)) {
    lines = lengthened(lines, shape, lastAxis, half, row.half, combine);
    half = row.half;
    eachRowPair(shape, [...row.offset, 0], (from, to, offset) => combine(result, lines, from, to, offset));
  }
  return result;
}

/** Extrema of the lines of ±`to` elements along an axis, from those of ±`from`. */
function lengthened<T extends Samples>(
  lines: T,
  shape: readonly number[],
  axis: number,
  from: number,
  to: number,
  combine: Combine,
): T {
  let half = from;
  while (half < to) {
    // A longer step would leave out elements beside the border.
    const step = Math.min(to - half, half + 1);
    const longer = lines.slice() as T;
    for (const along of [-step, step]) {
      const steps = shape.map((_, other) => (other === axis ? along : 0));
      eachRowPair(shape, steps, (start, end, offset) => combine(longer, lines, start, end, offset));
    }
    lines = longer;
    half += step;
  }
  return lines;
}

function requireOptions(
  owner: string,
  values: Samples,
  shape: readonly number[],
  element: string,
  radius: number,
  spacing: readonly number[] | undefined,
): readonly number[] {
  if (shape.length !== 2 && shape.length !== 3) {
    throw new RangeError(
      `${owner}: got shape [${shape.join(', ')}]; expected [height, width] or [depth, height, width]`,
    );
  }
  requireGrid(owner, values, shape);
  if (!['ball', 'cross', 'square'].includes(element)) {
    throw new RangeError(`${owner}: got element '${element}'; expected 'ball', 'cross' or 'square'`);
  }
  if (!(radius > 0 && radius < Infinity)) {
    throw new RangeError(`${owner}: got radius ${radius}; expected a positive number`);
  }
  if (spacing && element !== 'ball') {
    throw new RangeError(`${owner}: got a spacing for a ${element}; expected it for a ball alone`);
  }
  return requireSpacing(owner, shape, spacing);
}
