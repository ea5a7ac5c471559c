import seedrandom from 'seedrandom';

/** A reproducible stream of uniform numbers in [0, 1) (Baagøe's Alea, as TensorFlow.js uses). */
export function seededRandom(seed: number): () => number {
  requireSeed('seededRandom', seed);
  return seedrandom.alea(String(seed));
}

let seeds = seededRandom(Math.floor(Math.random() * 2 ** 31));

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
  seeds = seededRandom(seed);
  Math.random = seedrandom.alea(`Math.random ${seed}`);
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
