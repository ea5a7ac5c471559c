import type { Samples } from '../io/image';
import { requireGrid, requireSpacing } from '../metrics/grid';
import { BitMask, valueOfMask } from './bit-mask';
import { GreyField } from './grey-field';
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
  return extremum('erosion', values, shape, options, 'smallest');
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
  return extremum('dilation', values, shape, options, 'largest');
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
  return extremum(
    'opening',
    extremum('opening', values, shape, options, 'smallest'),
    shape,
    options,
    'largest',
  );
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
  return extremum(
    'closing',
    extremum('closing', values, shape, options, 'largest'),
    shape,
    options,
    'smallest',
  );
}

/** What the extremum is taken of: grey values, or the bits of a mask. */
interface Field<F> {
  copy(): F;
  /** Takes the extremum with the neighbours at `step` (along each axis) of another field of the same grid. */
  add(source: F, step: readonly number[]): void;
}

function extremum<T extends Samples>(
  owner: string,
  values: T,
  shape: readonly number[],
  options: MorphologyOptions,
  kind: 'smallest' | 'largest',
): T {
  const neighbourhood = requireOptions(owner, values, shape, options);
  const one = valueOfMask(values);
  if (one === undefined) {
    return (extremumOf(new GreyField(values, shape, kind), neighbourhood) as GreyField<T>).values;
  }
  // What the neighbourhood of the outside does not reach: the outside grows, and beyond the image there is none.
  const mask = new BitMask(shape).read(values);
  const grown = extremumOf(kind === 'smallest' ? mask.invert() : mask, neighbourhood) as BitMask;
  const result = new (values.constructor as new (length: number) => T)(values.length);
  (kind === 'smallest' ? grown.invert() : grown).write(result, one);
  return result;
}

/**
 * The extremum over a neighbourhood, row by row of it: all rows of one length share the extrema of lines of that length,
 * which grow from the next shorter ones. A square is a line along each axis in turn.
 */
function extremumOf<F extends Field<F>>(
  field: F,
  { element, radius, spacing }: Required<MorphologyOptions>,
): F {
  const axes = spacing.length;
  if (element === 'square') {
    return spacing.reduce((lines, _, axis) => lengthened(lines, axes, axis, 0, Math.floor(radius)), field);
  }
  const result = field.copy();
  let lines = field;
  let half = 0;
  for (const row of elementRows(element, radius, spacing)) {
    lines = lengthened(lines, axes, axes - 1, half, row.half);
    half = row.half;
    result.add(lines, [...row.offset, 0]);
  }
  return result;
}

/** Extrema of the lines of ±`to` elements along an axis, from those of ±`from`. */
function lengthened<F extends Field<F>>(lines: F, axes: number, axis: number, from: number, to: number): F {
  let half = from;
  while (half < to) {
    // A longer step would leave out elements beside the border.
    const step = Math.min(to - half, half + 1);
    const longer = lines.copy();
    for (const along of [-step, step]) {
      longer.add(
        lines,
        Array.from({ length: axes }, (_, other) => (other === axis ? along : 0)),
      );
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
  { element = 'cross', radius = 1, spacing }: MorphologyOptions,
): Required<MorphologyOptions> {
  if (shape.length !== 2 && shape.length !== 3) {
    throw new RangeError(
      `${owner}: got shape [${shape.join(', ')}]; expected [height, width] or [depth, height, width]`,
    );
  }
  requireGrid(owner, values, shape);
  if (!['ball', 'cross', 'square'].includes(element)) {
    throw new RangeError(`${owner}: got element '${String(element)}'; expected 'ball', 'cross' or 'square'`);
  }
  if (!(radius > 0 && radius < Infinity)) {
    throw new RangeError(`${owner}: got radius ${radius}; expected a positive number`);
  }
  if (spacing && element !== 'ball') {
    throw new RangeError(`${owner}: got a spacing for a ${element}; expected it for a ball alone`);
  }
  return { element, radius, spacing: requireSpacing(owner, shape, spacing) };
}
