import { roundHalfEven } from '../transforms/spatial/samples';

/** Whose rule places the windows, and shapes their Gaussian weights. */
export type Tiling = 'nnunet' | 'monai';

/**
 * Where windows begin along an axis that is at least as long as they are.
 *
 * - `nnunet`: as few as the overlap allows, evenly spread from end to end, so that most overlap more (`compute_steps_for_
 *   sliding_window`; half-way positions go to the even side, as NumPy rounds).
 * - `monai`: every ⌊window · (1 − overlap)⌋ samples; the last is moved back to end with the axis.
 *
 * @param overlap share of a window, 0 ≤ overlap < 1
 */
export function windowStarts(tiling: Tiling, size: number, window: number, overlap: number): number[] {
  return tiling === 'nnunet' ? evenStarts(size, window, overlap) : regularStarts(size, window, overlap);
}

function evenStarts(size: number, window: number, overlap: number): number[] {
  // 1 − 0.9 is a little below 0.1, which would cost a window.
  const step = Number((1 - overlap).toPrecision(12)) * window;
  const count = Math.ceil((size - window) / step) + 1;
  const spread = count > 1 ? (size - window) / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) => roundHalfEven(spread * index));
}

function regularStarts(size: number, window: number, overlap: number): number[] {
  const step = Math.max(1, Math.floor(window * (1 - overlap)));
  const count = Math.ceil((size - window) / step) + 1;
  return Array.from({ length: count }, (_, index) => Math.min(index * step, size - window));
}
