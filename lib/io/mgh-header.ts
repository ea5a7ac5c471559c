import { affineFromIjk, isUsable } from './volume-geometry';
import { layoutBytes, type StoredType, type VolumeLayout, type Refuse } from './volume-layout';

/** Bytes of the fields, which are followed by zeros up to where the voxels begin. */
export const MGH_HEADER_BYTES = 90;
export const MGH_VOXEL_OFFSET = 284;

/** Offsets of the fields, all big endian: load_mgh.m and mri.h of FreeSurfer 8. */
export const MGH_FIELDS = {
  version: 0,
  dims: 4,
  type: 20,
  dof: 24,
  goodRASFlag: 28,
  delta: 30,
  Mdc: 42,
  Pxyz_c: 78,
} as const;

/** Codes of `type`: mri.h, "MRI_UCHAR" and so on. */
export const MGH_TYPES: Record<number, { name: string; type?: StoredType }> = {
  0: { name: 'uint8', type: 'U8' },
  1: { name: 'int32', type: 'I32' },
  2: { name: 'long' },
  3: { name: 'float32', type: 'F32' },
  4: { name: 'int16', type: 'I16' },
  5: { name: 'bitmap' },
  6: { name: 'tensor' },
  7: { name: 'complex64' },
  8: { name: 'complex128' },
  9: { name: 'RGB' },
  10: { name: 'uint16', type: 'U16' },
};

/** What an MGH header says. */
export interface MghHeader extends VolumeLayout {
  /** The number type, such as uint8. */
  dataType: string;
  /** Whether the file says where it lies in the scanner; else the affine is FreeSurfer's assumption, a coronal volume. */
  placed: boolean;
}

/** Reads the first bytes of an MGH file. */
export function parseMghHeader(bytes: Uint8Array, refuse: Refuse): MghHeader {
  const place = (field: keyof typeof MGH_FIELDS, index?: number) =>
    `offset ${MGH_FIELDS[field] + 4 * (index ?? 0)} (${field}${index === undefined ? '' : `[${index}]`})`;
  if (bytes.length < MGH_HEADER_BYTES) {
    refuse('header', `a file of ${bytes.length} bytes`, `at least ${MGH_VOXEL_OFFSET}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const floats = (field: 'delta' | 'Mdc' | 'Pxyz_c', count: number) =>
    Array.from({ length: count }, (_, index) => view.getFloat32(MGH_FIELDS[field] + 4 * index));

  const version = view.getInt32(MGH_FIELDS.version);
  // FreeSurfer 7 keeps what the volume is for in the bytes above the version's.
  if ((version & 0xff) !== 1 || version < 0) {
    refuse(place('version'), String(version), '1, the beginning of an MGH file');
  }
  const [width, height, depth, frames] = Array.from({ length: 4 }, (_, axis) => {
    const size = view.getInt32(MGH_FIELDS.dims + 4 * axis);
    return size >= 1 ? size : refuse(place('dims', axis), String(size), 'at least 1');
  });
  const shape = [depth, height, width] as const;
  const code = view.getInt32(MGH_FIELDS.type);
  const { name, type } = MGH_TYPES[code] ?? {};
  if (!type) {
    const known = Object.values(MGH_TYPES).filter((one) => one.type);
    const expected = `one of ${known.map((one) => one.name).join(', ')}; convert the file by mri_convert`;
    return refuse(place('type'), name ? `${code} (${name})` : String(code), expected);
  }
  const placed = view.getInt16(MGH_FIELDS.goodRASFlag) > 0;
  const affine = placed
    ? vox2ras([width, height, depth], floats('delta', 3), floats('Mdc', 9), floats('Pxyz_c', 3))
    : vox2ras([width, height, depth], [1, 1, 1], CORONAL, [0, 0, 0]);
  if (!isUsable(affine)) {
    const got = `delta [${floats('delta', 3).join(', ')}], Mdc [${floats('Mdc', 9).join(', ')}]`;
    refuse(place('delta'), got, 'spacings and directions that give an affine that can be inverted');
  }
  const layout: VolumeLayout = {
    shape,
    frames,
    samples: 1,
    type,
    bigEndian: true,
    slope: 1,
    intercept: 0,
    offset: MGH_VOXEL_OFFSET,
    affine,
  };
  if (!Number.isSafeInteger(layoutBytes(layout))) {
    refuse(place('dims'), `${width} × ${height} × ${depth} × ${frames} voxels`, 'less than 2⁵³ bytes');
  }
  return { ...layout, dataType: name!, placed };
}

/** Directions of i, j and k in a file that does not say: left, down, forward. */
const CORONAL = [-1, 0, 0, 0, 0, -1, 0, 1, 0];

/**
 * FreeSurfer's vox2ras: M = [directions of i, j, k] · diag(delta), and the voxel at dims / 2 lies at Pxyz_c.
 *
 * @param directions of i, then j, then k (the rows of Mdc)
 */
function vox2ras(dims: number[], delta: number[], directions: number[], centre: number[]): number[] {
  const rows = [0, 1, 2].map((row) => {
    const steps = delta.map((spacing, axis) => directions[3 * axis + row] * spacing);
    const middle = steps.reduce((sum, step, axis) => sum + step * (dims[axis] / 2), 0);
    return [...steps, centre[row] - middle];
  });
  return affineFromIjk([...rows, [0, 0, 0, 1]]);
}
