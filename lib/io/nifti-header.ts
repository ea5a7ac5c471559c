import { readAffine, readSpacing, type AffineSource } from './nifti-affine';
import { firstVoxelOffset, NIFTI_1, NIFTI_2, NiftiFields } from './nifti-fields';
import { layoutBytes, type StoredType, type VolumeLayout, type Refuse } from './volume-layout';

/** Codes of `datatype`: nifti1.h, "NIFTI_TYPE_*". */
const DATA_TYPES: Record<number, { name: string; type?: StoredType; samples?: number }> = {
  1: { name: 'single bits' },
  2: { name: 'uint8', type: 'U8' },
  4: { name: 'int16', type: 'I16' },
  8: { name: 'int32', type: 'I32' },
  16: { name: 'float32', type: 'F32' },
  32: { name: 'complex64' },
  64: { name: 'float64', type: 'F64' },
  128: { name: 'RGB24', type: 'U8', samples: 3 },
  256: { name: 'int8', type: 'I8' },
  512: { name: 'uint16', type: 'U16' },
  768: { name: 'uint32', type: 'U32' },
  1024: { name: 'int64', type: 'I64' },
  1280: { name: 'uint64', type: 'U64' },
  1536: { name: 'float128' },
  1792: { name: 'complex128' },
  2048: { name: 'complex256' },
  2304: { name: 'RGBA32', type: 'U8', samples: 4 },
};

export const READABLE_TYPES = Object.values(DATA_TYPES)
  .filter(({ type }) => type)
  .map(({ name }) => name)
  .join(', ');

/** What a NIfTI header says. */
export interface NiftiHeader extends VolumeLayout {
  version: 1 | 2;
  /** The number type by its NIfTI name, such as int16 or RGB24. */
  dataType: string;
  /** Which of the header's maps the affine is. */
  affineSource: AffineSource;
  /** The header's own words, often the program that wrote it. */
  description: string;
  /** Whether the voxels are in a file of their own (.img). */
  pair: boolean;
  /** Dimensions that the file has, 1 to 7: 2 for a picture. */
  dimensions: number;
  /** `pixdim` in mm along slices, rows and columns; those of the affine may differ from it. */
  spacing: readonly number[];
}

/** The header's bytes by the file's first 348: NIfTI-2 has a longer one. */
export function headerBytes(start: Uint8Array): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const { headerBytes } = NIFTI_2;
  const isLong =
    start.length >= 4 && [true, false].some((little) => view.getInt32(0, little) === headerBytes);
  return isLong ? headerBytes : NIFTI_1.headerBytes;
}

/**
 * Reads the first bytes of a NIfTI-1 or NIfTI-2 file of either byte order.
 *
 * Fields that nibabel repairs are taken as it takes them: a scale of 0 or NaN is none, `bitpix` is ignored, a form with
 * an unknown code is none.
 *
 * @param take which map to take instead of the one that the codes say
 */
export function parseNiftiHeader(bytes: Uint8Array, refuse: Refuse, take?: AffineSource): NiftiHeader {
  const fields = findFormat(bytes, refuse);
  const { format, bigEndian } = fields;
  const pair = isPair(fields, refuse);
  const { dataType, type, samples } = readDataType(fields, refuse);
  const [width, height, depth, ...more] = readDimensions(fields, refuse);
  const shape = [depth, height, width] as const;
  const frames = more.reduce((product, size) => product * size, 1);
  const { slope, intercept } = readScale(fields, samples, refuse);
  const layout = { shape, frames, samples, type, bigEndian, slope, intercept };
  if (!Number.isSafeInteger(layoutBytes({ ...layout, offset: 0, affine: [] }))) {
    refuse(
      fields.place('dim'),
      `${[width, height, depth, ...more].join(' × ')} voxels`,
      'less than 2⁵³ bytes',
    );
  }
  return {
    ...layout,
    offset: readOffset(fields, pair, refuse),
    ...readAffine(fields, shape, refuse, take),
    version: format.version,
    dataType,
    description: fields.text('descrip', 80),
    pair,
    dimensions: fields.get('dim'),
    spacing: readSpacing(fields),
  };
}

function findFormat(bytes: Uint8Array, refuse: Refuse): NiftiFields {
  if (bytes.length < NIFTI_1.headerBytes) {
    return refuse('header', `a file of ${bytes.length} bytes`, `at least ${NIFTI_1.headerBytes}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const format of [NIFTI_1, NIFTI_2]) {
    for (const bigEndian of [false, true]) {
      if (view.getInt32(0, !bigEndian) !== format.headerBytes) continue;
      if (bytes.length < format.headerBytes) {
        refuse('header', `a file of ${bytes.length} bytes`, `at least ${format.headerBytes}`);
      }
      return new NiftiFields(bytes, format, bigEndian);
    }
  }
  return refuse(
    'offset 0 (sizeof_hdr)',
    String(view.getInt32(0, true)),
    '348 (NIfTI-1) or 540 (NIfTI-2), the beginning of a NIfTI file',
  );
}

function isPair(fields: NiftiFields, refuse: Refuse): boolean {
  const { single, pair } = fields.format.magic;
  const magic = fields.text('magic', single.length, { whole: true });
  // Of NIfTI-2's magic, the last four bytes tell of a transfer as text, which the other fields tell as well.
  const start = magic.slice(0, 3);
  if (start !== single.slice(0, 3) && start !== pair.slice(0, 3)) {
    const got = /^\0+$/.test(magic) ? 'none (ANALYZE 7.5?)' : JSON.stringify(start);
    refuse(
      fields.place('magic'),
      got,
      `"${single.slice(0, 3)}" or "${pair.slice(0, 3)}"; convert the file to NIfTI`,
    );
  }
  return start === pair.slice(0, 3);
}

function readDataType(fields: NiftiFields, refuse: Refuse) {
  const code = fields.get('datatype');
  const { name, type, samples = 1 } = DATA_TYPES[code] ?? {};
  if (!type) {
    return refuse(
      fields.place('datatype'),
      name ? `${code} (${name})` : String(code),
      `one of ${READABLE_TYPES}; convert the file`,
    );
  }
  return { dataType: name!, type, samples };
}

/** Width, height and depth, 1 where the file has fewer dimensions, then those beyond. */
function readDimensions(fields: NiftiFields, refuse: Refuse): number[] {
  const count = fields.get('dim');
  if (!(count >= 1 && count <= 7)) refuse(fields.place('dim', 0), `${count} dimensions`, '1 to 7');
  const sizes = Array.from({ length: count }, (_, axis) => {
    const size = fields.get('dim', axis + 1);
    return size >= 1 ? size : refuse(fields.place('dim', axis + 1), String(size), 'at least 1');
  });
  while (sizes.length < 3) sizes.push(1);
  return sizes;
}

function readOffset(fields: NiftiFields, pair: boolean, refuse: Refuse): number {
  const offset = Math.trunc(fields.get('vox_offset'));
  const least = pair ? 0 : firstVoxelOffset(fields.format);
  if (offset === 0) return least;
  if (Number.isSafeInteger(offset) && offset >= least) return offset;
  return refuse(fields.place('vox_offset'), String(offset), `at least ${least}, where the voxels can begin`);
}

function readScale(fields: NiftiFields, samples: number, refuse: Refuse) {
  const slope = fields.get('scl_slope');
  const intercept = fields.get('scl_inter');
  // Colours are shown as they are stored (nifti1.h, "scl_slope").
  if (samples > 1 || slope === 0 || !Number.isFinite(slope)) return { slope: 1, intercept: 0 };
  if (Number.isFinite(intercept)) return { slope, intercept };
  return refuse(fields.place('scl_inter'), String(intercept), `a finite number beside the slope ${slope}`);
}
