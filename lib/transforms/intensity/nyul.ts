import { percentilesOf } from './percentiles';
import type { Floats, Interval } from './planes';
import { requireInterval } from './planes';

/** The scale on which landmarks are averaged. */
const STANDARD: Interval = [0, 100];
/** Landmarks nearer than this are one, as where a great part of an image is background. */
const SAME = 1e-5;

/** Landmarks of Nyúl's standardisation of one channel; plain data. */
export interface NyulLandmarks {
  /** The two percentiles between which intensities are standardised, and the deciles between them. */
  percentiles: number[];
  /** Where each of them lies on the standard scale. */
  values: number[];
}

/** @throws RangeError unless 0 ≤ lower < 10 and 90 < upper ≤ 100 */
export function requireCutoff(owner: string, cutoff: Interval): void {
  requireInterval(owner, 'cutoff', cutoff);
  if (cutoff[0] < 0 || cutoff[0] >= 10 || cutoff[1] <= 90 || cutoff[1] > 100) {
    throw new RangeError(
      `${owner}: got cutoff [${cutoff.join(', ')}]; expected a percentile from 0 to below 10 and one above 90 to 100`,
    );
  }
}

/**
 * Learns the standard scale: each image's cut-off percentiles are moved to 0 and 100, and its deciles with them; the
 * landmarks are the means over images. Equal to `HistogramStandardization.train` of TorchIO (Nyúl, Udupa & Zhang 2000,
 * "New variants of a method of MRI scale standardization").
 *
 * @throws RangeError for an image without a spread
 */
export function fitLandmarks(owner: string, images: readonly Floats[], cutoff: Interval): NyulLandmarks {
  const percentiles = [cutoff[0], ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((decile) => decile * 10), cutoff[1]];
  const values = percentiles.map(() => 0);
  images.forEach((image, number) => {
    const found = percentilesOf([image], percentiles);
    const [low, high] = [found[0], found[found.length - 1]];
    if (!(high > low)) {
      throw new RangeError(
        `${owner}: image ${number} is ${low} at both cut-off percentiles; expected a spread: pass masks of the foreground`,
      );
    }
    const slope = (STANDARD[1] - STANDARD[0]) / (high - low);
    found.forEach((value, landmark) => {
      values[landmark] += (STANDARD[0] + slope * (value - low)) / images.length;
    });
  });
  return { percentiles, values };
}

/**
 * Moves values in place so that their percentiles lie on the landmarks, linearly between two of them; beyond the cut-off
 * percentiles the outermost pieces go on. Equal to TorchIO's `HistogramStandardization`.
 *
 * @param inside the values whose percentiles count
 */
export function standardize(values: Floats, inside: Floats, landmarks: NyulLandmarks): void {
  const own = percentilesOf([inside], landmarks.percentiles);
  const target = landmarks.values;
  const pieces = own.length - 1;
  const slopes = new Float64Array(pieces);
  const intercepts = new Float64Array(pieces);
  for (let piece = 0; piece < pieces; piece++) {
    const spread = own[piece + 1] - own[piece];
    slopes[piece] = spread < SAME ? 0 : (target[piece + 1] - target[piece]) / spread;
    intercepts[piece] = target[piece] - slopes[piece] * own[piece];
  }
  const edges = Float64Array.from(own.slice(1, -1));
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    let piece = 0;
    while (piece < edges.length && value >= edges[piece]) piece++;
    values[index] = slopes[piece] * value + intercepts[piece];
  }
}
