import type { ImageStack, Pixels } from './image-stack';

/** The element types of images and volumes. */
export type Samples = Pixels | Int8Array | Int16Array | Int32Array | Uint32Array | Float64Array;

/**
 * A picture or a volume: samples in row-major order, channels last. What readers give and transforms take.
 *
 * Sample of channel c at (row, column): `data[(row * width + column) * channels + c]`; a volume has a slice before the
 * row.
 */
export interface Image<T extends Samples = Samples> {
  data: T;
  /** Spatial sizes: [height, width] or [depth, height, width]. */
  shape: readonly number[];
  /** Samples at each place; 1 for gray. */
  channels: number;
}

/**
 * A volume in the scanner's space.
 *
 * Coordinates are RAS in millimetres: x grows to the patient's right, y to the front, z to the head.
 */
export interface Volume<T extends Samples = Samples> extends Image<T> {
  /** [depth, height, width] */
  shape: readonly [number, number, number];
  /** 4 × 4, row by row: (slice, row, column, 1) of a voxel's centre → (x, y, z, 1). */
  affine: readonly number[];
}

/** One page of a stack as an image; the samples are the stack's own. */
export function pageOf<T extends Pixels>(stack: ImageStack<T>, page: number): Image<T> {
  if (!Number.isInteger(page) || page < 0 || page >= stack.pages) {
    throw new RangeError(`pageOf: got page ${page}; expected an integer from 0 to ${stack.pages - 1}`);
  }
  const area = stack.height * stack.width;
  const data = stack.data.subarray(page * area, (page + 1) * area) as T;
  return { data, shape: [stack.height, stack.width], channels: 1 };
}

/** Distances between neighbouring voxels in mm along slices, rows and columns. */
export function spacingOf({ affine }: Volume): [number, number, number] {
  const along = (axis: number) => Math.hypot(affine[axis], affine[4 + axis], affine[8 + axis]);
  return [along(0), along(1), along(2)];
}
