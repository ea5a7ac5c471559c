import { existsSync } from 'node:fs';
import { bytesInMemory, openBytes, type ByteSource } from './gzip';
import type { Volume } from './image';
import type { AffineSource } from './nifti-affine';
import { NIFTI_1, NIFTI_2 } from './nifti-fields';
import { headerBytes, parseNiftiHeader, type NiftiHeader } from './nifti-header';
import { volumeRefusal, type Refuse } from './volume-layout';
import {
  readSlices,
  readVoxels,
  unpacking,
  type OpenedVolume,
  type ReadVolumeOptions,
  type VolumeRangeOptions,
  type VolumeSlice,
} from './volume-voxels';

export interface NiftiAffineOptions {
  /** Which of the header's maps to take; by default what the header's codes say. */
  affine?: AffineSource;
}

export type ReadNiftiOptions = ReadVolumeOptions & NiftiAffineOptions;
export type NiftiSlicesOptions = VolumeRangeOptions & NiftiAffineOptions;

/**
 * Reads a NIfTI-1 or NIfTI-2 volume of either byte order: .nii, .nii.gz, or .hdr with .img beside it.
 *
 * The file's (i, j, k) is (column, row, slice) here: `data[(k * height + j) * width + i]`, without a copy. Dimensions
 * beyond the third (time, modalities, components) and colours become channels. Values are slope · stored + intercept
 * where the header has a scale: Float32Array for types up to 16 bits and float32, else Float64Array; 64-bit integers
 * are Float64Array too, exact up to 2⁵³. The affine is nibabel's choice (sform, qform, spacings) in millimetres.
 *
 * Memory: the volume and a few MiB.
 *
 * @throws Error naming file, offset and field, what was got and what was expected, before voxels are allocated, when the
 *   header is no NIfTI header, of complex or 128-bit numbers, does not fit the file, or exceeds `maxBytes`; when the file
 *   is cut short or its gzip checksum differs
 */
export async function readNifti(path: string, options: ReadNiftiOptions = {}): Promise<Volume> {
  return withNifti('readNifti', path, options, (opened) => readVoxels(opened, options));
}

/** The same from the bytes of a .nii or .nii.gz file; `name` is what errors call it. */
export async function decodeNifti(
  bytes: Uint8Array,
  name: string,
  options: ReadNiftiOptions = {},
): Promise<Volume> {
  const refuse = volumeRefusal('readNifti', name);
  const source = bytesInMemory(bytes);
  try {
    const layout = await readHeader(source, refuse, options);
    if (layout.pair)
      refuse('magic', 'a header whose voxels are in an .img file', 'a single file; read it by its path');
    return await readVoxels({ layout, source, refuse }, options);
  } finally {
    await source.close();
  }
}

/** What the header of a NIfTI file says; its voxels are not read. */
export async function readNiftiHeader(path: string, options: NiftiAffineOptions = {}): Promise<NiftiHeader> {
  return withNifti('readNiftiHeader', path, options, async ({ layout }) => layout);
}

/**
 * The slices of a NIfTI file one after the other, values as `readNifti` gives them, with one slice in memory at a time:
 * all slices of the first volume, then those of the second. Compressed files are unpacked on the way.
 */
export async function* niftiSlices(
  path: string,
  options: NiftiSlicesOptions = {},
): AsyncGenerator<VolumeSlice, void, undefined> {
  const opened = await openNifti('niftiSlices', path, options);
  try {
    yield* readSlices(opened, options);
  } finally {
    await opened.source.close();
  }
}

interface OpenedNifti extends OpenedVolume {
  layout: NiftiHeader;
}

async function withNifti<T>(
  owner: string,
  path: string,
  options: NiftiAffineOptions,
  work: (opened: OpenedNifti) => Promise<T>,
): Promise<T> {
  const opened = await openNifti(owner, path, options);
  try {
    return await work(opened);
  } finally {
    await opened.source.close();
  }
}

async function openNifti(owner: string, path: string, options: NiftiAffineOptions): Promise<OpenedNifti> {
  const { header, image } = filesOf(path);
  const refuse = volumeRefusal(owner, header);
  const source = await openBytes(header);
  try {
    const layout = await readHeader(source, refuse, options);
    if (!layout.pair) return { layout, source, refuse };
    if (header === image) {
      refuse('magic', 'a header whose voxels are in another file', 'names that end in .hdr and .img');
    }
    const voxels = await openBytes(image);
    await source.close();
    return { layout, source: voxels, refuse: volumeRefusal(owner, image) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readHeader(
  source: ByteSource,
  refuse: Refuse,
  { affine }: NiftiAffineOptions,
): Promise<NiftiHeader> {
  return unpacking({ refuse }, async () => {
    const bytes = new Uint8Array(NIFTI_2.headerBytes);
    // No further than the header: the voxels follow it closely, and packed bytes cannot be read back.
    const start = bytes.subarray(0, NIFTI_1.headerBytes);
    let length = await source.read(start, 0);
    const rest = bytes.subarray(start.length, headerBytes(start));
    if (rest.length > 0) length += await source.read(rest, start.length);
    return parseNiftiHeader(bytes.subarray(0, length), refuse, affine);
  });
}

/** The two files of a pair by either name, compressed or not; one file twice where it is no pair. */
function filesOf(path: string): { header: string; image: string } {
  const match = /^(.*\.)(hdr|img)(\.gz)?$/i.exec(path);
  if (!match) return { header: path, image: path };
  const [, stem, ending, packed = ''] = match;
  const upper = ending === ending.toUpperCase();
  const other = (name: string) => {
    const same = `${stem}${upper ? name.toUpperCase() : name}`;
    const likely = [`${same}${packed}`, `${same}${packed ? '' : '.gz'}`];
    return likely.find((file) => existsSync(file)) ?? likely[0];
  };
  return ending.toLowerCase() === 'hdr'
    ? { header: path, image: other('img') }
    : { header: other('hdr'), image: path };
}
