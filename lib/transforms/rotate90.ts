import type { ImageStack, Pixels } from '../io/image-stack';
import { turn, viewPages } from './view';

/**
 * Quarter turns counter-clockwise in every page; equal to `numpy.rot90(pages, turns, axes=(1, 2))`.
 *
 * Shape: [pages, height, width] → the same for an even number of turns, [pages, width, height] for an odd one
 *
 * @param turns any integer; negative turns clockwise
 * @throws RangeError when `turns` is not an integer
 */
export function rotate90<T extends Pixels>(stack: ImageStack<T>, turns = 1): ImageStack<T> {
  if (!Number.isInteger(turns)) {
    throw new RangeError(`rotate90: got ${turns} turns; expected an integer number of quarter turns`);
  }
  return viewPages(stack, (view) => turn(view, ((turns % 4) + 4) % 4));
}
