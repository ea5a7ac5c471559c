import type { Samples, Volume } from './image';
import { isUsable } from './volume-geometry';

/** Bytes that are converted, and written, at a time. */
const BLOCK = 2 ** 22;

/**
 * The samples of a volume as files hold them: channel by channel, each with its first voxel first. One block is in
 * memory at a time; those of a single channel in the machine's order (little endian) are views.
 */
export function* volumeBytes({ data, channels }: Volume, { bigEndian = false } = {}): Generator<Uint8Array> {
  const size = data.BYTES_PER_ELEMENT;
  const swaps = bigEndian && size > 1;
  const step = BLOCK / size;
  const voxels = data.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    for (let first = 0; first < voxels; first += step) {
      const count = Math.min(step, voxels - first);
      const block = channelBlock(data, { channels, channel, first, count }, swaps);
      const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
      if (swaps && size === 2) bytes.swap16();
      else if (swaps && size === 4) bytes.swap32();
      yield bytes;
    }
  }
}

interface Block {
  channels: number;
  channel: number;
  first: number;
  count: number;
}

function channelBlock(data: Samples, { channels, channel, first, count }: Block, copies: boolean): Samples {
  if (channels === 1) {
    const view = data.subarray(first, first + count);
    return copies ? view.slice() : view;
  }
  const block = new (data.constructor as new (length: number) => Samples)(count);
  for (let index = 0; index < count; index++) block[index] = data[(first + index) * channels + channel];
  return block;
}

/**
 * Refuses a volume that no file can hold.
 *
 * @throws RangeError where its sizes are no counts, do not fit its data, or its affine is none
 */
export function requireVolume(owner: string, { data, shape, channels, affine }: Volume): void {
  const sizes = [...shape, channels];
  if (shape.length !== 3 || !sizes.every((size) => Number.isInteger(size) && size >= 1)) {
    throw new RangeError(
      `${owner}: got a volume [${shape.join(', ')}] of ${channels} channels; expected three sizes and channels of 1 or more`,
    );
  }
  const need = sizes.reduce((product, size) => product * size, 1);
  if (data.length !== need) {
    throw new RangeError(
      `${owner}: got ${data.length} samples; expected ${need} for [${shape.join(', ')}] of ${channels} channels`,
    );
  }
  if (affine.length !== 16 || !isUsable(affine)) {
    throw new RangeError(
      `${owner}: got the affine [${affine.join(', ')}]; expected 16 finite numbers, a 4 × 4 that can be inverted`,
    );
  }
}
