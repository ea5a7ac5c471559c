import { distanceTransform } from '../metrics/distance-transform';
import type { Prompts } from './prompts';

/** Where regions begin to grow: the object's, what lies beside it, and pixels that nothing may enter. */
export const SEED = { none: 0, positive: 1, negative: 2, closed: 3 } as const;

/** How much of the half width of a mask is sure to be the object; as far away from it, nothing is. */
const CORE = 0.5;

/**
 * Points are seeds themselves. Without a positive one, a mask gives its core, and what is far from it lies beside; a box
 * gives its frame and, where nothing else is in it, its middle.
 *
 * Shape: → [height · width], of `SEED`
 */
export function seedsOf({ points = [], box, mask }: Prompts, shape: readonly number[]): Uint8Array {
  const [height, width] = shape;
  const seeds = new Uint8Array(height * width);
  // The clicks made the mask that comes with them: they say more than it does.
  if (mask && points.every(({ label }) => label === 'negative')) {
    const inside = distanceTransform(
      Uint8Array.from(mask.data, (value) => Number(value > 0)),
      shape,
    );
    const outside = distanceTransform(
      Uint8Array.from(mask.data, (value) => Number(!(value > 0))),
      shape,
    );
    const halfWidth = inside.reduce(
      (most, distance) => Math.max(most, distance === Infinity ? 0 : distance),
      0,
    );
    for (let at = 0; at < seeds.length; at++) {
      if (inside[at] > 0 && inside[at] >= CORE * halfWidth) seeds[at] = SEED.positive;
      else if (outside[at] > CORE * halfWidth + 1) seeds[at] = SEED.negative;
    }
  }
  const put = (row: number, column: number, seed: number) => {
    seeds[Math.round(row) * width + Math.round(column)] = seed;
  };
  if (box) {
    const [top, bottom] = [Math.floor(box.top), Math.ceil(box.bottom)];
    const [left, right] = [Math.floor(box.left), Math.ceil(box.right)];
    for (let row = 0, at = 0; row < height; row++) {
      for (let column = 0; column < width; column++, at++) {
        const away = Math.max(top - row, row - bottom, left - column, column - right);
        if (away > 0) seeds[at] = away === 1 ? SEED.negative : SEED.closed;
      }
    }
    const clicked = points.some(({ label }) => label !== 'negative');
    if (!clicked && !seeds.includes(SEED.positive))
      put((box.top + box.bottom) / 2, (box.left + box.right) / 2, SEED.positive);
  }
  for (const { row, column, label } of points) {
    put(row, column, label === 'negative' ? SEED.negative : SEED.positive);
  }
  return seeds;
}
