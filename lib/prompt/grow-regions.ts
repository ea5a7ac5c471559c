import { LevelQueue } from './level-queue';
import { SEED } from './region-seeds';

/** Costs of pixels that no region reached. */
export const UNREACHED = 256;

export interface GrownRegions {
  /** Of the way from its seed, 0…255; `UNREACHED` where none came. */
  costs: Uint16Array;
  /** 1 in the object's regions. */
  positive: Uint8Array;
}

/** The largest difference of two pixels' channels. */
export function contrast(image: Float32Array, channels: number, one: number, other: number): number {
  let most = 0;
  for (let channel = 0; channel < channels; channel++) {
    most = Math.max(most, Math.abs(image[one * channels + channel] - image[other * channels + channel]));
  }
  return most;
}

/**
 * Grows all seeds at once over edges of pixels. A way costs as much as its worst pixel, whose difference from the seed is
 * counted in whole grey values; each pixel goes to the seed with the cheapest way, of equal ones to the nearest.
 *
 * @param image 0…255
 * @param seeds of `SEED`
 */
export function growRegions(
  image: Float32Array,
  [height, width]: readonly number[],
  channels: number,
  seeds: Uint8Array,
): GrownRegions {
  const costs = new Uint16Array(seeds.length).fill(UNREACHED);
  const positive = new Uint8Array(seeds.length);
  /** The least cost at which a pixel waits: what comes later and costs no less comes too late. */
  const offered = new Uint16Array(seeds.length).fill(UNREACHED);
  const queue = new LevelQueue(UNREACHED);
  seeds.forEach((seed, at) => {
    if (seed !== SEED.none) offered[at] = 0;
    if (seed === SEED.positive || seed === SEED.negative) queue.push(0, at, at);
  });
  const offer = (next: number, source: number, level: number) => {
    if (offered[next] <= level) return;
    const cost = Math.max(level, Math.round(contrast(image, channels, next, source)));
    if (offered[next] <= cost) return;
    offered[next] = cost;
    queue.push(cost, next, source);
  };
  while (queue.take()) {
    const { level, index, source } = queue;
    if (costs[index] !== UNREACHED) continue;
    costs[index] = level;
    if (seeds[source] === SEED.positive) positive[index] = 1;
    const column = index % width;
    if (column > 0) offer(index - 1, source, level);
    if (column < width - 1) offer(index + 1, source, level);
    if (index >= width) offer(index - width, source, level);
    if (index < width * (height - 1)) offer(index + width, source, level);
  }
  return { costs, positive };
}
