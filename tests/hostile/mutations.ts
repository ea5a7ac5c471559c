import assert from 'node:assert/strict';
import { seededRandom } from '../../lib/runtime/seed';

export interface MutationOptions {
  seed: number;
  count: number;
}

/** One copy of a file with a few damages; `name` says which, for the message of a failing test. */
export interface Mutation {
  bytes: Uint8Array;
  name: string;
}

type Random = () => number;
type Damage = (bytes: Buffer, random: Random) => Buffer;

/** Numbers that readers trip over: zero, signs, the ends of the integer types, and what is just beyond them. */
const EXTREMES = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];

/** Headers are where the lengths are: half of all damages hit the first bytes. */
const HEADER = 512;

function place(length: number, random: Random): number {
  const within = random() < 0.5 ? Math.min(HEADER, length) : length;
  return Math.floor(random() * within);
}

/** Start and end of a stretch of at most 256 bytes. */
function stretch(length: number, random: Random): [number, number] {
  const from = place(length, random);
  return [from, Math.min(length, from + 1 + Math.floor(random() ** 2 * 256))];
}

function overwrite(bytes: Buffer, random: Random, change: (value: number) => number): Buffer {
  const size = [1, 2, 4][Math.floor(random() * 3)];
  if (bytes.length < size) return bytes;
  const at = Math.min(place(bytes.length, random), bytes.length - size);
  const value = change(random() < 0.5 ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size));
  const fitting = Math.abs(Math.round(value)) % 2 ** (8 * size);
  if (random() < 0.5) bytes.writeUIntLE(fitting, at, size);
  else bytes.writeUIntBE(fitting, at, size);
  return bytes;
}

const DAMAGES: Record<string, Damage> = {
  truncate: (bytes, random) => bytes.subarray(0, place(bytes.length, random)),
  'flip bits': (bytes, random) => {
    for (let flips = 1 + Math.floor(random() * 8); flips > 0 && bytes.length > 0; flips--) {
      bytes[place(bytes.length, random)] ^= 1 << Math.floor(random() * 8);
    }
    return bytes;
  },
  'change bytes': (bytes, random) => {
    for (let changes = 1 + Math.floor(random() * 4); changes > 0 && bytes.length > 0; changes--) {
      bytes[place(bytes.length, random)] = Math.floor(random() * 256);
    }
    return bytes;
  },
  'inflate a length': (bytes, random) =>
    overwrite(bytes, random, (value) => value * [2, 16, 256, 65536][Math.floor(random() * 4)] + 1),
  'shift a number': (bytes, random) =>
    overwrite(bytes, random, (value) => value + Math.floor(random() * 9) - 4),
  'extreme number': (bytes, random) =>
    overwrite(bytes, random, () => EXTREMES[Math.floor(random() * EXTREMES.length)]),
  'zero a block': (bytes, random) => bytes.fill(0, ...stretch(bytes.length, random)),
  'fill a block': (bytes, random) => bytes.fill(255, ...stretch(bytes.length, random)),
  'remove a block': (bytes, random) => {
    const [from, to] = stretch(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  'duplicate a block': (bytes, random) => {
    const [from, to] = stretch(bytes.length, random);
    // The same block over again is what nests sequences and repeats chunks.
    const times = random() < 0.2 ? 64 : 1;
    const copies = Array<Buffer>(times).fill(bytes.subarray(from, to));
    return Buffer.concat([bytes.subarray(0, to), ...copies, bytes.subarray(to)]);
  },
  'move a block': (bytes, random) => {
    const [from, to] = stretch(bytes.length, random);
    bytes.copyWithin(place(bytes.length, random), from, to);
    return bytes;
  },
  append: (bytes, random) =>
    Buffer.concat([bytes, Buffer.alloc(1 + Math.floor(random() * 64), random() * 256)]),
};

/**
 * Damaged copies of a file, the same for the same seed: each has one to three damages (cut, flipped, inflated, zeroed,
 * removed, repeated…). The bytes given are not changed.
 */
export function* mutations(bytes: Uint8Array, { seed, count }: MutationOptions): Generator<Mutation> {
  const random = seededRandom(seed);
  const kinds = Object.keys(DAMAGES);
  for (let index = 0; index < count; index++) {
    let mutant: Buffer = Buffer.from(bytes);
    const damages = Array.from(
      { length: 1 + Math.floor(random() ** 2 * 3) },
      () => kinds[Math.floor(random() * kinds.length)],
    );
    for (const kind of damages) mutant = Buffer.from(DAMAGES[kind](mutant, random));
    // A view of its own memory, so that a reader that ignores byteOffset reads what was meant.
    yield { bytes: new Uint8Array(mutant), name: `seed ${seed}, mutation ${index} (${damages.join(', ')})` };
  }
}

export interface SurvivalLimits {
  /** What every error's message must match; by default it must have one. */
  message?: RegExp;
  /** The most milliseconds that one read may take; 2,000 by default. */
  milliseconds?: number;
  /** The most bytes that one read may allocate outside the heap, beyond 4 × the file; 64 MiB by default. */
  allocation?: number;
}

/** Errors that mean that a reader trusted the file: they come from the engine, not from a check. */
const ACCIDENT =
  /Invalid (typed )?array (buffer )?length|Array buffer allocation|Invalid string length|call stack|Offset is outside the bounds|offset is out of bounds|is not (a function|iterable|defined)|Cannot read propert|ERR_OUT_OF_RANGE|should be a multiple of|Invalid count value|Cannot mix BigInt/;

/**
 * Reads hostile bytes and asserts that the reader gives a result or an error made by a check: no engine error
 * (TypeError, ReferenceError, "Invalid typed array length", stack overflow), in bounded time and memory.
 *
 * @returns the result, or the error
 */
export async function survives<T>(
  read: (bytes: Uint8Array) => T | Promise<T>,
  file: Mutation | Uint8Array,
  { message, milliseconds = 2000, allocation = 64 * 2 ** 20 }: SurvivalLimits = {},
): Promise<Awaited<T> | Error> {
  const { bytes, name } = file instanceof Uint8Array ? { bytes: file, name: 'hostile file' } : file;
  const before = process.memoryUsage().arrayBuffers;
  const start = process.hrtime.bigint();
  let outcome: Awaited<T> | Error;
  try {
    outcome = await read(bytes);
  } catch (error) {
    assert.ok(error instanceof Error, `${name}: threw ${String(error)}, which is no Error`);
    const told = `${name}: ${error.stack}`;
    assert.ok(!(error instanceof TypeError || error instanceof ReferenceError), told);
    assert.ok(error.message.length > 0 && !ACCIDENT.test(error.message), told);
    if (message) assert.match(error.message, message, told);
    outcome = error;
  }
  const took = Number(process.hrtime.bigint() - start) / 1e6;
  assert.ok(took <= milliseconds, `${name}: took ${Math.round(took)} ms; expected at most ${milliseconds}`);
  const allocated = process.memoryUsage().arrayBuffers - before;
  const most = allocation + 4 * bytes.length;
  assert.ok(allocated <= most, `${name}: allocated ${allocated} bytes; expected at most ${most}`);
  return outcome;
}

/**
 * Reads `count` mutations of each file in turn.
 *
 * @returns how many reads gave a result and how many an error
 */
export async function survivesMutations<T>(
  read: (bytes: Uint8Array) => T | Promise<T>,
  files: readonly Uint8Array[],
  { seed, count }: MutationOptions,
  limits?: SurvivalLimits,
): Promise<{ read: number; refused: number }> {
  const outcomes = { read: 0, refused: 0 };
  for (const [index, file] of files.entries()) {
    const share = Math.ceil(count / files.length);
    for (const mutation of mutations(file, { seed: seed + index, count: share })) {
      const outcome = await survives(read, mutation, limits);
      outcomes[outcome instanceof Error ? 'refused' : 'read']++;
    }
  }
  return outcomes;
}
