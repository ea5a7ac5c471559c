import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** An image and the mask that belongs to it. */
export interface FilePair {
  /** What both are called, without folder of the layout, ending and suffix: `patient-3/slice-07`. */
  name: string;
  image: string;
  mask: string;
}

export interface FolderPairs {
  pairs: FilePair[];
  /** Files of no format of images, below the folder. */
  ignored: string[];
}

const IMAGE_FOLDERS = ['images', 'image', 'imgs', 'img', 'imagestr'];
const MASK_FOLDERS = [
  'masks',
  'mask',
  'labels',
  'label',
  'annotations',
  'segmentations',
  'segmentation',
  'labelstr',
];
const ENDING = /\.(png|jpe?g|tiff?|dcm|nii(\.gz)?|mg[hz]|npy)$/i;
const MASK_SUFFIX = /[-_ .](masks?|labels?|seg|segmentations?|gt)$/i;
/** nnU-Net's number of the only channel. */
const CHANNEL_SUFFIX = /_0000$/;
/** So many of a kind of problem are named. */
const MOST_NAMED = 5;
const MOST_FILES = 100_000;

/**
 * Finds images and their masks in a folder: in two folders in it (images + masks or labels, nnU-Net's imagesTr + labelsTr;
 * subfolders alike in both), or side by side (x.png + x_mask.png).
 *
 * @throws Error that lists, by kind, all that is wrong: no files, images without a mask, masks without an image, several of
 *   one name, empty files
 */
export async function findPairs(folder: string): Promise<FolderPairs> {
  const files = await filesOf(folder);
  const ignored = files.filter((file) => !ENDING.test(file));
  const pictures = files.filter((file) => ENDING.test(file));
  const problems = new Problems(folder);
  if (pictures.length === 0) {
    problems.add('no images', [
      `${files.length} files; expected PNG, JPEG, TIFF, DICOM, NIfTI, MGH or npy below images/ and masks/, or ` +
        'x.png beside x_mask.png',
    ]);
    problems.throwIfAny();
  }
  const { images, masks } = sorted(pictures);
  const names = (kind: string, found: Map<string, string[]>) =>
    problems.add(
      `several ${kind} of one name`,
      [...found.values()].filter(({ length }) => length > 1).map((same) => same.join(' and ')),
    );
  names('images', images);
  names('masks', masks);
  const alone = (found: Map<string, string[]>, others: Map<string, string[]>) =>
    [...found].filter(([name]) => !others.has(name)).flatMap(([, same]) => same);
  problems.add('images without a mask', alone(images, masks));
  problems.add('masks without an image', alone(masks, images));
  const sizes = await Promise.all(pictures.map(async (file) => (await stat(join(folder, file))).size));
  problems.add(
    'empty files',
    pictures.filter((_, at) => sizes[at] === 0),
  );
  problems.throwIfAny();
  const pairs = [...images].map(([name, [image]]) => ({
    name,
    image: join(folder, image),
    mask: join(folder, masks.get(name)![0]),
  }));
  return { pairs: pairs.sort((a, b) => (a.name < b.name ? -1 : 1)), ignored };
}

/** All that is wrong with a folder, told at once. */
export class Problems {
  readonly #kinds: string[] = [];

  constructor(private readonly folder: string) {}

  add(kind: string, found: readonly string[]): void {
    if (found.length === 0) return;
    const more = found.length > MOST_NAMED ? ` and ${found.length - MOST_NAMED} more` : '';
    this.#kinds.push(`${kind}: ${found.slice(0, MOST_NAMED).join(', ')}${more}`);
  }

  throwIfAny(): void {
    if (this.#kinds.length === 0) return;
    throw new Error(`loadFolder: ${this.folder}: got ${this.#kinds.join('; ')}`);
  }
}

/** Below the folder, with `/`; hidden ones left out, links not followed. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(folder, sep).length))
    .map((file) => file.split(sep).join('/'))
    .sort();
  if (files.length > MOST_FILES) {
    throw new Error(`loadFolder: ${folder}: got ${files.length} files; expected at most ${MOST_FILES}`);
  }
  return files;
}

interface Sorted {
  images: Map<string, string[]>;
  masks: Map<string, string[]>;
}

/** Images and masks by the name that they share. */
function sorted(files: readonly string[]): Sorted {
  const top = (file: string) => file.split('/')[0].toLowerCase();
  const below = (folders: string[]) =>
    files.filter((file) => file.includes('/') && folders.includes(top(file)));
  const inFolders = { images: below(IMAGE_FOLDERS), masks: below(MASK_FOLDERS) };
  const stem = (file: string) => file.replace(ENDING, '');
  const inner = (file: string) => stem(file).slice(file.indexOf('/') + 1);
  if (inFolders.images.length > 0 && inFolders.masks.length > 0) {
    return {
      images: byName(inFolders.images, (file) => inner(file).replace(CHANNEL_SUFFIX, '')),
      masks: byName(inFolders.masks, (file) => inner(file).replace(MASK_SUFFIX, '')),
    };
  }
  const isMask = (file: string) => MASK_SUFFIX.test(stem(file));
  return {
    images: byName(
      files.filter((file) => !isMask(file)),
      stem,
    ),
    masks: byName(files.filter(isMask), (file) => stem(file).replace(MASK_SUFFIX, '')),
  };
}

function byName(files: readonly string[], name: (file: string) => string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of files) found.set(name(file), [...(found.get(name(file)) ?? []), file]);
  return found;
}
