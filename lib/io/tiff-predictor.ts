import type { Samples } from './image';

type Integers = Uint8Array | Uint16Array | Uint32Array;

/** The bits of samples as unsigned integers of their size; undefined for 8 bytes. */
export function integersOf({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: Samples): Integers | undefined {
  const type = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[BYTES_PER_ELEMENT];
  return type && new type(buffer as ArrayBuffer, byteOffset, length);
}

/**
 * Undoes predictor 2 in place: each sample but the first of its row was stored as its difference from the one to the
 * left, modulo 2 to its bits.
 *
 * Source: TIFF 6.0, section 14.
 *
 * @param values rows of `width` pixels of `channels` samples
 */
export function undoDifferences(values: Integers, width: number, channels: number): void {
  const row = width * channels;
  for (let start = 0; start < values.length; start += row) {
    for (let index = start + channels; index < start + row; index++)
      values[index] += values[index - channels];
  }
}

/** The inverse of undoDifferences, in place. */
export function takeDifferences(values: Integers, width: number, channels: number): void {
  const row = width * channels;
  for (let start = 0; start < values.length; start += row) {
    for (let index = start + row - 1; index >= start + channels; index--) {
      values[index] -= values[index - channels];
    }
  }
}

/**
 * Undoes predictor 3: a row of floats was stored as all their highest bytes, then all the next …, as differences of
 * bytes `channels` apart.
 *
 * Source: Adobe Photoshop TIFF Technical Note 3.
 *
 * @param size bytes of a sample
 * @returns the floats' bytes, little endian
 */
export function undoFloatDifferences(
  bytes: Uint8Array,
  width: number,
  channels: number,
  size: number,
): Uint8Array {
  const samples = width * channels;
  undoDifferences(bytes, width * size, channels);
  const out = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += samples * size) {
    for (let plane = 0; plane < size; plane++) {
      const from = start + plane * samples;
      const to = start + size - 1 - plane;
      for (let index = 0; index < samples; index++) out[to + index * size] = bytes[from + index];
    }
  }
  return out;
}
