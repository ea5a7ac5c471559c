import type { ImageStack, Pixels } from '../io/image-stack';
import { flipColumns, flipRows, viewPages } from './view';

/**
 * Top becomes bottom in every page; equal to `numpy.flip(pages, axis=1)`.
 *
 * Shape: [pages, height, width] → the same
 */
export function flipVertical<T extends Pixels>(stack: ImageStack<T>): ImageStack<T> {
  return viewPages(stack, flipRows);
}

/**
 * Left becomes right in every page; equal to `numpy.flip(pages, axis=2)`.
 *
 * Shape: [pages, height, width] → the same
 */
export function flipHorizontal<T extends Pixels>(stack: ImageStack<T>): ImageStack<T> {
  return viewPages(stack, flipColumns);
}
