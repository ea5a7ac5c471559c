import { spatialAxes } from '../io/volume-geometry';
import type { CaseFile } from './read-file';

/** What differs between two files of a case; in words. */
export interface Misfits {
  /** Voxels of one are not those of the other. */
  errors: string[];
  /** The same voxels at other places in the scanner: nnU-Net warns, and goes on by the voxels. */
  warnings: string[];
}

/**
 * Compares a file's grid with that of a case's first image, as nnU-Net does: sizes must be the same, spacings close
 * (`numpy.allclose`); origin and directions should be.
 */
export function misfitsOf(first: CaseFile, other: CaseFile): Misfits {
  const errors: string[] = [];
  const warnings: string[] = [];
  const tell = (list: string[], what: string, got: readonly number[], expected: readonly number[]) =>
    list.push(
      `${other.file}: got ${what} [${rounded(got)}]; expected [${rounded(expected)}], that of ${first.file}`,
    );
  const same = (a: readonly number[], b: readonly number[]) => a.join() === b.join();
  if (!same(other.image.shape, first.image.shape))
    tell(errors, 'shape', other.image.shape, first.image.shape);
  if (!allClose(other.spacing, first.spacing)) tell(errors, 'spacing', other.spacing, first.spacing);
  if (first.affine && other.affine) {
    const [got, expected] = [placeOf(other.affine), placeOf(first.affine)];
    if (!allClose(got.origin, expected.origin)) tell(warnings, 'origin', got.origin, expected.origin);
    if (!allClose(got.directions, expected.directions)) {
      tell(warnings, 'directions', got.directions, expected.directions);
    }
  }
  return { errors, warnings };
}

function placeOf(affine: readonly number[]): { origin: number[]; directions: number[] } {
  return { origin: [3, 7, 11].map((at) => affine[at]), directions: spatialAxes(affine).directions.flat() };
}

/** `numpy.allclose` with its own tolerances. */
const allClose = (a: readonly number[], b: readonly number[]) =>
  a.every((value, index) => Math.abs(value - b[index]) <= 1e-8 + 1e-5 * Math.abs(b[index]));

const rounded = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(5))).join(', ');
