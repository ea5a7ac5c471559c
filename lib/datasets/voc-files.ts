import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eachOf } from '../io/each-of';
import type { Image } from '../io/image';
import { readPicture } from '../io/picture';
import { withChannels } from './picture-samples';
import type { VocObject } from './synthetic/shapes';
import { parseVocAnnotation } from './voc-annotation';
import { VOC_CLASSES, VOC_VOID } from './voc-classes';

/** Where the file at a path below a folder in VOC's layout lies; undefined where there is none. */
export type VocFiles = (path: string) => string | undefined;

/** Which photographs there are, by the lists of `ImageSets`. */
export interface VocLists {
  /** Of the photographs. */
  training: string[];
  validation: string[];
  /** Of those with masks. */
  trainingMasks: string[];
  validationMasks: string[];
}

/** A photograph as it is stored. */
export interface StoredPhotograph {
  id: string;
  image: Image<Uint8Array>;
  objects: VocObject[];
  mask?: Image<Uint8Array>;
  instances?: Image<Uint8Array>;
}

/** In the course's sample, and in the VOC development kit. */
const LISTS: Record<keyof VocLists, string[]> = {
  training: ['ImageSets/train.txt', 'ImageSets/Main/train.txt'],
  validation: ['ImageSets/val.txt', 'ImageSets/Main/val.txt'],
  trainingMasks: ['ImageSets/train_seg.txt', 'ImageSets/Segmentation/train.txt'],
  validationMasks: ['ImageSets/val_seg.txt', 'ImageSets/Segmentation/val.txt'],
};
export const LIST_FILES = Object.values(LISTS).map(([ours]) => ours);
const READ_AT_ONCE = 4;

export function filesBelow(folder: string): VocFiles {
  return (path) => (existsSync(join(folder, path)) ? join(folder, path) : undefined);
}

/** @throws Error for a list that is missing, names a photograph twice, or has lines that are no names */
export async function readLists(files: VocFiles): Promise<VocLists> {
  const read = async (places: string[]): Promise<string[]> => {
    const file = places.map(files).find((path) => path !== undefined);
    if (file === undefined) throw new Error(`loadVoc: got no ${places.join(' nor ')}; expected one of them`);
    const names = (await readFile(file, 'utf8')).split(/\s+/).filter(Boolean);
    const odd = names.find((name, at) => !/^\w[\w.-]*$/.test(name) || names.indexOf(name) !== at);
    if (odd === undefined) return names;
    throw new Error(
      `loadVoc: ${file}: got ${JSON.stringify(odd.slice(0, 80))}; expected each photograph's name once, without folder`,
    );
  };
  const [training, validation, trainingMasks, validationMasks] = await Promise.all(
    Object.values(LISTS).map(read),
  );
  const both = training.find((name) => validation.includes(name));
  if (both !== undefined) {
    throw new Error(
      `loadVoc: got ${both} in both ${LISTS.training[0]} and ${LISTS.validation[0]}; expected it in one`,
    );
  }
  return { training, validation, trainingMasks, validationMasks };
}

/** The files of a photograph. */
export function pathsOf(id: string, masked: boolean): string[] {
  return [
    `JPEGImages/${id}.jpg`,
    `Annotations/${id}.xml`,
    ...(masked ? [`SegmentationClass/${id}.png`, `SegmentationObject/${id}.png`] : []),
  ];
}

/**
 * Reads photographs one after the other, several at the same time, and hands each over with its position.
 *
 * @throws Error naming the file that is missing, damaged, or does not fit the photograph
 */
export async function readPhotographs(
  files: VocFiles,
  ids: readonly string[],
  masked: ReadonlySet<string>,
  take: (photograph: StoredPhotograph, position: number) => void,
): Promise<void> {
  await eachOf(ids, READ_AT_ONCE, async (id, position) => {
    const [picture, annotation, classes, objects] = pathsOf(id, masked.has(id)).map((path) => {
      const file = files(path);
      if (file === undefined)
        throw new Error(`loadVoc: got no ${path}; expected it, as ImageSets names ${id}`);
      return file;
    });
    const image = withChannels((await readPicture(picture)) as Image<Uint8Array>, 3);
    const { width, height, objects: named } = parseVocAnnotation(await readFile(annotation), annotation);
    requireSize(annotation, [height, width], image);
    const photograph: StoredPhotograph = { id, image, objects: named };
    if (classes !== undefined) {
      photograph.mask = await readMask(classes, image, VOC_CLASSES.length - 1);
      photograph.instances = await readMask(objects, image, VOC_VOID);
    }
    take(photograph, position);
  });
}

async function readMask(file: string, image: Image, most: number): Promise<Image<Uint8Array>> {
  const mask = (await readPicture(file, { palette: 'indices' })) as Image<Uint8Array>;
  if (mask.channels !== 1 || !(mask.data instanceof Uint8Array)) {
    throw new Error(
      `loadVoc: ${file}: got ${mask.channels} channels; expected one of 8 bits, with colours or without`,
    );
  }
  requireSize(file, mask.shape, image);
  const odd = mask.data.find((value) => value > most && value !== VOC_VOID);
  if (odd === undefined) return mask;
  throw new Error(`loadVoc: ${file}: got the value ${odd}; expected 0 to ${most}, or ${VOC_VOID} for void`);
}

function requireSize(file: string, shape: readonly number[], image: Image): void {
  if (shape.join() === image.shape.join()) return;
  throw new Error(
    `loadVoc: ${file}: got ${shape.join('×')} pixels; expected ${image.shape.join('×')} as the photograph has`,
  );
}
