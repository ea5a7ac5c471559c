import { oneChannel } from '../datasets/one-channel';
import type { Image } from '../io/image';
import { elementsOf } from '../metrics/grid';
import { misfitsOf } from './geometry-check';
import type { RawCase } from './raw-dataset';
import { readCaseFile, type CaseFile } from './read-file';

/** Where an image's voxels lie: what a prediction needs to be written like it. */
export interface CaseGeometry {
  /** Of slices, rows and columns, such as mm; 999 between the slices of pictures. */
  spacing: number[];
  /** Of volumes in the scanner's space; see `Volume`. */
  affine?: readonly number[];
  /** Whether the files hold pictures, which have no axis of slices. */
  flat: boolean;
}

/** A case as nnU-Net's readers give it, channels last. */
export interface CaseImage extends CaseGeometry {
  id: string;
  /** [slices, rows, columns] in the files' order of axes, one slice for pictures; all channels of all files. */
  image: Image<Float32Array>;
  /** Same sizes; values as they are stored. */
  labels?: Image<Float32Array>;
  /** Files that lie elsewhere in the scanner, which nnU-Net ignores. */
  warnings: string[];
}

/**
 * Reads all channels of a case and, for a training case, its mask.
 *
 * Memory: 4 bytes a voxel for each channel and the mask, and one file more.
 *
 * @param channels how many the data set has
 * @throws Error naming every file whose sizes or spacing differ from the first one's, another number of channels, and
 *   what a reader throws for a damaged file
 */
export async function readCase(one: RawCase & { label?: string }, channels: number): Promise<CaseImage> {
  const files: CaseFile[] = [];
  for (const file of one.images) files.push(await readCaseFile(file, 'image'));
  const mask = one.label === undefined ? undefined : await readCaseFile(one.label, 'mask');
  const misfits = [...files.slice(1), ...(mask ? [mask] : [])].map((file) => misfitsOf(files[0], file));
  const errors = misfits.flatMap((misfit) => misfit.errors);
  const stored = files.reduce((sum, { image }) => sum + image.channels, 0);
  if (stored !== channels) errors.push(channelError(files, stored, channels));
  if (errors.length > 0) throw new Error(`${one.id}: ${errors.join('\n  ')}`);
  const { spacing, affine, flat } = files[0];
  return {
    id: one.id,
    image: joinChannels(files.map(({ image }) => image)),
    ...(mask && { labels: labelsOf(mask) }),
    spacing,
    ...(affine && { affine }),
    flat,
    warnings: misfits.flatMap((misfit) => misfit.warnings),
  };
}

export function channelError(files: readonly CaseFile[], got: number, expected: number): string {
  const names = files.map(({ file, image }) => `${file} (${image.channels})`).join(', ');
  return `got ${got} channels in ${names}; expected ${expected}, as channel_names of dataset.json has`;
}

/** Interleaves the channels of images of the same sizes. */
function joinChannels(images: readonly Image[]): Image<Float32Array> {
  const { shape } = images[0];
  const voxels = elementsOf(shape);
  const channels = images.reduce((sum, image) => sum + image.channels, 0);
  if (images.length === 1) return { data: floats(images[0]), shape, channels };
  const data = new Float32Array(voxels * channels);
  let first = 0;
  for (const image of images) {
    for (let voxel = 0, from = 0; voxel < voxels; voxel++) {
      for (let channel = 0; channel < image.channels; channel++) {
        data[voxel * channels + first + channel] = image.data[from++];
      }
    }
    first += image.channels;
  }
  return { data, shape, channels };
}

const floats = ({ data }: Image) => (data instanceof Float32Array ? data : new Float32Array(data));

/** @throws Error for a mask in colours */
export function labelsOf({ file, image }: CaseFile): Image<Float32Array> {
  const { shape } = image;
  return { data: floats(oneChannel('readCase', image, file)), shape, channels: 1 };
}
