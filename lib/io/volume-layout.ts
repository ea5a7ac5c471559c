import type { ElementType } from './elements';
import { ELEMENT_BYTES } from './elements';
import type { Samples } from './image';

/** The number types that volume files store. */
export type StoredType = Exclude<ElementType, 'F16' | 'BF16' | 'BOOL'>;

/**
 * Where the voxels of a volume file lie and what they mean. In NIfTI and MGH files alike the first index, i, runs
 * fastest: (i, j, k) of the file is (column, row, slice) here, so the bytes are in row-major order already.
 */
export interface VolumeLayout {
  /** [depth, height, width] */
  shape: readonly [number, number, number];
  /** Whole volumes one after the other: points in time, modalities, components. */
  frames: number;
  /** Samples of a voxel side by side: 3 in RGB. */
  samples: number;
  type: StoredType;
  bigEndian: boolean;
  /** value = slope · stored + intercept */
  slope: number;
  intercept: number;
  /** Position of the first voxel's first byte. */
  offset: number;
  /** 4 × 4, row by row: (slice, row, column, 1) → RAS in mm. */
  affine: readonly number[];
}

/** Bytes of the voxels in the file. */
export function layoutBytes({ shape, frames, samples, type }: VolumeLayout): number {
  return shape[0] * shape[1] * shape[2] * frames * samples * ELEMENT_BYTES[type];
}

const NATIVE = {
  F64: Float64Array,
  F32: Float32Array,
  I64: Float64Array,
  U64: Float64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
} as const;

export function isScaled({ slope, intercept }: VolumeLayout): boolean {
  return slope !== 1 || intercept !== 0;
}

/** An array for values of this layout: that of the stored type, or floats that hold it scaled. */
export function sampleArray(layout: VolumeLayout, length: number): Samples {
  const { type } = layout;
  const exactInFloat32 = ELEMENT_BYTES[type] <= 2 || type === 'F32';
  if (isScaled(layout)) return exactInFloat32 ? new Float32Array(length) : new Float64Array(length);
  return new NATIVE[type](length);
}

/** Refuses a file: throws an error. */
export type Refuse = (place: string, got: string, expected: string) => never;

/** Throws an error in the words of all readers: file, place, what is there and what should be. */
export function volumeRefusal(owner: string, file: string): Refuse {
  return (place, got, expected) => {
    throw new Error(`${owner}: ${file}: ${place}: got ${got}; expected ${expected}`);
  };
}
