import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FILE_ENDINGS } from './dataset-json';
import { endingOf, stemOf } from './image-names';
import type { RawCase } from './raw-dataset';

/** Of the files that can be predicted: nnU-Net's, and FreeSurfer's volumes. */
const ENDINGS = [...FILE_ENDINGS, '.mgz', '.mgh'];
const CHANNEL = /_(\d{4})$/;

/**
 * The cases that files and folders hold: nnU-Net's case_0000.nii.gz, case_0001.nii.gz … are the channels of one case, any
 * other file is a case of its own.
 *
 * @param channels how many the data set has
 * @returns in the order of their ids
 * @throws Error for what is not there, folders without images, and two cases of one name
 */
export function inputCases(inputs: readonly string[], channels: number): RawCase[] {
  const stems = new Map<string, string[]>();
  for (const file of inputs.flatMap(filesOf)) {
    const key = join(file, '..', stemOf(file, ENDINGS).replace(CHANNEL, ''));
    stems.set(key, [...(stems.get(key) ?? []), file]);
  }
  const cases = [...stems].flatMap(([key, files]) => casesOf(basename(key), files.sort(), channels));
  cases.sort((a, b) => (a.id < b.id ? -1 : 1));
  const twice = cases.findIndex(({ id }, index) => id === cases[index + 1]?.id);
  if (twice >= 0) {
    const [first, second] = cases.slice(twice).map(({ images }) => images[0]);
    throw new Error(
      `${first}: got ${second} of the same name; expected a name for each case: rename one, or predict them apart`,
    );
  }
  return cases;
}

function filesOf(input: string): string[] {
  if (!existsSync(input)) throw new Error(`${input}: got no such file or folder; expected images to predict`);
  if (!statSync(input).isDirectory()) return [input];
  const files = readdirSync(input).filter(
    (name) => !name.startsWith('.') && endingOf(name, ENDINGS) !== undefined,
  );
  if (files.length > 0) return files.map((name) => join(input, name));
  throw new Error(`${input}: got no image in the folder; expected files that end in ${ENDINGS.join(', ')}`);
}

/** The files of one stem: the channels of one case where their numbers are 0, 1, 2 …, else a case each. */
function casesOf(id: string, files: string[], channels: number): RawCase[] {
  const numbers = files.map((file) => Number(CHANNEL.exec(stemOf(file, ENDINGS))?.[1] ?? NaN));
  if (numbers.every((number, index) => number === index) && files.length <= channels)
    return [{ id, images: files }];
  return files.map((file) => ({ id: stemOf(file, ENDINGS), images: [file] }));
}
