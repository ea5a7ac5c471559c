import { existsSync } from 'node:fs';
import { formatOf } from '../io/file-format';
import { readStart } from '../io/file-start';
import { spacingOf, type Image, type Volume } from '../io/image';
import { readNiftiHeader } from '../io/nifti';
import { readImage } from '../io/read-image';
import { readJson } from './raw-dataset';

/** What nnU-Net takes for the spacing between the slices of an image that has one slice only. */
const ONE_SLICE = 999;

/** An image file as nnU-Net's readers see it. */
export interface CaseFile {
  file: string;
  /** [slices, rows, columns], channels last; values and order of the axes as they are stored. */
  image: Image;
  /** Of slices, rows and columns, such as mm; 999 between the slices of pictures. */
  spacing: number[];
  /** Of volumes in the scanner's space; see `Volume`. */
  affine?: readonly number[];
  /** Whether the file holds a picture, which has no axis of slices. */
  flat: boolean;
}

/**
 * Reads one file by its content, with the geometry that nnU-Net gives it: NIfTI by its `pixdim`, pictures and TIFFs of one
 * page as one slice with spacing 999, 1, 1; TIFFs of several pages with the spacing of the JSON file beside them
 * (`{"spacing": [3, 0.5, 0.5]}` in case.json for case_0000.tif), or 1, 1, 1.
 *
 * @param kind masks keep the indices of a palette, and a picture's colours count as one number where they are gray
 * @throws Error naming the file, what was got and what was expected
 */
export async function readCaseFile(file: string, kind: 'image' | 'mask'): Promise<CaseFile> {
  const format = formatOf(await readStart(file));
  const read = await readImage(file, { palette: kind === 'mask' ? 'indices' : 'colours' });
  if (format === 'NIfTI') return niftiFile(file, read as Volume);
  if (format === 'MGH') {
    const { affine } = read as Volume;
    return { file, image: read, spacing: spacingOf(read as Volume), affine, flat: false };
  }
  if (format !== 'PNG' && format !== 'JPEG' && format !== 'TIFF') {
    throw new Error(`${file}: got ${format}; expected NIfTI, PNG, JPEG or TIFF, or MGH`);
  }
  if (read.shape.length === 3) return { file, image: read, spacing: await stackSpacing(file), flat: false };
  const { data, shape, channels } = read;
  return { file, image: { data, shape: [1, ...shape], channels }, spacing: [ONE_SLICE, 1, 1], flat: true };
}

async function niftiFile(file: string, { affine, ...image }: Volume): Promise<CaseFile> {
  const { dimensions, spacing } = await readNiftiHeader(file);
  if (!spacing.every((step) => step > 0 && step < Infinity)) {
    throw new Error(
      `${file}: got the spacing ${spacing.join(', ')} (pixdim); expected positive numbers: repair its header`,
    );
  }
  if (dimensions > 2) return { file, image, spacing: [...spacing], affine, flat: false };
  const [, rows, columns] = spacing;
  return { file, image, spacing: [ONE_SLICE * Math.max(rows, columns), rows, columns], affine, flat: true };
}

async function stackSpacing(file: string): Promise<number[]> {
  const stem = file.replace(/\.[^./\\]*$/, '');
  const beside = [stem, stem.replace(/_\d{4}$/, '')]
    .map((name) => `${name}.json`)
    .find((name) => existsSync(name));
  if (!beside) return [1, 1, 1];
  const { spacing } = (await readJson(beside)) as { spacing?: unknown };
  const positive = (value: unknown) => typeof value === 'number' && value > 0 && value < Infinity;
  if (Array.isArray(spacing) && spacing.length === 3 && spacing.every(positive)) return spacing as number[];
  throw new Error(
    `${beside}: got ${JSON.stringify(spacing)} for "spacing"; expected three positive numbers: slices, rows, columns`,
  );
}
