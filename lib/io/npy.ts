import { memoryBytes, openRandomBytes, type RandomBytes } from './bytes';
import { ELEMENT_BYTES, elementType, readElements, type ElementArray } from './elements';
import { encodeNpyHeader, LARGEST_NPY_HEADER, NPY_PREFIX, readNpyHeader } from './npy-header';
import type { NamedArray } from './safetensors';
import { writeFileWhole } from './write-file';

const DEFAULT_LIMIT = 2 ** 32;

export interface ReadNpyOptions {
  /** The most bytes that are read; 4 GiB by default. */
  maxBytes?: number;
  /** Only these of the first axis, [from, to): the rest of the file is not read. */
  rows?: readonly [number, number];
}

/**
 * Reads an array of NumPy's `.npy`, versions 1 to 3: integers of 8 to 64 bits (64-bit ones as BigInt64Array), floats of
 * 16 (widened), 32 and 64 bits, booleans (Uint8Array of 0 and 1), of either byte order. Arrays in Fortran order are given
 * in row-major order, as all.
 *
 * @throws Error naming file, offset, what was got and what was expected, where the file is damaged or holds objects,
 *   texts, records, complex numbers or dates, or exceeds `maxBytes`; RangeError for rows that are not there
 */
export async function readNpy(path: string, options: ReadNpyOptions = {}): Promise<NamedArray<ElementArray>> {
  const source = await openRandomBytes(path);
  try {
    return await readArray(source, path, options);
  } finally {
    await source.close();
  }
}

/**
 * The same from bytes in memory.
 *
 * @param name what errors call the file
 */
export function decodeNpy(
  bytes: Uint8Array,
  name: string,
  options: ReadNpyOptions = {},
): Promise<NamedArray<ElementArray>> {
  return readArray(memoryBytes(bytes), name, options);
}

async function readArray(
  source: RandomBytes,
  name: string,
  { maxBytes = DEFAULT_LIMIT, rows }: ReadNpyOptions,
): Promise<NamedArray<ElementArray>> {
  const refuse = (place: string, got: string, expected: string): never => {
    throw new Error(`readNpy: ${name}: ${place}: got ${got}; expected ${expected}`);
  };
  const beginning = await source.read(0, Math.min(source.size, NPY_PREFIX + LARGEST_NPY_HEADER));
  const { type, bigEndian, shape, fortranOrder, start } = readNpyHeader(beginning, refuse);
  const size = ELEMENT_BYTES[type];
  const total = elementCount(shape) * size;
  const there = source.size - start;
  if (!(total <= there)) {
    refuse(
      `offset ${start} (data)`,
      `${there} bytes`,
      `${total} for shape (${shape.join(', ')}) of ${size}-byte numbers`,
    );
  }
  const taken = rows ? checkRows(rows, shape, fortranOrder) : [0, shape[0] ?? 1];
  const rowBytes = shape.length === 0 || shape[0] === 0 ? total : total / shape[0];
  const length = rows ? (taken[1] - taken[0]) * rowBytes : total;
  if (length > maxBytes)
    refuse('data', `${length} bytes`, `at most ${maxBytes}; raise maxBytes or read some rows`);
  const stored = await source.read(start + taken[0] * rowBytes, length);
  // Memory of their own: what is in memory belongs to the caller.
  const values = readElements(type, new Uint8Array(stored), { bigEndian });
  const result = rows ? [taken[1] - taken[0], ...shape.slice(1)] : shape;
  return { shape: result, values: fortranOrder ? rowMajor(values, shape) : values };
}

/** Products of sizes beyond 2⁵³ are only compared with what is there; 0 wins over them. */
const elementCount = (shape: readonly number[]) => (shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1));

function checkRows(
  rows: readonly [number, number],
  shape: number[],
  fortranOrder: boolean,
): [number, number] {
  const [from, to] = rows;
  if (fortranOrder || shape.length === 0) {
    throw new RangeError(
      'readNpy: got rows of an array in Fortran order or of a single number; expected no `rows`',
    );
  }
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to > shape[0]) {
    throw new RangeError(
      `readNpy: got rows ${from} to ${to}; expected whole numbers within 0 to ${shape[0]}`,
    );
  }
  return [from, to];
}

/** Column-major numbers in row-major order. */
function rowMajor(values: ElementArray, shape: readonly number[]): ElementArray {
  const result = values.slice();
  if (shape.length < 2 || values.length === 0) return result;
  const columns = shape.at(-1)!;
  const columnStride = values.length / columns;
  const place = new Array<number>(shape.length - 1).fill(0);
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  let from = 0;
  for (let to = 0; to < values.length; to += columns) {
    for (let column = 0; column < columns; column++)
      result[to + column] = values[from + column * columnStride];
    for (let axis = place.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++place[axis] < shape[axis]) break;
      from -= place[axis] * strides[axis];
      place[axis] = 0;
    }
  }
  return result;
}

/**
 * The bytes that numpy.save writes.
 *
 * @throws RangeError where the shape does not hold the number of values
 */
export function encodeNpy({ shape, values }: NamedArray<ElementArray>): Uint8Array {
  if (elementCount(shape) !== values.length) {
    throw new RangeError(
      `encodeNpy: got ${values.length} values for shape [${shape}]; expected ${elementCount(shape)}`,
    );
  }
  const header = encodeNpyHeader(elementType(values), shape);
  return Buffer.concat([header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}

/** Writes an array as numpy.save does, beside its place and renamed. */
export function writeNpy(file: string, array: NamedArray<ElementArray>): void {
  writeFileWhole(file, encodeNpy(array));
}
