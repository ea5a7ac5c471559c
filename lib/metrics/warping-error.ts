import { stepsOf, type PlaneConnectivity } from './connectivity';
import { Values } from './confusion';
import { PaddedMask } from './padded-mask';
import { RankHeap } from './rank-heap';
import { topologicalErrors, TopologicalErrors } from './topological-errors';

export interface WarpingErrorOptions {
  /** Of the foreground; the background has the other one. Default 4. */
  connectivity?: PlaneConnectivity;
  /** From which value on the prediction is foreground; default 0.5. */
  threshold?: number;
  /** Where the truth may be flipped: non-zero; default everywhere. */
  mask?: Values;
}

/** What is left of the disagreement when the truth has been warped towards the prediction. */
export interface WarpingError {
  /** Pixels in disagreement, as a share of all. */
  error: number;
  /** Pixels in disagreement. */
  pixels: number;
  /** Groups of these pixels by what each one would do to the truth's objects and holes. */
  errors: TopologicalErrors;
  /** The warped truth, 0/1. */
  warped: Uint8Array;
}

/**
 * Warping error (Jain et al. 2010, "Boundary learning by optimization with topological constraints"): the pixels where
 * the prediction still differs from the truth after the truth's borders have been moved as far as its topology allows.
 * Borders that are drawn a little elsewhere cost nothing; splits, mergers and missed objects cost their pixels.
 *
 * The truth is warped as there: of its simple points, whose flip changes neither objects nor holes, that differ from
 * the prediction and lie in the mask, the one whose prediction is farthest from the threshold is flipped, until none
 * is left. Of equally far ones the first in the image goes first (at random in the paper). The result is a local
 * minimum, as there. What lies beyond the image is background.
 *
 * Give objects as foreground, for electron micrographs cells: 1 − membrane.
 *
 * @param prediction probability of foreground or a mask, rows of `width` values, top-left first
 * @param truth a mask of the same pixels; foreground where the value ≥ 0.5
 * @throws RangeError for no pixels, different lengths, rows that do not fit, NaN, a connectivity other than 4 or 8, a
 *   threshold that is NaN
 */
export function warpingError(
  prediction: Values,
  truth: Values,
  width: number,
  { connectivity = 4, threshold = 0.5, mask }: WarpingErrorOptions = {},
): WarpingError {
  requirePixels(prediction, truth, width, mask);
  stepsOf('warpingError', [truth.length / width, width], connectivity);
  if (Number.isNaN(threshold)) {
    throw new RangeError('warpingError: got threshold NaN; expected a number such as 0.5');
  }
  const target = binarized('predicted', prediction, threshold);
  const image = new PaddedMask(binarized('true', truth, 0.5), width, connectivity);
  warp(image, target, confidenceOrder(prediction, threshold), mask);

  const warped = image.cropped();
  const differs = Uint8Array.from(target, (value, index) => (value !== warped[index] ? 1 : 0));
  const pixels = differs.reduce((sum, one) => sum + one, 0);
  const errors = topologicalErrors(image, differs, width, connectivity);
  return { error: pixels / target.length, pixels, errors, warped };
}

function warp(image: PaddedMask, target: Uint8Array, order: Uint32Array, mask: Values | undefined): void {
  // By padded position, which no frame pixel has: the rank of pixels that may and should be flipped, from 1.
  const ranks = new Uint32Array(image.values.length);
  order.forEach((index, rank) => {
    if (!mask || mask[index]) ranks[image.at(index)] = rank + 1;
  });
  const isCandidate = (at: number, rank: number) =>
    rank > 0 && image.values[at] !== target[order[rank - 1]] && image.eulerChange(at) === 0;
  const heap = new RankHeap();
  ranks.forEach((rank, at) => isCandidate(at, rank) && heap.push(rank));
  for (let rank = heap.pop(); rank !== undefined; rank = heap.pop()) {
    const at = image.at(order[rank - 1]);
    if (!isCandidate(at, rank)) continue;
    image.values[at] = 1 - image.values[at];
    for (const offset of image.neighbours) {
      if (isCandidate(at + offset, ranks[at + offset])) heap.push(ranks[at + offset]);
    }
  }
}

/** Pixels by how far their prediction is from the threshold, farthest first; equally far ones in the image's order. */
function confidenceOrder(prediction: Values, threshold: number): Uint32Array {
  const distances = Float64Array.from(prediction, (value) => Math.abs(value - threshold));
  return Uint32Array.from(distances, (_, index) => index).sort(
    (a, b) => distances[b] - distances[a] || a - b,
  );
}

function binarized(name: string, values: Values, threshold: number): Uint8Array {
  return Uint8Array.from(values, (value, index) => {
    if (Number.isNaN(value)) {
      throw new RangeError(`warpingError: got NaN for ${name} value ${index}; expected numbers`);
    }
    return value >= threshold ? 1 : 0;
  });
}

function requirePixels(prediction: Values, truth: Values, width: number, mask: Values | undefined): void {
  if (prediction.length !== truth.length || (mask && mask.length !== truth.length)) {
    const masked = mask ? ` and ${mask.length} mask values` : '';
    throw new RangeError(
      `warpingError: got ${prediction.length} predicted, ${truth.length} true${masked}; expected as many of each`,
    );
  }
  if (truth.length === 0 || !Number.isSafeInteger(width) || width < 1 || truth.length % width !== 0) {
    throw new RangeError(`warpingError: got width ${width} for ${truth.length} pixels; expected whole rows`);
  }
}
