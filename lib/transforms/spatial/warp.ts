import type { Image, Samples } from '../../io/image';
import { elementsOf } from '../../metrics/grid';
import { moveAffine, type AffineMap } from './affine';
import { foldIndex, foldPosition, OUTSIDE, requireSampling, type Border, type Order } from './borders';
import { rowReader } from './sample-rows';
import { asFloats, fromFloats, holds, requireImage, requireSizes, samplesLike } from './samples';
import { pickSeparable, resampleSeparable, type AxisMap } from './separable';
import { sourceOf } from './source';

export interface SamplingOptions {
  /** 0 (nearest), 1 (linear) or 3 (cubic B-spline); default 1. Masks: 0. */
  order?: Order;
  /** What lies outside of the image; default 'constant'. */
  border?: Border;
  /** The sample outside of a constant border; default 0. */
  fill?: number;
}

export interface WarpOptions extends SamplingOptions {
  /** Sizes of the result; default those of the image, or of the displacement. */
  shape?: readonly number[];
}

/** Movement of each new position in samples: one field an axis, each with a number for every sample of the result. */
export type Displacement = readonly Float32Array[];

/** Where the samples of a new image come from: old position = affine(x + displacement(x)). */
export interface Geometry {
  affine: AffineMap;
  displacement?: Displacement;
}

/**
 * Takes each sample of a new image from a place in the old one: result(x) = image(A (x + d(x)) + b). Any chain of affine
 * maps, with a deformation before them, is thus resampled once.
 *
 * Integers are rounded and limited to their type; values are computed in single precision, those of order 0 are copied.
 * A map along the axes is resampled axis by axis, and one that changes nothing copies. Without a displacement equal to
 * `scipy.ndimage.affine_transform`.
 *
 * Shape: [h, w] or [d, h, w] → options.shape; a volume's affine follows
 *
 * @throws RangeError for an image whose sizes do not agree with its samples, a map of other dimensions, a field of
 *   another size, an unknown order or border, and a fill that the samples cannot hold
 */
export function warp<I extends Image>(image: I, geometry: Geometry, options: WarpOptions = {}): I {
  requireImage('warp', image);
  const { order = 1, border = 'constant', fill = 0, shape = image.shape } = options;
  requireSampling('warp', order, border);
  requireFill('warp', image.data, fill);
  const dimensions = image.shape.length;
  requireSizes('warp', shape, dimensions);
  const { affine, displacement } = geometry;
  if (
    affine.length !== dimensions ||
    affine.some((row) => row.length !== dimensions + 1 || !row.every(Number.isFinite))
  ) {
    throw new RangeError(
      `warp: got the map ${JSON.stringify(affine)}; expected ${dimensions} rows of ${dimensions + 1} finite numbers`,
    );
  }
  const count = elementsOf(shape);
  if (
    displacement &&
    (displacement.length !== dimensions || displacement.some(({ length }) => length !== count))
  ) {
    throw new RangeError(
      `warp: got fields of ${displacement.map(({ length }) => length).join(', ')} numbers; expected ${dimensions} of ` +
        `${count}, one an axis with a number for each sample of [${shape.join(', ')}]`,
    );
  }
  const data =
    displacement || !isDiagonal(affine)
      ? resample(image, shape, order, border, fill, rowsOf(shape, affine, displacement))
      : alongAxes(image, shape, order, border, fill, affine);
  return moveAffine({ ...image, data, shape: [...shape] }, affine);
}

/**
 * The image's values at any positions, equal to `scipy.ndimage.map_coordinates`.
 *
 * @param coordinates one array an axis, slowest first, in samples; each as long as the result has samples
 * @param shape sizes of the result, as many as the image has
 * @throws RangeError as `warp`
 */
export function mapCoordinates<I extends Image>(
  image: I,
  coordinates: readonly ArrayLike<number>[],
  shape: readonly number[],
  options: SamplingOptions = {},
): Image<I['data']> {
  const owner = 'mapCoordinates';
  requireImage(owner, image);
  const { order = 1, border = 'constant', fill = 0 } = options;
  requireSampling(owner, order, border);
  requireFill(owner, image.data, fill);
  requireSizes(owner, shape, image.shape.length);
  const count = elementsOf(shape);
  if (coordinates.length !== shape.length || coordinates.some(({ length }) => length !== count)) {
    throw new RangeError(
      `${owner}: got coordinates of ${coordinates.map(({ length }) => length).join(', ')} numbers; expected ` +
        `${shape.length} arrays of ${count}`,
    );
  }
  const width = shape[shape.length - 1];
  const data = resample(image, shape, order, border, fill, (row, positions) => {
    positions.forEach((values, axis) => {
      for (let column = 0; column < width; column++) values[column] = coordinates[axis][row * width + column];
    });
  });
  return { data, shape: [...shape], channels: image.channels };
}

export function requireFill(owner: string, data: Samples, fill: number): void {
  if (!holds(data, fill)) {
    throw new RangeError(
      `${owner}: got fill ${fill}; expected a number that a ${data.constructor.name} holds`,
    );
  }
}

const isDiagonal = (map: AffineMap) =>
  map.every((row, r) => row.every((value, c) => value === 0 || c === r || c === map.length));

function alongAxes(
  image: Image,
  shape: readonly number[],
  order: Order,
  border: Border,
  fill: number,
  affine: AffineMap,
): Samples {
  const maps = affine.map((row, axis): AxisMap => ({
    count: shape[axis],
    scale: row[axis],
    offset: row[affine.length],
  }));
  const still = maps.every(
    ({ count, scale, offset }, axis) => scale === 1 && !offset && count === image.shape[axis],
  );
  if (still) return image.data.slice();
  if (order === 0) return pickSeparable(image.data, image.shape, image.channels, maps, border, fill);
  const values = asFloats(image.data);
  return fromFloats(
    resampleSeparable(values, image.shape, image.channels, maps, order, border, fill),
    image.data,
  );
}

/** Writes the old positions of one row of new samples. */
type FillRow = (row: number, positions: readonly Float64Array[]) => void;

function rowsOf(
  shape: readonly number[],
  affine: AffineMap,
  displacement: Displacement | undefined,
): FillRow {
  const n = shape.length;
  const width = shape[n - 1];
  const height = shape[n - 2];
  return (index, positions) => {
    const row = index % height;
    const slice = (index - row) / height;
    for (let axis = 0; axis < n; axis++) {
      const line = affine[axis];
      const step = line[n - 1];
      const start = line[n] + line[n - 2] * row + (n === 3 ? line[0] * slice : 0);
      const values = positions[axis];
      for (let column = 0; column < width; column++) values[column] = start + step * column;
      if (!displacement) continue;
      for (let other = 0; other < n; other++) {
        const weight = line[other];
        const field = displacement[other];
        if (weight === 0) continue;
        for (let column = 0, at = index * width; column < width; column++)
          values[column] += weight * field[at++];
      }
    }
  };
}

function resample(
  image: Image,
  shape: readonly number[],
  order: Order,
  border: Border,
  fill: number,
  fillRow: FillRow,
): Samples {
  const width = shape[shape.length - 1];
  const rows = elementsOf(shape) / width;
  const positions = shape.map(() => new Float64Array(width));
  const rowLength = width * image.channels;
  if (order === 0) return pick(image, rows, width, border, fill, positions, fillRow);
  const read = rowReader(sourceOf(image, order, border, fill), order);
  const target = new Float32Array(rows * rowLength);
  for (let row = 0; row < rows; row++) {
    fillRow(row, positions);
    read(positions, width, target, row * rowLength);
  }
  return fromFloats(target, image.data);
}

/** Of order 0: samples are copied bit by bit, whatever their type. */
function pick(
  { data, shape, channels }: Image,
  rows: number,
  width: number,
  border: Border,
  fill: number,
  positions: readonly Float64Array[],
  fillRow: FillRow,
): Samples {
  const target = samplesLike(data, rows * width * channels);
  const filling = samplesLike(data, 1);
  filling[0] = fill;
  const [from, to, outside] = [bitsOf(data), bitsOf(target), bitsOf(filling)[0]];
  const indices = new Int32Array(width);
  for (let row = 0, at = 0; row < rows; row++) {
    fillRow(row, positions);
    nearest(positions, shape, border, indices);
    for (let column = 0; column < width; column++) {
      const start = indices[column] * channels;
      for (let channel = 0; channel < channels; channel++, at++)
        to[at] = start < 0 ? outside : from[start + channel];
    }
  }
  return target;
}

/** The pixel nearest to each position, −1 where there is none. */
function nearest(
  positions: readonly Float64Array[],
  shape: readonly number[],
  border: Border,
  indices: Int32Array,
): void {
  indices.fill(0);
  shape.forEach((size, axis) => {
    const values = positions[axis];
    const last = size - 1;
    for (let column = 0; column < indices.length; column++) {
      const value = values[column];
      const at = value >= 0 && value <= last ? (value + 0.5) | 0 : nearestBeyond(value, size, border);
      indices[column] = at < 0 || indices[column] < 0 ? -1 : indices[column] * size + at;
    }
  });
}

function nearestBeyond(position: number, size: number, border: Border): number {
  const folded = foldPosition(position, size, border);
  return folded === OUTSIDE ? -1 : foldIndex(Math.floor(folded + 0.5), size, border);
}

/** The same memory under one of four types, so that the loop above stays fast for all eight. */
function bitsOf({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: Samples) {
  if (BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, length);
  if (BYTES_PER_ELEMENT === 2) return new Uint16Array(buffer, byteOffset, length);
  if (BYTES_PER_ELEMENT === 4) return new Uint32Array(buffer, byteOffset, length);
  return new Float64Array(buffer, byteOffset, length);
}
