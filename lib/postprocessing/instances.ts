import { connectedComponents } from '../metrics/components';
import { distanceTransform } from '../metrics/distance-transform';
import { requireGrid } from '../metrics/grid';
import { smoothGaussian } from '../transforms/spatial/gaussian';
import { removeSmallComponents } from './components';
import { dilation } from './morphology';
import { watershed } from './watershed';

export interface SeparationOptions {
  /** From which probability on an element is inside; default 0.5. */
  threshold?: number;
  /** Components of the mask with fewer elements are dropped; default 1. */
  minimumSize?: number;
  /**
   * How far apart in elements, along an axis, the centres of two touching instances are at least; default 5. Smaller: more
   * instances.
   */
  separation?: number;
  /** Standard deviation in elements of the smoothing of the distances, which takes away false centres; default 2. */
  smoothing?: number;
  /** Distance of neighbours along each axis, default 1. */
  spacing?: readonly number[];
}

/**
 * Instances of touching round objects, such as nuclei, from the probability that an element is inside one: the map is
 * thresholded, and the watershed of the distances to the outside separates what their maxima are the centres of.
 *
 * A centre is where the smoothed distance is the largest within `separation`; every component of the mask keeps at least
 * one instance.
 *
 * @param probabilities row-major (last axis fastest), or a mask of 0 and 1
 * @param shape [height, width] or [depth, height, width]
 * @returns 0 outside, instances from 1
 * @throws RangeError for a shape or a spacing that does not fit, options out of range, and probabilities that are NaN
 */
export function separateInstances(
  probabilities: ArrayLike<number>,
  shape: readonly number[],
  { threshold = 0.5, minimumSize = 1, separation = 5, smoothing = 2, spacing }: SeparationOptions = {},
): Int32Array {
  requireOptions({ threshold, separation, smoothing });
  const mask = removeSmallComponents(thresholded(probabilities, shape, threshold), shape, minimumSize);
  const distances = Float32Array.from(distanceTransform(mask, shape, spacing));
  if (!Number.isFinite(distances[0])) return new Int32Array(mask.length).fill(1);
  const smooth = smoothGaussian(
    distances,
    shape,
    1,
    shape.map(() => smoothing),
    'reflect',
  );

  const largest = dilation(smooth, shape, { element: 'square', radius: separation });
  const centres = new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) if (mask[at] && smooth[at] === largest[at]) centres[at] = 1;
  const markers = connectedComponents(centres, shape, shape.length === 2 ? 8 : 26);
  for (let at = 0; at < smooth.length; at++) smooth[at] = -smooth[at];
  const labels = watershed(smooth, markers.labels, shape, { mask });
  return withTheRest(labels, markers.count, mask, shape);
}

/** Small components beside a large one have no centre, and each becomes an instance. */
function withTheRest(
  labels: Int32Array,
  count: number,
  mask: Uint8Array,
  shape: readonly number[],
): Int32Array {
  const rest = new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) if (mask[at] && labels[at] === 0) rest[at] = 1;
  const others = connectedComponents(rest, shape).labels;
  for (let at = 0; at < mask.length; at++) if (others[at]) labels[at] = count + others[at];
  return labels;
}

function thresholded(
  probabilities: ArrayLike<number>,
  shape: readonly number[],
  threshold: number,
): Uint8Array {
  requireGrid('separateInstances', probabilities, shape);
  const mask = new Uint8Array(probabilities.length);
  for (let at = 0; at < mask.length; at++) {
    if (probabilities[at] >= threshold) mask[at] = 1;
    else if (Number.isNaN(probabilities[at])) {
      throw new RangeError(`separateInstances: got NaN at index ${at}; expected probabilities`);
    }
  }
  return mask;
}

function requireOptions(options: { threshold: number; separation: number; smoothing: number }): void {
  const { threshold, separation, smoothing } = options;
  if (
    Number.isNaN(threshold) ||
    !(separation >= 1 && separation < Infinity) ||
    !(smoothing >= 0 && smoothing < 100)
  ) {
    throw new RangeError(
      `separateInstances: got threshold ${threshold}, separation ${separation} and smoothing ${smoothing}; expected ` +
        'numbers: a separation of at least 1, a smoothing from 0 to 100',
    );
  }
}
