import { seededRandom } from '../../lib/runtime/seed';
import { EXTREMES, pick, replaced, type Damage, type Random } from './damage';

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
  const size = pick(random, [1, 2, 4]);
  if (bytes.length < size) return bytes;
  const at = Math.min(place(bytes.length, random), bytes.length - size);
  const value = change(random() < 0.5 ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size));
  const fitting = Math.abs(Math.round(value)) % 2 ** (8 * size);
  if (random() < 0.5) bytes.writeUIntLE(fitting, at, size);
  else bytes.writeUIntBE(fitting, at, size);
  return bytes;
}

/** Damages that know nothing of a format. */
export const BLIND: Readonly<Record<string, Damage>> = {
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
    overwrite(bytes, random, (value) => value * pick(random, [2, 16, 256, 65536]) + 1),
  'shift a number': (bytes, random) =>
    overwrite(bytes, random, (value) => value + Math.floor(random() * 9) - 4),
  'extreme number': (bytes, random) => overwrite(bytes, random, () => pick(random, EXTREMES)),
  'zero a block': (bytes, random) => bytes.fill(0, ...stretch(bytes.length, random)),
  'fill a block': (bytes, random) => bytes.fill(255, ...stretch(bytes.length, random)),
  'remove a block': (bytes, random) => replaced(bytes, ...stretch(bytes.length, random)),
  'repeat a block': (bytes, random) => {
    const [from, to] = stretch(bytes.length, random);
    // The same block over again is what nests sequences and repeats chunks.
    const copies = Array<Buffer>(random() < 0.2 ? 64 : 1).fill(bytes.subarray(from, to));
    return replaced(bytes, to, to, ...copies);
  },
  'move a block': (bytes, random) => {
    const [from, to] = stretch(bytes.length, random);
    bytes.copyWithin(place(bytes.length, random), from, to);
    return bytes;
  },
  append: (bytes, random) =>
    Buffer.concat([bytes, Buffer.alloc(1 + Math.floor(random() * 64), random() * 256)]),
};

export interface MutationOptions {
  seed: number;
  /** Which of the seed's mutations. */
  index: number;
  /** Damages that know the format. */
  damages?: Readonly<Record<string, Damage>>;
}

/** One copy of a file with a few damages; `name` says which, for the message of a failing test. */
export interface Mutation {
  bytes: Uint8Array;
  name: string;
}

/**
 * A damaged copy of a file, the same for the same seed and index: one to three damages. Half of them, where there are
 * such, begin with one that knows the format, while the file can still be taken apart; the others are blind.
 */
export function mutation(bytes: Uint8Array, { seed, index, damages = {} }: MutationOptions): Mutation {
  const random = seededRandom(seed * 2 ** 20 + index);
  const informed = Object.keys(damages);
  const kinds = Array.from({ length: 1 + Math.floor(random() ** 2 * 3) }, () =>
    pick(random, Object.keys(BLIND)),
  );
  if (informed.length > 0 && random() < 0.5) kinds[0] = pick(random, informed);
  let mutant: Buffer = Buffer.from(bytes);
  for (const kind of kinds) mutant = Buffer.from((damages[kind] ?? BLIND[kind])(mutant, random));
  // A view of its own memory, so that a reader that ignores byteOffset reads what was meant.
  return { bytes: new Uint8Array(mutant), name: `seed ${seed}, mutation ${index} (${kinds.join(', ')})` };
}
