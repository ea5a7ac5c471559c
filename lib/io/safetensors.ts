import { readFileSync } from 'node:fs';
import {
  ELEMENT_BYTES,
  ELEMENT_TYPES,
  ElementArray,
  ElementArrays,
  elementType,
  ElementType,
  readElements,
} from './elements';

/** One array of a file of weights. */
export interface NamedArray<Values extends ElementArray = Float32Array | Int32Array> {
  /** Row-major sizes; [] for a single number. */
  shape: number[];
  values: Values;
}

export interface Safetensors<Values extends ElementArray = Float32Array | Int32Array> {
  arrays: Record<string, NamedArray<Values>>;
  metadata: Record<string, string>;
}

interface Entry<T extends ElementType> {
  dtype: T;
  shape: number[];
  data_offsets: [number, number];
}

const PREFIX = 8;
const LARGEST_HEADER = 100_000_000;

/**
 * Encodes arrays in the safetensors format: 8 bytes header length (little endian), a JSON header of names, types,
 * shapes and offsets, then the numbers (https://github.com/huggingface/safetensors, "Format").
 *
 * @throws RangeError where an array's shape does not hold its number of values, or an array has the metadata's name
 */
export function encodeSafetensors({ arrays, metadata }: Safetensors<ElementArray>): Uint8Array {
  const header: Record<string, Entry<ElementType> | Record<string, string>> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    if (name === '__metadata__') {
      throw new RangeError(
        "encodeSafetensors: got an array named '__metadata__'; expected another name: the format keeps this for the " +
          'metadata',
      );
    }
    if (product(shape) !== values.length) {
      throw new RangeError(
        `encodeSafetensors: '${name}' has ${values.length} values; its shape [${shape}] holds ${product(shape)}`,
      );
    }
    const end = offset + values.byteLength;
    header[name] = {
      dtype: elementType(values),
      shape,
      data_offsets: [offset, end],
    };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padding = (PREFIX - (json.length % PREFIX)) % PREFIX;
  const start = PREFIX + json.length + padding;
  const file = Buffer.alloc(start + offset, ' ');
  file.writeBigUInt64LE(BigInt(json.length + padding));
  json.copy(file, PREFIX);
  let at = start;
  for (const { values } of Object.values(arrays)) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file with numbers of any type: half-precision floats widened to Float32Array, booleans as
 * Uint8Array of 0 and 1, 64-bit integers as BigInt64Array.
 *
 * @throws Error naming the file, what was got and what was expected, where it is damaged or has another number type
 */
export function readSafetensors(file: string): Safetensors<ElementArray> {
  return decodeSafetensors(readFileSync(file), file, ELEMENT_TYPES);
}

/**
 * Reads safetensors from memory. Every length is checked against the bytes that are there before anything is allocated.
 *
 * @param file name for the messages
 * @param types number types that the caller takes
 * @throws Error naming the file, what was got and what was expected
 */
export function decodeSafetensors<T extends ElementType = 'F32' | 'I32'>(
  bytes: Uint8Array,
  file = 'safetensors file',
  types: readonly T[] = ['F32', 'I32'] as T[],
): Safetensors<ElementArrays[T]> {
  const fail = (what: string): never => {
    throw new Error(`${file}: ${what}; the file is damaged or no safetensors file`);
  };
  if (bytes.length < PREFIX) fail(`got ${bytes.length} bytes; expected at least ${PREFIX}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > Math.min(LARGEST_HEADER, bytes.length - PREFIX)) {
    fail(`got a header of ${headerLength} bytes; only ${bytes.length - PREFIX} bytes follow`);
  }
  const start = PREFIX + headerLength;
  const { __metadata__: metadata, ...entries } = parseHeader(bytes.subarray(PREFIX, start), fail);

  const arrays: Record<string, NamedArray<ElementArrays[T]>> = Object.create(null);
  let expected = 0;
  const inOrder = Object.entries(entries).map(
    ([name, entry]) => [name, requireEntry(name, entry, types, fail)] as const,
  );
  inOrder.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [name, { dtype, shape, data_offsets }] of inOrder) {
    const [from, to] = data_offsets;
    const size = product(shape) * ELEMENT_BYTES[dtype];
    if (from !== expected || to - from !== size || start + to > bytes.length) {
      fail(
        `'${name}' got bytes ${from} to ${to} of ${bytes.length - start}; expected ${expected} to ${expected + size}`,
      );
    }
    arrays[name] = {
      shape,
      values: readElements(dtype, new Uint8Array(bytes.subarray(start + from, start + to))),
    };
    expected = to;
  }
  if (start + expected !== bytes.length)
    fail(`got ${bytes.length - start - expected} bytes after the last array`);
  return { arrays, metadata: requireMetadata(metadata, fail) };
}

type Fail = (what: string) => never;

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(header)) return header;
  } catch {
    // reported below with the same words: the header is no JSON
  }
  return fail('got a header that is no JSON object');
}

function requireEntry<T extends ElementType>(
  name: string,
  entry: unknown,
  types: readonly T[],
  fail: Fail,
): Entry<T> {
  if (!isRecord(entry)) return fail(`'${name}' is not described by an object`);
  const { dtype, shape, data_offsets } = entry;
  if (!types.includes(dtype as T)) {
    return fail(`'${name}' got type ${JSON.stringify(dtype)}; expected one of ${types.join(', ')}`);
  }
  const counts = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!counts(shape) || !counts(data_offsets) || data_offsets.length !== 2) {
    return fail(`'${name}' got a shape or offsets that are not lists of counts`);
  }
  return { dtype: dtype as T, shape, data_offsets: data_offsets as [number, number] };
}

function requireMetadata(metadata: unknown, fail: Fail): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    return fail('got metadata that is not a table of strings');
  }
  return metadata as Record<string, string>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
