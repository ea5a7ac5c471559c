import type { ImageStack, Pixels } from '../io/image-stack';
import { flipColumns, flipRows, turn, viewPages, type PlaneView } from './view';

/** One of the eight ways to lay a square image on itself (each reached twice: 2 × 2 flips × 4 turns). */
export interface FlipRotate {
  vertical: boolean;
  horizontal: boolean;
  /** Quarter turns counter-clockwise after the flips, 0 to 3. */
  turns: number;
}

/** Draws each flip with probability ½ and 0 to 3 quarter turns with probability ¼ each. */
export function drawFlipRotate(random: () => number): FlipRotate {
  return { vertical: random() < 0.5, horizontal: random() < 0.5, turns: Math.floor(random() * 4) };
}

/** The view of an image after the flips, then the turns. */
export function flipRotateView(view: PlaneView, { vertical, horizontal, turns }: FlipRotate): PlaneView {
  const flippedRows = vertical ? flipRows(view) : view;
  return turn(horizontal ? flipColumns(flippedRows) : flippedRows, turns);
}

/**
 * Flips and turns image and mask alike, at random.
 *
 * Shape: [pages, height, width] each → the same; height and width change places for an odd number of turns
 *
 * @param random uniform numbers in [0, 1), such as `seededRandom(seed)`; three are drawn
 * @throws RangeError when image and mask differ in size
 */
export function randomFlipRotate<I extends Pixels, M extends Pixels>(
  sample: { image: ImageStack<I>; mask: ImageStack<M> },
  random: () => number,
): { image: ImageStack<I>; mask: ImageStack<M> } {
  const { image, mask } = sample;
  if (image.pages !== mask.pages || image.height !== mask.height || image.width !== mask.width) {
    throw new RangeError(
      `randomFlipRotate: image is ${image.pages}×${image.height}×${image.width}, mask is ` +
        `${mask.pages}×${mask.height}×${mask.width}; expected the same size`,
    );
  }
  const drawn = drawFlipRotate(random);
  return {
    image: viewPages(image, (view) => flipRotateView(view, drawn)),
    mask: viewPages(mask, (view) => flipRotateView(view, drawn)),
  };
}
