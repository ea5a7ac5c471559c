import type { NiftiFields } from './nifti-fields';
import { affineFromIjk, isUsable } from './volume-geometry';
import type { Refuse } from './volume-layout';

/** The three maps that a NIfTI header can hold: an affine, a rotation with spacings, spacings only. */
export const AFFINE_SOURCES = ['sform', 'qform', 'pixdim'] as const;
export type AffineSource = (typeof AFFINE_SOURCES)[number];

/** Of `xform` codes, 0 is unknown and 1…5 name spaces. */
const KNOWN_CODES = new Set([1, 2, 3, 4, 5]);
/** Millimetres of a unit of length, by the lower three bits of `xyzt_units`. Most files without one mean millimetres. */
const MILLIMETRES: Record<number, number> = { 1: 1000, 3: 0.001 };

/**
 * The affine as nibabel chooses it: the sform if it has a known code, else the qform if that has one, else the spacings,
 * centred, with x growing to the left. Metres and micrometres become millimetres (which nibabel leaves to its caller).
 */
export function readAffine(
  fields: NiftiFields,
  shape: readonly [number, number, number],
  refuse: Refuse,
  take?: AffineSource,
): { affine: number[]; affineSource: AffineSource } {
  if (take !== undefined && !AFFINE_SOURCES.includes(take)) {
    refuse('option affine', JSON.stringify(take), `one of ${AFFINE_SOURCES.join(', ')}`);
  }
  const affineSource = take ?? codedSource(fields);
  const rows = {
    sform: () => [0, 1, 2].map((row) => fields.list('srow_x', 12).slice(4 * row, 4 * row + 4)),
    qform: () => qform(fields),
    pixdim: () => spacingsOnly(fields, shape),
  }[affineSource]();
  const unit = unitOf(fields);
  const affine = affineFromIjk([...rows.map((row) => row.map((value) => value * unit)), [0, 0, 0, 1]]);
  if (!isUsable(affine)) {
    const field = ({ sform: 'srow_x', qform: 'quatern_b', pixdim: 'pixdim' } as const)[affineSource];
    const numbers = affine.slice(0, 12).map((value) => Number(value.toPrecision(4)));
    refuse(
      `${fields.place(field)}, the ${affineSource}`,
      `[${numbers.join(', ')}]`,
      `a finite affine that can be inverted; take another by the option affine: ${AFFINE_SOURCES.join(', ')}`,
    );
  }
  return { affine, affineSource };
}

/** `pixdim` along slices, rows and columns in mm; 1 along axes that the file has not. */
export function readSpacing(fields: NiftiFields): number[] {
  return [3, 2, 1].map((axis) => along(fields, axis) * unitOf(fields));
}

const unitOf = (fields: NiftiFields) => MILLIMETRES[fields.get('xyzt_units') & 7] ?? 1;

function codedSource(fields: NiftiFields): AffineSource {
  if (KNOWN_CODES.has(fields.get('sform_code'))) return 'sform';
  return KNOWN_CODES.has(fields.get('qform_code')) ? 'qform' : 'pixdim';
}

/** Spacings are positive; 0 stands for unknown. */
const spacing = (stored: number) => (stored === 0 ? 1 : Math.abs(stored));

const along = (fields: NiftiFields, axis: number) =>
  axis <= fields.get('dim') ? spacing(fields.get('pixdim', axis)) : 1;

/**
 * nifti1.h, "method 2": R(quaternion) · diag(spacings), the third axis turned round where pixdim[0] is −1.
 */
function qform(fields: NiftiFields): number[][] {
  const [qfac, ...spacings] = fields.list('pixdim', 4);
  const [dx, dy, dz] = spacings.map(spacing);
  const offsets = fields.list('qoffset_x', 3);
  const scales = [dx, dy, qfac === -1 ? -dz : dz];
  return rotation(fields.list('quatern_b', 3)).map((row, axis) => [
    ...row.map((value, column) => value * scales[column]),
    offsets[axis],
  ]);
}

/** The rotation of a unit quaternion a + bi + cj + dk, a ≥ 0, of which b, c and d are stored. */
function rotation([b, c, d]: number[]): number[][] {
  const rest = 1 - (b * b + c * c + d * d);
  // float32 rounds half turns to slightly more than unit length.
  const a = Math.abs(rest) < 3 * 2 ** -23 ? 0 : Math.sqrt(Math.max(0, rest));
  const s = 2 / (a * a + b * b + c * c + d * d);
  return [
    [1 - s * (c * c + d * d), s * (b * c - a * d), s * (b * d + a * c)],
    [s * (b * c + a * d), 1 - s * (b * b + d * d), s * (c * d - a * b)],
    [s * (b * d - a * c), s * (c * d + a * b), 1 - s * (b * b + c * c)],
  ];
}

/** nifti1.h, "method 1", with ANALYZE's habit of storing x from right to left and the origin in the middle. */
function spacingsOnly(fields: NiftiFields, [depth, height, width]: readonly number[]): number[][] {
  const [dx, dy, dz] = [-along(fields, 1), along(fields, 2), along(fields, 3)];
  const centre = (step: number, size: number) => (-step * (size - 1)) / 2;
  return [
    [dx, 0, 0, centre(dx, width)],
    [0, dy, 0, centre(dy, height)],
    [0, 0, dz, centre(dz, depth)],
  ];
}
