import { formatOf } from '../io/file-format';
import { readStart } from '../io/file-start';
import { readImage } from '../io/read-image';
import { labelsOf } from './read-case';
import { readCaseFile, type CaseFile } from './read-file';

/** A label map with one number at each place. */
export interface LabelFile extends CaseFile {
  labels: Float32Array;
  /** Whether no spacing is read from the file: npy, DICOM. It is 1 along each axis then. */
  bare: boolean;
}

/**
 * Reads a label map of any format that `readImage` knows.
 *
 * @throws Error naming the file, for a damaged file, a mask in colours, and values that are no whole numbers from 0 on
 */
export async function readLabelFile(file: string): Promise<LabelFile> {
  const format = formatOf(await readStart(file));
  const bare = format === 'NumPy array' || format === 'DICOM';
  const read = bare ? await readBare(file) : await readCaseFile(file, 'mask');
  const labels = labelsOf(read).data;
  const wrong = labels.findIndex((label) => !(Number.isInteger(label) && label >= 0));
  if (wrong >= 0) {
    throw new Error(
      `${file}: got the value ${labels[wrong]}; expected whole numbers from 0 on: the labels, not probabilities`,
    );
  }
  return { ...read, labels, bare };
}

async function readBare(file: string): Promise<CaseFile> {
  const { data, shape, channels } = await readImage(file);
  const flat = shape.length === 2;
  const image = { data, shape: flat ? [1, ...shape] : shape, channels };
  return { file, image, spacing: [1, 1, 1], flat };
}
