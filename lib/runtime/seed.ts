import seedrandom from 'seedrandom';

/** A reproducible stream of uniform numbers in [0, 1) (Baagøe's Alea, as TensorFlow.js uses). */
export function seededRandom(seed: number): () => number {
  requireSeed('seededRandom', seed);
  return seedrandom.alea(String(seed));
}

type Stream = seedrandom.StatefulPRNG<seedrandom.State.Alea>;

const stream = (seed: string): Stream => seedrandom.alea(seed, { state: true });

let seeds = stream(String(Math.floor(Math.random() * 2 ** 31)));
/** What `setSeed` put in the place of `Math.random`. */
let global: Stream | undefined;

/**
 * Makes everything random that follows reproducible: initial weights, dropout, and the shuffles and augmentation of
 * `batches` without a seed of its own. What has a seed of its own does not depend on it, such as the split of
 * `splitIndices`, 0 by default.
 *
 * The library draws from a stream of its own. `Math.random` is replaced by a second seeded stream, because stock
 * TensorFlow.js layers without a `seed` option take theirs from it.
 *
 * @param seed non-negative integer
 * @throws RangeError for anything else
 */
export function setSeed(seed: number): void {
  requireSeed('setSeed', seed);
  seeds = stream(String(seed));
  Math.random = global = stream(`Math.random ${seed}`);
}

/** Where the library's random streams stand: four numbers each (Baagøe's Alea). */
export interface RandomState {
  seeds: seedrandom.State.Alea;
  /** That of `Math.random`; missing where `setSeed` was never called, or something else took its place. */
  global?: seedrandom.State.Alea;
}

export function randomState(): RandomState {
  const replaced = global !== undefined && Math.random === global;
  return { seeds: seeds.state(), ...(replaced ? { global: global!.state() } : {}) };
}

/**
 * Lets everything random go on as it went on after `randomState`: the same initial weights, dropout and shuffles.
 * Without the state of `Math.random`, that one stays as it is.
 */
export function restoreRandomState(state: RandomState): void {
  seeds = seedrandom.alea('', { state: state.seeds });
  if (state.global) Math.random = global = seedrandom.alea('', { state: state.global });
}

/** The next integer seed in [1, 2³¹) of the stream that `setSeed` started. */
export function nextSeed(): number {
  return 1 + Math.floor(seeds() * (2 ** 31 - 1));
}

function requireSeed(caller: string, seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`${caller}: got seed ${seed}; expected a non-negative integer, such as 42`);
  }
}
