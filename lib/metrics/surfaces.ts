import { elementsOf, stridesOf } from './grid';

/** The surface of a mask, on a grid of voxels or of voxel corners. */
export interface Surface {
  /** Flat row-major indices on the grid, ascending. */
  points: Int32Array;
  /** Length or area that each point stands for. */
  sizes: Float64Array;
}

/**
 * The voxels of a mask that touch one outside by a face; voxels beyond the grid are outside. Each has size 1.
 *
 * @param mask row-major, non-zero inside
 */
export function voxelSurface(mask: Uint8Array, shape: readonly number[]): Surface {
  const strides = stridesOf(shape);
  const points: number[] = [];
  for (let index = 0; index < mask.length; index++) {
    if (mask[index] && touchesOutside(mask, index, shape, strides)) points.push(index);
  }
  return { points: Int32Array.from(points), sizes: new Float64Array(points.length).fill(1) };
}

function touchesOutside(
  mask: Uint8Array,
  index: number,
  shape: readonly number[],
  strides: readonly number[],
): boolean {
  for (let axis = 0; axis < shape.length; axis++) {
    const stride = strides[axis];
    const position = Math.floor(index / stride) % shape[axis];
    if (position === 0 || !mask[index - stride]) return true;
    if (position === shape[axis] - 1 || !mask[index + stride]) return true;
  }
  return false;
}

/**
 * The corners that voxels of the mask share with voxels outside, on a grid one longer along each axis (corner i lies
 * between voxels i − 1 and i); voxels beyond the grid are outside. Each has the size of the surface in the cell
 * between the centres of the 2×2 or 2×2×2 voxels around it.
 *
 * @param mask row-major, non-zero inside
 * @param sizes by neighbourhood code, of `elementSizes`
 */
export function elementSurface(mask: Uint8Array, shape: readonly number[], sizes: Float64Array): Surface {
  const corners = shape.map((size) => size + 1);
  const strides = stridesOf(corners);
  const codes = new Uint8Array(elementsOf(corners));
  const rank = shape.length;
  // From a voxel to the corner around which it is neighbour k; it sets bit k of that corner's code.
  const offsets = Array.from({ length: 2 ** rank }, (_, k) =>
    strides.reduce((offset, stride, axis) => offset + ((k >> (rank - 1 - axis)) & 1 ? 0 : stride), 0),
  );
  const width = shape[rank - 1];
  const rows = mask.length / width;
  for (let row = 0; row < rows; row++) {
    const first = cornerOfRow(row, shape, strides);
    for (let column = 0; column < width; column++) {
      if (!mask[row * width + column]) continue;
      for (let k = 0; k < offsets.length; k++) codes[first + column + offsets[k]] |= 1 << k;
    }
  }
  const points: number[] = [];
  const full = sizes.length - 1;
  for (let index = 0; index < codes.length; index++) {
    if (codes[index] !== 0 && codes[index] !== full) points.push(index);
  }
  return {
    points: Int32Array.from(points),
    sizes: Float64Array.from(points, (index) => sizes[codes[index]]),
  };
}

/** The index of the first corner of a row of voxels. */
function cornerOfRow(row: number, shape: readonly number[], strides: readonly number[]): number {
  let index = 0;
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    index += (row % shape[axis]) * strides[axis];
    row = Math.floor(row / shape[axis]);
  }
  return index;
}
