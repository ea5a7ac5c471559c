/**
 * A 32-bit integer that looks random and follows from its arguments alone, in integer arithmetic and so the same on every
 * machine: the finaliser of MurmurHash3 over a mix of the coordinates with large odd constants.
 */
export function hash(x: number, y: number, z: number, seed: number): number {
  let h =
    Math.imul(x, 0x9e3779b1) ^
    Math.imul(y, 0x85ebca77) ^
    Math.imul(z, 0xc2b2ae3d) ^
    Math.imul(seed, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A non-negative integer seed for the pair: one stream of random numbers for each epoch, page, … of a seeded run. */
export function mixSeeds(seed: number, index: number): number {
  return hash(seed, Math.floor(seed / 2 ** 32), index, 1);
}
