import type { Samples, Volume } from './image';
import { isUsable, orthogonal, spatialAxes } from './volume-geometry';

/**
 * Where the column, the row and the slice index grow to, in this order, each one of R (right), L (left), A (anterior),
 * P (posterior), S (superior) and I (inferior): the axes (i, j, k) of nibabel, FreeSurfer and ITK. "RAS": columns run to
 * the patient's right, rows to the front, slices to the head; "LPS" is DICOM's.
 */
export type OrientationCode = string;

/** Letters of the two ends of each RAS axis: where it grows to, where it comes from. */
const ENDS = [
  ['R', 'L'],
  ['A', 'P'],
  ['S', 'I'],
] as const;

/** Axis of RAS, and +1 or −1, that an axis of the array runs along. */
interface Direction {
  axis: number;
  sign: 1 | -1;
}

/** The volume's orientation, such as "LIA": nibabel's `aff2axcodes`. */
export function orientationOf({ affine }: Pick<Volume, 'affine'>): OrientationCode {
  const directions = directionsOf(affine);
  return [...directions]
    .reverse()
    .map(({ axis, sign }) => ENDS[axis][sign > 0 ? 0 : 1])
    .join('');
}

/**
 * The same voxels with axes exchanged and turned round so that they run as `code` says, at the same places in the
 * scanner: nibabel's `as_closest_canonical` for "RAS". Nothing is interpolated, so `reorient(mask,
 * orientationOf(original))` brings a mask back exactly. The volume itself where it is so already.
 *
 * @throws RangeError for a code that is no orientation, or an affine that cannot be inverted
 */
export function reorient<T extends Samples>(volume: Volume<T>, code: OrientationCode): Volume<T> {
  const wanted = parseCode(code);
  const current = directionsOf(volume.affine);
  const moves = wanted.map(({ axis, sign }) => {
    const from = current.findIndex((direction) => direction.axis === axis);
    return { from, flip: current[from].sign !== sign };
  });
  if (moves.every(({ from, flip }, to) => from === to && !flip)) return volume;

  const { shape, channels, affine } = volume;
  const strides = [shape[1] * shape[2] * channels, shape[2] * channels, channels];
  const newShape = moves.map(({ from }) => shape[from]) as [number, number, number];
  const steps = moves.map(({ from, flip }) => (flip ? -strides[from] : strides[from]));
  const start = moves.reduce(
    (sum, { from, flip }) => sum + (flip ? (shape[from] - 1) * strides[from] : 0),
    0,
  );
  const data = gather(volume.data, start, newShape, steps, channels);
  return { data, shape: newShape, channels, affine: movedAffine(affine, shape, moves) };
}

/** `reorient(volume, 'RAS')`: columns to the right, rows to the front, slices to the head. */
export function toRas<T extends Samples>(volume: Volume<T>): Volume<T> {
  return reorient(volume, 'RAS');
}

/** In the array's order: slice, row, column. */
function parseCode(code: OrientationCode): Direction[] {
  const directions = [...code].map((letter) => {
    const axis = ENDS.findIndex((ends) => (ends as readonly string[]).includes(letter));
    return { axis, sign: letter === ENDS[axis]?.[0] ? 1 : -1 } as Direction;
  });
  const axes = new Set(directions.map(({ axis }) => axis));
  if (directions.length !== 3 || axes.size !== 3 || axes.has(-1)) {
    throw new RangeError(
      `reorient: got '${code}'; expected three letters, one of R and L, one of A and P, one of S and I, such as 'RAS'`,
    );
  }
  return directions.reverse();
}

/**
 * What each axis of the array runs along most: nibabel's `io_orientation`. The axes' directions are first made
 * orthogonal (the polar factor of the affine without its spacings), then taken in the order of how well they fit.
 */
function directionsOf(affine: readonly number[]): Direction[] {
  if (!isUsable(affine)) {
    throw new RangeError(
      `orientation: got the affine [${affine.join(', ')}]; expected a finite one that can be inverted`,
    );
  }
  // In the order i, j, k, on which nibabel's ties depend.
  const rotation = orthogonal(spatialAxes(affine).directions);
  const fit = (column: number[]) => Math.max(...column.map((value) => value * value));
  const order = [0, 1, 2].sort((a, b) => fit(rotation[b]) - fit(rotation[a]));
  const directions: Direction[] = [];
  const free = new Set([0, 1, 2]);
  for (const index of order) {
    const column = rotation[index];
    const axis = [...free].reduce((best, one) =>
      Math.abs(column[one]) > Math.abs(column[best]) ? one : best,
    );
    free.delete(axis);
    directions[2 - index] = { axis, sign: column[axis] < 0 ? -1 : 1 };
  }
  return directions;
}

/** The samples at start + s · steps[0] + r · steps[1] + c · steps[2], in the order of (s, r, c). */
function gather<T extends Samples>(
  source: T,
  start: number,
  [depth, height, width]: readonly number[],
  [slice, row, column]: readonly number[],
  channels: number,
): T {
  const target = new (source.constructor as new (length: number) => T)(source.length);
  let to = 0;
  for (let s = 0; s < depth; s++) {
    for (let r = 0; r < height; r++) {
      let from = start + s * slice + r * row;
      if (column === channels) {
        target.set(source.subarray(from, from + width * channels), to);
        to += width * channels;
        continue;
      }
      for (let c = 0; c < width; c++, from += column) {
        for (let channel = 0; channel < channels; channel++) target[to++] = source[from + channel];
      }
    }
  }
  return target;
}

/** Columns exchanged and negated, and the origin at what is now the first voxel. */
function movedAffine(
  affine: readonly number[],
  shape: readonly number[],
  moves: readonly { from: number; flip: boolean }[],
): number[] {
  return [0, 1, 2, 3].flatMap((line) => {
    const row = affine.slice(4 * line, 4 * line + 4);
    const steps = moves.map(({ from, flip }) => (flip ? 0 - row[from] : row[from]));
    const origin = moves.reduce(
      (sum, { from, flip }) => sum + (flip ? row[from] * (shape[from] - 1) : 0),
      row[3],
    );
    return [...steps, origin];
  });
}
