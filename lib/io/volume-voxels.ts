import { ELEMENT_BYTES, readElements } from './elements';
import { GzipError, type ByteSource } from './gzip';
import type { Image, Samples, Volume } from './image';
import { isScaled, layoutBytes, sampleArray, type VolumeLayout, type Refuse } from './volume-layout';

/** Refuses to make volumes of more bytes than this unless told otherwise. */
const DEFAULT_LIMIT = 2 ** 31;
/** Bytes that are converted at a time. */
const BLOCK = 2 ** 22;

/** First, and one past the last. */
export type IndexRange = readonly [from: number, to: number];

export interface VolumeRangeOptions {
  /** Only these slices; all by default. */
  slices?: IndexRange;
  /** Only these volumes of a file with several, such as points in time; all by default. */
  frames?: IndexRange;
}

export interface ReadVolumeOptions extends VolumeRangeOptions {
  /** The most bytes that the volume may take in memory; 2 GiB by default. */
  maxBytes?: number;
}

/** One slice of a volume file. */
export interface VolumeSlice {
  /** [height, width] */
  image: Image;
  slice: number;
  /** Which of the file's volumes it is a slice of. */
  frame: number;
}

/** A volume file whose header was read. */
export interface OpenedVolume {
  layout: VolumeLayout;
  source: ByteSource;
  refuse: Refuse;
}

/**
 * The voxels of the asked slices and frames; frames become channels. Nothing is allocated before the header's sizes are
 * known to fit the file.
 */
export async function readVoxels(opened: OpenedVolume, options: ReadVolumeOptions): Promise<Volume> {
  const { layout, source } = opened;
  const { maxBytes = DEFAULT_LIMIT } = options;
  const { slices, frames } = checkedRanges(opened, options);
  const [, height, width] = layout.shape;
  const channels = layout.samples * (frames[1] - frames[0]);
  const voxels = (slices[1] - slices[0]) * height * width;
  const bytesEach = sampleArray(layout, 0).BYTES_PER_ELEMENT;
  const need = voxels * channels * bytesEach;
  if (need > maxBytes) {
    opened.refuse(
      'voxels',
      `${need} bytes in memory`,
      `at most ${maxBytes}; raise maxBytes, or read some slices`,
    );
  }
  const bytes = layout.offset + layoutBytes(layout);
  if (!(await unpacking(opened, () => source.holds(bytes)))) {
    opened.refuse(
      'voxels',
      'a gzip file that unpacks to fewer bytes',
      `${bytes}; it is cut short or its header damaged`,
    );
  }
  const data = sampleArray(layout, voxels * channels);
  for (let frame = frames[0]; frame < frames[1]; frame++) {
    const first = layout.samples * (frame - frames[0]);
    await readBlock(opened, { frame, slice: slices[0], voxels }, { data, channels, first });
  }
  const atEnd = frames[1] === layout.frames && slices[1] === layout.shape[0];
  if (atEnd) await unpacking(opened, () => source.finish());
  const shape = [slices[1] - slices[0], height, width] as const;
  return { data, shape, channels, affine: affineFromSlice(layout.affine, slices[0]) };
}

/** The asked slices one by one, in the file's order: all of a frame, then those of the next. One is in memory at a time. */
export async function* readSlices(
  opened: OpenedVolume,
  options: VolumeRangeOptions,
): AsyncGenerator<VolumeSlice, void, undefined> {
  const { layout } = opened;
  const { slices, frames } = checkedRanges(opened, options);
  const [, height, width] = layout.shape;
  const voxels = height * width;
  const channels = layout.samples;
  for (let frame = frames[0]; frame < frames[1]; frame++) {
    for (let slice = slices[0]; slice < slices[1]; slice++) {
      const data = sampleArray(layout, voxels * channels);
      await readBlock(opened, { frame, slice, voxels }, { data, channels, first: 0 });
      yield { image: { data, shape: [height, width], channels }, slice, frame };
    }
  }
}

function checkedRanges({ layout, source, refuse }: OpenedVolume, options: VolumeRangeOptions) {
  const need = layoutBytes(layout);
  const { mostBytes, packed } = source;
  if (!Number.isSafeInteger(need) || layout.offset + need > mostBytes) {
    const { shape, frames, offset } = layout;
    refuse(
      'voxels',
      packed ? `a gzip file that can hold ${mostBytes} bytes at most` : `a file of ${mostBytes} bytes`,
      `${offset + need}: ${[...shape].reverse().join(' × ')} voxels${frames > 1 ? ` × ${frames}` : ''} from offset ` +
        `${offset} on; the file is cut short or its header is damaged`,
    );
  }
  return {
    slices: checkedRange('slices', options.slices, layout.shape[0], refuse),
    frames: checkedRange('frames', options.frames, layout.frames, refuse),
  };
}

function checkedRange(
  name: string,
  range: IndexRange | undefined,
  count: number,
  refuse: Refuse,
): IndexRange {
  const [from, to] = range ?? [0, count];
  const fits = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= count;
  if (!fits) refuse(`option ${name}`, `[${from}, ${to}]`, `[from, to] with 0 ≤ from < to ≤ ${count}`);
  return [from, to];
}

interface Place {
  frame: number;
  slice: number;
  /** How many from the slice's first on. */
  voxels: number;
}

interface Target {
  data: Samples;
  /** Samples of a voxel in `data`, and the first of them that is written. */
  channels: number;
  first: number;
}

async function readBlock(opened: OpenedVolume, { frame, slice, voxels }: Place, target: Target) {
  const { layout } = opened;
  const { shape, samples, type, bigEndian, slope, intercept } = layout;
  const size = ELEMENT_BYTES[type];
  const voxelBytes = size * samples;
  const before = (frame * shape[0] + slice) * shape[1] * shape[2];
  const start = layout.offset + before * voxelBytes;
  const { data, channels, first } = target;

  const wide = type === 'I64' || type === 'U64';
  if (!wide && !isScaled(layout) && channels === samples) {
    const bytes = new Uint8Array(data.buffer, 0, voxels * voxelBytes);
    await readExactly(opened, bytes, start);
    toNativeOrder(bytes, size, bigEndian);
    return;
  }
  const step = Math.max(1, Math.floor(BLOCK / voxelBytes));
  const block = new Uint8Array(Math.min(step, voxels) * voxelBytes);
  for (let done = 0; done < voxels; done += step) {
    const count = Math.min(step, voxels - done);
    const bytes = block.subarray(0, count * voxelBytes);
    await readExactly(opened, bytes, start + done * voxelBytes);
    toNativeOrder(bytes, size, bigEndian);
    const stored = wide ? widened(bytes, type === 'I64') : (readElements(type, bytes) as Samples);
    for (let sample = 0; sample < samples; sample++) {
      let to = done * channels + first + sample;
      for (let from = sample; from < stored.length; from += samples, to += channels) {
        data[to] = slope * stored[from] + intercept;
      }
    }
  }
}

/** In place; readElements would copy. */
function toNativeOrder(bytes: Uint8Array, size: 1 | 2 | 4 | 8, bigEndian: boolean): void {
  if (!bigEndian || size === 1) return;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}

/** 64-bit integers as the nearest floats: exact up to 2⁵³. */
function widened(bytes: Uint8Array, signed: boolean): Float64Array {
  const halves = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const values = new Float64Array(bytes.length / 8);
  for (let index = 0; index < values.length; index++) {
    const high = halves[2 * index + 1];
    values[index] = (signed ? high | 0 : high) * 2 ** 32 + halves[2 * index];
  }
  return values;
}

async function readExactly(opened: OpenedVolume, target: Uint8Array, position: number): Promise<void> {
  const got = await unpacking(opened, () => opened.source.read(target, position));
  if (got === target.length) return;
  const { layout, refuse } = opened;
  refuse(
    `offset ${position + got}`,
    `the end${opened.source.packed ? ' of the unpacked bytes' : ''}`,
    `${layoutBytes(layout)} bytes of voxels from offset ${layout.offset} on; the file is cut short`,
  );
}

/** Tells the damage of packed bytes in the words of the reader. */
export async function unpacking<T>(
  { refuse }: Pick<OpenedVolume, 'refuse'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GzipError)) throw error;
    return refuse(
      `gzip data, unpacked offset ${error.position}`,
      error.message,
      'a whole gzip file; it is cut short or damaged: copy it again',
    );
  }
}

function affineFromSlice(affine: readonly number[], slice: number): number[] {
  return affine.map((value, index) => (index % 4 === 3 ? value + slice * affine[index - 3] : value));
}
