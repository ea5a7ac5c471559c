import { distanceTransform } from '../metrics/distance-transform';
import { eachPixel, windowOf } from './mask-window';
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
    putMaskSeeds(seeds, mask.data, shape);
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

/** Distances are computed only as far from the mask as they count. */
function putMaskSeeds(seeds: Uint8Array, mask: ArrayLike<number>, shape: readonly number[]): void {
  const width = shape[1];
  const inner = windowOf(mask, shape, 1)!;
  const depths = distanceTransform(inner.data, inner.shape);
  let halfWidth = 0;
  for (const depth of depths) if (depth !== Infinity && depth > halfWidth) halfWidth = depth;
  const far = CORE * halfWidth + 1;
  const outer = windowOf(mask, shape, Math.ceil(far))!;
  const outside = outer.data.map((inside) => 1 - inside);
  const distances = distanceTransform(outside, outer.shape);
  seeds.fill(SEED.negative);
  eachPixel(outer, width, (at, place) => {
    if (distances[at] <= far) seeds[place] = SEED.none;
  });
  eachPixel(inner, width, (at, place) => {
    if (depths[at] > 0 && depths[at] >= CORE * halfWidth) seeds[place] = SEED.positive;
  });
}
