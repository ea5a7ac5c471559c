import { eachOf } from '../io/each-of';
import type { Image, Volume } from '../io/image';
import { toRas } from '../io/orientation';
import { readImage } from '../io/read-image';
import type { OnProgress } from './data-progress';
import { findPairs, Problems } from './folder-pairs';
import { maskClasses, type MaskValues } from './mask-classes';
import { oneChannel } from './one-channel';
import { inSharedMemory } from './shared-memory';
import { toUnit, withChannels } from './picture-samples';
import type { SegmentationSamples } from './segmentation-data';

const READ_AT_ONCE = 4;
/** Millimetres by which the corners of a mask may lie beside those of its image. */
const PLACE_TOLERANCE = 1e-2;

export interface LoadFolderOptions extends MaskValues {
  /** Of pictures: 1 makes colours gray, 3 makes gray RGB; by default as they are stored. */
  channels?: 1 | 3;
  /**
   * What an image belongs to, by its name: the first group of a pattern (`/^(patient\d+)/`), or a function. By default its
   * subfolder, or itself where it lies in none.
   */
  group?: RegExp | ((name: string) => string);
  onProgress?: OnProgress;
}

export interface FolderData extends SegmentationSamples {
  /** Of each sample: `patient-3/slice-07`. */
  names: string[];
  /** Of each sample, for `splitIndices` and `kFold`: no group comes into two parts. */
  groups: string[];
  /** Values in the files' masks, by the class that they became. */
  maskValues: number[];
  /**
   * Shapes: image [height, width, channels] or [depth, height, width, channels]; mask the same with one channel, classes
   * from 0, and `ignore` where it is given
   */
  sample(index: number): { image: Image | Volume; mask: Image<Uint8Array> };
  /** One line for the reader. */
  notice: string;
}

/**
 * Images and masks of your own, paired by their names: below `images` and `masks` (or `labels`, or nnU-Net's `imagesTr` and
 * `labelsTr`), or side by side as `x.png` and `x_mask.png`; PNG, JPEG, TIFF, DICOM, NIfTI, MGH or npy.
 *
 * Pictures of 8 and 16 bits become 0…1; all other values stay as they are: normalise them (`zScore`, `ctWindow`). Volumes
 * with a place in the scanner are turned to RAS. Masks become classes: see `values`.
 *
 * All is read and kept in memory. Images may differ in size; batches need one: cut patches in a transform.
 *
 * @throws RangeError for an option out of its range; Error that names all files at once which have no partner, are empty,
 *   differ from their mask in size or place, or whose mask has other values than expected; what a reader throws for a
 *   damaged file
 */
export async function loadFolder(folder: string, options: LoadFolderOptions = {}): Promise<FolderData> {
  const { channels, onProgress } = options;
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw new RangeError(`loadFolder: got ${String(channels)} channels; expected 1 (gray) or 3 (RGB)`);
  }
  const { pairs, ignored } = await findPairs(folder);
  const problems = new Problems(folder);
  const read: ReadPair[] = [];
  const misfits: string[] = [];
  let done = 0;
  await eachOf(pairs, READ_AT_ONCE, async (pair, position) => {
    const image = prepared(await readImage(pair.image), channels);
    const mask = placed(
      oneChannel('loadFolder', await readImage(pair.mask, { palette: 'indices' }), pair.mask),
    );
    const misfit = misfitOf(image, mask);
    if (misfit) misfits.push(`${pair.name} (${misfit})`);
    read[position] = { image, mask };
    onProgress?.({ stage: 'read', done: ++done, total: pairs.length });
  });
  problems.add('masks that do not fit their images', misfits.sort());
  problems.throwIfAny();
  const { masks, values, told } = maskClasses(
    read.map(({ mask }, index) => ({ mask, name: pairs[index].mask })),
    options,
    problems,
  );
  const samples = read.map(({ image }, index) => ({
    image: image.shape.length === 3 ? inSharedMemory(image) : image,
    mask: image.shape.length === 3 ? inSharedMemory(masks[index]) : masks[index],
  }));
  const others = ignored.length > 0 ? `; ${ignored.length} other files left out` : '';
  return {
    count: pairs.length,
    names: pairs.map(({ name }) => name),
    groups: pairs.map(({ name }) => groupOf(name, options.group)),
    maskValues: values,
    sample: (index) => samples[index],
    notice: `${folder}: ${pairs.length} images with masks, ${told}${others}.`,
  };
}

interface ReadPair {
  image: Image | Volume;
  mask: Image | Volume;
}

/** Unsigned integers of pictures are brightness; what volumes and floats mean, their files do not say. */
function prepared(image: Image | Volume, channels?: 1 | 3): Image | Volume {
  if ('affine' in image) return placed(image);
  const picture = channels === undefined ? image : withChannels(image, channels);
  const { data } = picture;
  const brightness = data instanceof Uint8Array || data instanceof Uint16Array;
  return brightness ? toUnit(picture as Image<Uint8Array | Uint16Array>) : picture;
}

function placed(image: Image | Volume): Image | Volume {
  return 'affine' in image ? toRas(image) : image;
}

/** In words. */
function misfitOf(image: Image | Volume, mask: Image | Volume): string | undefined {
  if (image.shape.join() !== mask.shape.join()) {
    return `image ${image.shape.join('×')}, mask ${mask.shape.join('×')}`;
  }
  if (!('affine' in image) || !('affine' in mask)) return undefined;
  const off = Math.max(
    ...corners(image.shape).map((corner) => distance(at(image.affine, corner), at(mask.affine, corner))),
  );
  return off > PLACE_TOLERANCE ? `${Number(off.toFixed(2))} mm apart in the scanner` : undefined;
}

function corners([depth, height, width]: readonly number[]): number[][] {
  return [0, depth - 1].flatMap((slice) =>
    [0, height - 1].flatMap((row) => [0, width - 1].map((column) => [slice, row, column])),
  );
}

const at = (affine: readonly number[], [slice, row, column]: number[]) =>
  [0, 4, 8].map(
    (line) => affine[line] * slice + affine[line + 1] * row + affine[line + 2] * column + affine[line + 3],
  );

const distance = (a: number[], b: number[]) => Math.hypot(...a.map((value, axis) => value - b[axis]));

function groupOf(name: string, group: LoadFolderOptions['group']): string {
  if (typeof group === 'function') return group(name);
  if (group === undefined) return name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : name;
  const found = new RegExp(group.source, group.flags.replace(/[gy]/g, '')).exec(name)?.[1];
  if (found !== undefined) return found;
  throw new RangeError(
    `loadFolder: got no group of ${name} by ${String(group)}; expected a pattern with a group: /^(p\\d+)/`,
  );
}
