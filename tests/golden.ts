import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pixels } from '../lib/io/image-stack';

/** The stored results of a reference implementation: tests/goldens/<name>.json. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, 'goldens', `${name}.json`), 'utf8')) as T;
}

const TYPES = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array };

/** Little-endian numbers that a golden holds as base64. */
export function decodePixels(dtype: keyof typeof TYPES, base64: string): Pixels {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  return new TYPES[dtype](bytes.buffer);
}

export type GoldenType = keyof typeof TYPES;
