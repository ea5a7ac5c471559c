import { writePieces } from './gzip-write';
import type { Samples, Volume } from './image';
import { firstVoxelOffset, NIFTI_1, NIFTI_2, NiftiFields } from './nifti-fields';
import { requireVolume, volumeBytes } from './volume-bytes';
import { orthogonal, spatialAxes, tripleProduct } from './volume-geometry';

export interface WriteNiftiOptions {
  /** The header's 80 characters of text; "segcourse" by default. */
  description?: string;
  /** 1 by default, 2 where a size is beyond 32,767. */
  version?: 1 | 2;
}

/** Sizes that NIfTI-1 can say. */
const LARGEST_SIZE_1 = 2 ** 15 - 1;
/** `xform` code of scanner coordinates, and unit of length of millimetres. */
const SCANNER = 1;
const MILLIMETRES = 2;
/** Axes are at right angles, which a qform takes for granted, up to the rounding of float32. */
const RIGHT_ANGLE = 1e-5;

const TYPES: [new () => Samples, code: number][] = [
  [Uint8Array, 2],
  [Int16Array, 4],
  [Int32Array, 8],
  [Float32Array, 16],
  [Float64Array, 64],
  [Int8Array, 256],
  [Uint16Array, 512],
  [Uint32Array, 768],
];

/**
 * Writes a volume as NIfTI, compressed where the name ends in .gz: its own number type, without a scale, channels as the
 * fourth dimension. `readNifti` gives the same back; the affine is rounded to float32 (in NIfTI-1).
 *
 * The sform is the affine; the qform is the same where its axes are at right angles, else its code is 0. Both are in
 * scanner coordinates.
 *
 * @throws RangeError where the name ends in neither .nii nor .nii.gz, or sizes, data and affine do not fit each other
 */
export async function writeNifti(
  path: string,
  volume: Volume,
  options: WriteNiftiOptions = {},
): Promise<void> {
  if (!/\.nii(\.gz)?$/i.test(path)) {
    throw new RangeError(`writeNifti: got '${path}'; expected a name that ends in .nii or .nii.gz`);
  }
  const header = niftiHeaderBytes(volume, options);
  await writePieces(path, piecesOf(header, volume));
}

function* piecesOf(header: Uint8Array, volume: Volume): Generator<Uint8Array> {
  yield header;
  yield* volumeBytes(volume);
}

/** The header of a single file, little endian, up to the first voxel. */
export function niftiHeaderBytes(
  volume: Volume,
  { description = 'segcourse', version }: WriteNiftiOptions,
): Uint8Array {
  requireVolume('writeNifti', volume);
  const { data, shape, channels, affine } = volume;
  const sizes = [...shape].reverse();
  if (channels > 1) sizes.push(channels);
  const needs2 = sizes.some((size) => size > LARGEST_SIZE_1);
  if (version === 1 && needs2) {
    throw new RangeError(
      `writeNifti: got sizes ${sizes.join(' × ')}; expected at most ${LARGEST_SIZE_1} in NIfTI-1: use version 2`,
    );
  }
  const format = (version ?? (needs2 ? 2 : 1)) === 1 ? NIFTI_1 : NIFTI_2;
  const offset = firstVoxelOffset(format);
  const bytes = new Uint8Array(offset);
  new DataView(bytes.buffer).setInt32(0, format.headerBytes, true);

  const fields = new NiftiFields(bytes, format, false);
  const [, code] = TYPES.find(([type]) => data instanceof type)!;
  fields.setText('magic', format.magic.single, format.magic.single.length);
  fields.set('dim', sizes.length, ...sizes, ...Array<number>(7 - sizes.length).fill(1));
  fields.set('datatype', code);
  fields.set('bitpix', 8 * data.BYTES_PER_ELEMENT);
  fields.set('vox_offset', offset);
  fields.set('scl_slope', 1);
  fields.set('scl_inter', 0);
  fields.set('xyzt_units', MILLIMETRES);
  fields.setText('descrip', description, 79);

  const rows = [0, 4, 8].map((row) => affine.slice(row, row + 4));
  fields.set('srow_x', ...rows.flatMap(([k, j, i, translation]) => [i, j, k, translation]));
  fields.set('sform_code', SCANNER);
  const { spacings, directions } = spatialAxes(affine);
  const { qfac, quaternion, exact } = rotationOf(directions);
  fields.set('pixdim', qfac, ...spacings, 1, 1, 1, 1);
  fields.set('quatern_b', ...quaternion.slice(1));
  fields.set('qoffset_x', ...rows.map((row) => row[3]));
  fields.set('qform_code', exact ? SCANNER : 0);
  return bytes;
}

/** The rotation next to the directions of i, j and k, as nifti1.h's "method 2" writes it. */
function rotationOf(directions: number[][]): { qfac: 1 | -1; quaternion: number[]; exact: boolean } {
  const axes = orthogonal(directions);
  const exact = axes.every((axis, i) =>
    axis.every((value, j) => Math.abs(value - directions[i][j]) < RIGHT_ANGLE),
  );
  const qfac = tripleProduct(axes) < 0 ? -1 : 1;
  const [x, y, z] = [axes[0], axes[1], axes[2].map((value) => value * qfac)];
  return { qfac, quaternion: quaternionOf(x, y, z), exact };
}

/**
 * (a, b, c, d), a ≥ 0, of the rotation whose columns are x, y and z. Of the four squares that its diagonal gives, the
 * largest is divided by, so that nothing cancels (Shepperd, "Quaternion from rotation matrix", 1978).
 */
function quaternionOf(x: number[], y: number[], z: number[]): number[] {
  const trace = x[0] + y[1] + z[2];
  const squares = [trace, x[0], y[1], z[2]].map((value, index) =>
    index === 0 ? 1 + trace : 1 + 2 * value - trace,
  );
  const largest = squares.indexOf(Math.max(...squares));
  const twice = Math.sqrt(squares[largest]);
  const products = [
    [twice * twice, y[2] - z[1], z[0] - x[2], x[1] - y[0]],
    [y[2] - z[1], twice * twice, x[1] + y[0], z[0] + x[2]],
    [z[0] - x[2], x[1] + y[0], twice * twice, y[2] + z[1]],
    [x[1] - y[0], z[0] + x[2], y[2] + z[1], twice * twice],
  ][largest];
  const quaternion = products.map((value) => value / (2 * twice));
  return quaternion[0] < 0 ? quaternion.map((value) => 0 - value) : quaternion;
}
