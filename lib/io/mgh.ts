import { bytesInMemory, openBytes, type ByteSource } from './gzip';
import type { Volume } from './image';
import { MGH_HEADER_BYTES, parseMghHeader, type MghHeader } from './mgh-header';
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

/**
 * Reads a FreeSurfer volume: .mgh, or .mgz, which is the same in gzip.
 *
 * The file's (i, j, k) is (column, row, slice) here: `data[(k * height + j) * width + i]`, without a copy. Frames become
 * channels. The affine is FreeSurfer's vox2ras (scanner RAS, in millimetres). Memory: the volume and a few MiB.
 *
 * @throws Error naming file, offset and field, what was got and what was expected, before voxels are allocated, when the
 *   header is no MGH header, does not fit the file, or exceeds `maxBytes`; when the file is cut short or its gzip
 *   checksum differs
 */
export async function readMgh(path: string, options: ReadVolumeOptions = {}): Promise<Volume> {
  return withMgh('readMgh', path, (opened) => readVoxels(opened, options));
}

/** The same from the bytes of a file; `name` is what errors call it. */
export async function decodeMgh(
  bytes: Uint8Array,
  name: string,
  options: ReadVolumeOptions = {},
): Promise<Volume> {
  const opened = await opening('readMgh', name, bytesInMemory(bytes));
  try {
    return await readVoxels(opened, options);
  } finally {
    await opened.source.close();
  }
}

/** What the header of an MGH file says; its voxels are not read. */
export async function readMghHeader(path: string): Promise<MghHeader> {
  return withMgh('readMghHeader', path, async ({ layout }) => layout);
}

/**
 * The slices of an MGH file one after the other, values as `readMgh` gives them, with one slice in memory at a time: all
 * slices of the first frame, then those of the second.
 */
export async function* mghSlices(
  path: string,
  options: VolumeRangeOptions = {},
): AsyncGenerator<VolumeSlice, void, undefined> {
  const opened = await opening('mghSlices', path, await openBytes(path));
  try {
    yield* readSlices(opened, options);
  } finally {
    await opened.source.close();
  }
}

interface OpenedMgh extends OpenedVolume {
  layout: MghHeader;
}

async function withMgh<T>(owner: string, path: string, work: (opened: OpenedMgh) => Promise<T>): Promise<T> {
  const opened = await opening(owner, path, await openBytes(path));
  try {
    return await work(opened);
  } finally {
    await opened.source.close();
  }
}

async function opening(owner: string, name: string, source: ByteSource): Promise<OpenedMgh> {
  const refuse: Refuse = volumeRefusal(owner, name);
  try {
    const start = new Uint8Array(MGH_HEADER_BYTES);
    const length = await unpacking({ refuse }, () => source.read(start, 0));
    return { layout: parseMghHeader(start.subarray(0, length), refuse), source, refuse };
  } catch (error) {
    await source.close();
    throw error;
  }
}
