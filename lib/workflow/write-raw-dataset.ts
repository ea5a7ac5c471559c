import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Image, Volume } from '../io/image';
import { writeNifti } from '../io/nifti-write';
import { writePng } from '../io/png-write';
import { writableFolder } from './disk';
import { writeJson } from './results';

/** A training case in memory. */
export interface RawSample {
  id: string;
  /** A volume, or a picture whose channels are one file's. */
  image: Image | Volume;
  /** Same sizes, one channel: labels. */
  mask: Image | Volume;
}

export interface RawDescription {
  /** Names of the channels; 'CT' is normalised as CT, see nnU-Net. */
  channels: readonly string[];
  /** Names of the labels 0, 1, 2, …; the first is the background. */
  labels: readonly string[];
  /** '.png' for pictures of 8 bits, '.nii.gz' for volumes. */
  fileEnding: '.png' | '.nii.gz';
  /** What else dataset.json is to say, such as a description and a licence. */
  more?: Readonly<Record<string, string>>;
}

/**
 * Writes a data set in nnU-Net's raw layout: imagesTr, labelsTr and, last, dataset.json.
 *
 * @param samples one after the other, so that only one must be in memory
 * @returns how many
 * @throws Error where the folder holds a data set already, or cannot be written to
 */
export async function writeRawDataset(
  folder: string,
  { channels, labels, fileEnding, more }: RawDescription,
  samples: Iterable<RawSample>,
  onSample?: (done: number) => void,
): Promise<number> {
  requireNewDataset(folder);
  const write = async (file: string, image: Image | Volume) =>
    fileEnding === '.png' ? writePng(file, image) : writeNifti(file, image as Volume);
  let count = 0;
  for (const { id, image, mask } of samples) {
    await write(join(folder, 'imagesTr', `${id}_0000${fileEnding}`), image);
    await write(join(folder, 'labelsTr', id + fileEnding), mask);
    onSample?.(++count);
  }
  const numbered = (names: readonly string[]) =>
    names.map((name, number): [string, number] => [name, number]);
  writeJson(join(folder, 'dataset.json'), {
    ...more,
    channel_names: Object.fromEntries(numbered(channels).map(([name, number]) => [number, name])),
    labels: Object.fromEntries(numbered(labels)),
    numTraining: count,
    file_ending: fileEnding,
  });
  return count;
}

/** @throws Error where the folder holds a data set already, or cannot be written to */
export function requireNewDataset(folder: string): void {
  if (existsSync(join(folder, 'dataset.json'))) {
    throw new Error(`${folder}: got a folder with a data set; expected another one: nothing is overwritten`);
  }
  writableFolder('writeRawDataset', folder);
}
