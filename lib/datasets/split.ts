import { seededRandom } from '../runtime/seed';

export interface SplitOptions {
  /** How many of the items to hold out. */
  validation: number;
  /**
   * The same seed gives the same split; 0 by default, whatever `setSeed` was told: runs with other seeds are comparable
   * only on the same validation images.
   */
  seed?: number;
}

export interface Split {
  training: number[];
  validation: number[];
}

/**
 * Splits 0 … count − 1 at random into training and validation indices, both ascending: the items are shuffled
 * (Fisher–Yates from the end, with `seededRandom(seed)`), and the last ones held out.
 *
 * @throws RangeError when count or validation is not an integer with 0 ≤ validation < count
 */
export function splitIndices(count: number, { validation, seed = 0 }: SplitOptions): Split {
  if (
    !Number.isSafeInteger(count) ||
    !Number.isSafeInteger(validation) ||
    validation < 0 ||
    validation >= count
  ) {
    throw new RangeError(
      `splitIndices: got ${validation} of ${count} items for validation; expected integers with 0 ≤ validation < count`,
    );
  }
  const order = shuffled(count, seededRandom(seed));
  const ascending = (indices: number[]) => indices.sort((a, b) => a - b);
  return {
    training: ascending(order.slice(0, count - validation)),
    validation: ascending(order.slice(count - validation)),
  };
}

/** 0 … count − 1 in random order (Fisher–Yates from the end). */
export function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last >= 1; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
