import { createHash } from 'node:crypto';
import type { Image } from '../io/image';
import { ELEMENT_TYPES } from '../io/elements';
import { decodeSafetensors, encodeSafetensors, type NamedArray } from '../io/safetensors';
import type { ElementArray } from '../io/elements';

/** What is kept together under one key: an image and its mask, a volume, … */
export type CachedImages = Record<string, Image>;

const CHECKSUM_BYTES = 32;

/** An entry as a file: SHA-256 of the rest, then safetensors whose metadata hold what is not numbers, such as `affine`. */
export function encodeEntry(images: CachedImages): Uint8Array {
  const arrays: Record<string, NamedArray<ElementArray>> = {};
  const metadata: Record<string, string> = {};
  for (const [name, { data, ...rest }] of Object.entries(images)) {
    arrays[name] = { shape: [data.length], values: data };
    metadata[name] = JSON.stringify(rest);
  }
  const body = encodeSafetensors({ arrays, metadata });
  return Buffer.concat([sha256(body), body]);
}

/** @throws Error where a byte of the entry is not what was written */
export function decodeEntry(bytes: Uint8Array, name: string): CachedImages {
  const body = bytes.subarray(CHECKSUM_BYTES);
  if (!sha256(body).equals(bytes.subarray(0, CHECKSUM_BYTES))) {
    throw new Error(`${name}: got bytes of another SHA-256 than the file begins with; the entry is damaged`);
  }
  const { arrays, metadata } = decodeSafetensors(body, name, ELEMENT_TYPES);
  return Object.fromEntries(
    Object.entries(metadata).map(([key, rest]) => [
      key,
      { data: arrays[key].values, ...(JSON.parse(rest) as Omit<Image, 'data'>) } as Image,
    ]),
  );
}

export function entryBytes(images: CachedImages): number {
  return Object.values(images).reduce((sum, { data }) => sum + data.byteLength, 0);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
