import type { Image, Volume } from '../../io/image';

/**
 * An affine map of positions, in samples, slowest axis first: n rows of n + 1 numbers, y = A x + b with b in the last
 * column. Resampling takes the map of a new position to the old one, as `scipy.ndimage.affine_transform` does.
 */
export type AffineMap = readonly (readonly number[])[];

/** x → x */
export function identityMap(dimensions: number): AffineMap {
  return scalingMap(Array.from({ length: dimensions }, () => 1));
}

/** x → the first map of the second of … the last of x. */
export function composeMaps(first: AffineMap, ...others: readonly AffineMap[]): AffineMap {
  return others.reduce(
    (a, b) =>
      a.map((row) => {
        const products = b[0].map((_, column) =>
          row.slice(0, -1).reduce((sum, w, k) => sum + w * b[k][column], 0),
        );
        products[a.length] += row[a.length];
        return products;
      }),
    first,
  );
}

/** x → x + offsets */
export function translationMap(offsets: readonly number[]): AffineMap {
  return offsets.map((offset, row) => [...offsets.map((_, column) => (row === column ? 1 : 0)), offset]);
}

/** x → x · factors, axis by axis. */
export function scalingMap(factors: readonly number[]): AffineMap {
  return factors.map((factor, row) => [...factors.map((_, column) => (row === column ? factor : 0)), 0]);
}

/**
 * Turns positions by `angles`, in degrees: one number for the plane, three for space (first about the slice axis, then
 * the row axis, then the column axis). As the map of new positions to old ones it turns a picture counter-clockwise, as
 * `scipy.ndimage.rotate`; in space about the slice axis as it turns each slice. Exact for quarter turns.
 *
 * Equals nnU-Net's `create_affine_matrix_3d` for the angles' negatives.
 *
 * @throws RangeError for other than 1 or 3 angles
 */
export function rotationMap(angles: readonly number[]): AffineMap {
  if ((angles.length !== 1 && angles.length !== 3) || !angles.every(Number.isFinite)) {
    throw new RangeError(
      `rotationMap: got angles [${angles.join(', ')}]; expected 1 number of degrees for a picture or 3 for a volume`,
    );
  }
  if (angles.length === 1) return plane(2, 0, 1, angles[0]);
  const [aboutSlice, aboutRow, aboutColumn] = angles;
  return composeMaps(plane(3, 0, 1, aboutColumn), plane(3, 2, 0, aboutRow), plane(3, 1, 2, aboutSlice));
}

function plane(dimensions: number, from: number, to: number, degrees: number): AffineMap {
  const map = identityMap(dimensions).map((row) => [...row]);
  const [cosine, sine] = [cosineOf(degrees), cosineOf(degrees - 90)];
  map[from][from] = map[to][to] = cosine;
  map[from][to] = sine;
  map[to][from] = -sine;
  return map;
}

/** Exact for quarter turns, where Math.cos is off by 10⁻¹⁶, enough to put a position outside of the image. */
function cosineOf(degrees: number): number {
  const turned = ((degrees % 360) + 360) % 360;
  if (turned % 180 === 90) return 0;
  if (turned % 180 === 0) return turned === 0 ? 1 : -1;
  return Math.cos((turned * Math.PI) / 180);
}

/** How far positions along one axis move with those along another. */
export interface Shear {
  /** The axis along which positions move, 0 the slowest. */
  along: number;
  /** The axis by which they move. */
  by: number;
  /** Samples along `along` for each one along `by`. */
  factor: number;
}

/**
 * x[along] → x[along] + factor · x[by]
 *
 * @throws RangeError for axes that are none of the image, or the same
 */
export function shearMap(dimensions: number, { along, by, factor }: Shear): AffineMap {
  const axis = (value: number) => Number.isInteger(value) && value >= 0 && value < dimensions;
  if (!axis(along) || !axis(by) || along === by || !Number.isFinite(factor)) {
    throw new RangeError(
      `shearMap: got along ${along}, by ${by}, factor ${factor}; expected two different axes from 0 to ` +
        `${dimensions - 1} and a finite factor`,
    );
  }
  const map = identityMap(dimensions).map((row) => [...row]);
  map[along][by] = factor;
  return map;
}

/** The map with the middle of the new image as origin, going to the middle of the old one. */
export function aboutCentre(
  map: AffineMap,
  shape: readonly number[],
  newShape: readonly number[] = shape,
): AffineMap {
  const old = shape.map((size) => (size - 1) / 2);
  const middle = newShape.map((size) => -(size - 1) / 2);
  return composeMaps(translationMap(old), map, translationMap(middle));
}

/** The inverse map, by Gauss's elimination. @throws RangeError where there is none */
export function invertMap(map: AffineMap): AffineMap {
  const n = map.length;
  const rows = map.map((row, r) => [...row.slice(0, n), ...row.slice(0, n).map((_, c) => (r === c ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let r = column + 1; r < n; r++)
      if (Math.abs(rows[r][column]) > Math.abs(rows[pivot][column])) pivot = r;
    const lead = rows[pivot][column];
    if (!lead)
      throw new RangeError('invertMap: the map has no inverse; expected one that keeps all dimensions');
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    rows[column] = rows[column].map((value) => value / lead);
    rows.forEach((row, r) => {
      const factor = row[column];
      if (r !== column && factor) rows[r] = row.map((value, k) => value - factor * rows[column][k]);
    });
  }
  const inverse = rows.map((row) => row.slice(n));
  return inverse.map((row) => [...row, -row.reduce((sum, value, k) => sum + value * map[k][n], 0)]);
}

/** A volume's affine after new voxel positions were taken from old ones by `map`; an image without one stays so. */
export function moveAffine<I extends Image>(image: I, map: AffineMap): I {
  const { affine } = image as Image as Partial<Volume>;
  if (!affine || map.length !== 3) return image;
  const bottom = [[...affine.slice(12, 16)]];
  const moved = composeMaps(
    [0, 1, 2].map((row) => affine.slice(4 * row, 4 * row + 4)),
    map,
  );
  return { ...image, affine: [...moved, ...bottom].flat() };
}
