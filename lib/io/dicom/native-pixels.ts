import type { Samples } from '../image';
import type { Refuse } from '../tiff-directory';
import { place, type Source } from './elements';
import { sampleCount, type PixelDescription } from './pixel-description';

/** Uncompressed pixels as they are stored, planes and unused bits included; bits become bytes of 0 and 1. */
export function nativePixels(source: Source, pixels: PixelDescription, refuse: Refuse): Samples {
  const { element, photometric, bitsAllocated } = pixels;
  const halved = photometric === 'YBR_FULL_422' && isHalved(pixels);
  const samples = sampleCount(pixels) * (halved ? 2 / 3 : 1);
  const need = requireBytes(pixels, samples, refuse);
  const stored = source.bytes.subarray(element.offset, element.offset + need);
  if (bitsAllocated === 1) return unpackBits(stored, samples);
  const swapped = !source.littleEndian && bitsAllocated === 8 && element.vr === 'OW';
  if (swapped) {
    const padded = source.bytes.subarray(element.offset, element.offset + need + (need % 2));
    return sampleArray(swapPairs(padded).subarray(0, need), pixels);
  }
  const values = sampleArray(stored, pixels, source.littleEndian);
  return halved ? widen422(values as Uint8Array) : values;
}

/** The pixels as the file's own memory holds them, where it does: 16 bits, little endian, at an even address. */
export function nativeView(
  { bytes, littleEndian }: Source,
  pixels: PixelDescription,
  refuse: Refuse,
): Uint16Array | Int16Array | undefined {
  const at = bytes.byteOffset + pixels.element.offset;
  if (!littleEndian || pixels.bitsAllocated !== 16 || at % 2 !== 0) return undefined;
  const samples = sampleCount(pixels);
  requireBytes(pixels, samples, refuse);
  return new (pixels.signed ? Int16Array : Uint16Array)(bytes.buffer as ArrayBuffer, at, samples);
}

function requireBytes(pixels: PixelDescription, samples: number, refuse: Refuse): number {
  const { element, bitsAllocated, frames, rows, columns, channels } = pixels;
  const need = Math.ceil((samples * bitsAllocated) / 8);
  if (element.length < need) {
    refuse(
      place(element),
      `${element.length} bytes`,
      `${need} for ${frames} × ${rows} × ${columns} × ${channels} samples of ${bitsAllocated} bits`,
    );
  }
  return need;
}

/**
 * YBR_FULL_422 has two colour samples for two pixels (PS3.3 C.7.6.3.1.2), unless the file names it so and has all three
 * samples at each pixel.
 */
function isHalved(pixels: PixelDescription): boolean {
  return (
    pixels.element.length < sampleCount(pixels) && pixels.bitsAllocated === 8 && pixels.columns % 2 === 0
  );
}

/** Y1 Y2 B R → Y1 B R Y2 B R */
function widen422(packed: Uint8Array): Uint8Array {
  const samples = new Uint8Array((packed.length / 2) * 3);
  for (let from = 0, to = 0; from < packed.length; from += 4, to += 6) {
    const [blue, red] = [packed[from + 2], packed[from + 3]];
    samples[to] = packed[from];
    samples[to + 3] = packed[from + 1];
    samples[to + 1] = samples[to + 4] = blue;
    samples[to + 2] = samples[to + 5] = red;
  }
  return samples;
}

/** The lowest bit is the first pixel; frames follow without a gap. Source: PS3.5, 8.1.1. */
function unpackBits(bytes: Uint8Array, count: number): Uint8Array {
  const values = new Uint8Array(count);
  for (let index = 0; index < count; index++) values[index] = (bytes[index >> 3] >> (index & 7)) & 1;
  return values;
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) swapped[at] = bytes[Math.min(at ^ 1, bytes.length - 1)];
  return swapped;
}

type Layout = Pick<PixelDescription, 'bitsAllocated' | 'signed' | 'float'>;

/** The type that holds the samples of a file. */
export function sampleType({ bitsAllocated, signed, float }: Layout) {
  if (float) return bitsAllocated === 32 ? Float32Array : Float64Array;
  if (bitsAllocated <= 8) return signed ? Int8Array : Uint8Array;
  if (bitsAllocated === 16) return signed ? Int16Array : Uint16Array;
  return signed ? Int32Array : Uint32Array;
}

/** A copy of stored bytes as numbers. */
export function sampleArray(bytes: Uint8Array, layout: Layout, littleEndian = true): Samples {
  const type = sampleType(layout);
  const copy = new Uint8Array(bytes);
  const size = type.BYTES_PER_ELEMENT;
  if (!littleEndian && size > 1) {
    const buffer = Buffer.from(copy.buffer, copy.byteOffset, copy.length);
    if (size === 2) buffer.swap16();
    else if (size === 4) buffer.swap32();
    else buffer.swap64();
  }
  return new type(copy.buffer, 0, Math.floor(copy.length / size));
}

/** By how many of 32 bits a stored value goes up, then down, so that the bits that are no part of it are gone. */
export interface BitShifts {
  up: number;
  down: number;
}

/** What writers leave in unused bits (overlays, padding) is no part of the value. Source: PS3.5, 8.1.1. */
export function bitShifts({ bitsAllocated, bitsStored, highBit, float }: PixelDescription): BitShifts {
  if (float || bitsStored === bitsAllocated || bitsAllocated === 1) return { up: 0, down: 0 };
  return { up: 31 - highBit, down: 32 - bitsStored };
}

/** Shifts the stored bits down to 0 and extends their sign or zeros over the bits above, in place. */
export function correctUnusedBits(values: Samples, pixels: PixelDescription): void {
  const { up, down } = bitShifts(pixels);
  if (down === 0) return;
  if (pixels.signed) {
    for (let index = 0; index < values.length; index++) values[index] = (values[index] << up) >> down;
  } else {
    for (let index = 0; index < values.length; index++) values[index] = (values[index] << up) >>> down;
  }
}
