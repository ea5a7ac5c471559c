import { requireOneOf } from '../../nn/options';
import { percentilesOf } from './percentiles';
import type { Floats, Interval } from './planes';
import { requireInterval } from './planes';
import { extentOf, momentsOf } from './statistics';

/** Of what a method takes its statistics: each slice, each image, or all images it is fitted on. */
export type Scope = 'slice' | 'volume' | 'dataset';

/** The methods that clip and move samples: (min(max(x, lower), upper) − centre) · gain + offset. */
export type ScalingMethod = 'min-max' | 'z-score' | 'percentile' | 'median-iqr' | 'nnunet-ct';
export const SCALING_METHODS: readonly ScalingMethod[] = [
  'min-max',
  'z-score',
  'percentile',
  'median-iqr',
  'nnunet-ct',
];

export interface ScalingOptions {
  /** What the least and greatest sample become; default [0, 1] for 'min-max', and no scaling for 'percentile'. */
  range?: Interval;
  /** Percentiles at which 'percentile' clips; default [0.5, 99.5]. */
  percentiles?: Interval;
}

/** (min(max(x, clip[0]), clip[1]) − centre) · gain + offset; plain data, so that it can be stored as JSON. */
export interface Scaling {
  clip?: Interval;
  centre: number;
  gain: number;
  offset: number;
}

/** @throws RangeError for an unknown method, and a range or percentiles that are none */
export function requireScaling(owner: string, method: ScalingMethod, options: ScalingOptions): void {
  requireOneOf(owner, 'method', method, SCALING_METHODS);
  const { range, percentiles } = options;
  if (range) requireInterval(owner, 'range', range);
  if (percentiles) requirePercentiles(owner, percentiles);
}

/** @throws RangeError unless 0 ≤ lower < upper ≤ 100 */
export function requirePercentiles(owner: string, percentiles: Interval): void {
  requireInterval(owner, 'percentiles', percentiles);
  if (percentiles[0] < 0 || percentiles[1] > 100) {
    throw new RangeError(
      `${owner}: got percentiles [${percentiles.join(', ')}]; expected numbers from 0 to 100`,
    );
  }
}

/** The scaling that a method asks for, by the statistics of all values together. */
export function fitScaling(
  method: ScalingMethod,
  parts: readonly Floats[],
  options: ScalingOptions,
): Scaling {
  if (method === 'min-max') return between(extentOf(parts), options.range ?? [0, 1]);
  if (method === 'z-score') {
    const { mean, deviation } = momentsOf(parts);
    return { centre: mean, gain: inverse(deviation), offset: 0 };
  }
  if (method === 'median-iqr') {
    const [lower, median, upper] = percentilesOf(parts, [25, 50, 75]);
    return { centre: median, gain: inverse(upper - lower), offset: 0 };
  }
  if (method === 'nnunet-ct') {
    const [lower, upper] = percentilesOf(parts, [0.5, 99.5]);
    const { mean, deviation } = momentsOf(parts);
    return { clip: [lower, upper], centre: mean, gain: inverse(deviation), offset: 0 };
  }
  const [lower, upper] = percentilesOf(parts, options.percentiles ?? [0.5, 99.5]);
  const clip: Interval = [lower, upper];
  return options.range ? { clip, ...between(clip, options.range) } : { clip, centre: 0, gain: 1, offset: 0 };
}

/** Maps one interval to another. */
export function between([low, high]: Interval, [first, last]: Interval): Scaling {
  return { centre: low, gain: (last - first) * inverse(high - low), offset: first };
}

/** Where all values are one, there is nothing to spread. */
const inverse = (spread: number) => (spread > 0 ? 1 / spread : 1);

/** Scales values in place. */
export function scale(values: Floats, { clip, centre, gain, offset }: Scaling): void {
  if (clip) {
    const [lower, upper] = clip;
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (value < lower) values[index] = lower;
      else if (value > upper) values[index] = upper;
    }
  }
  if (centre === 0 && gain === 1 && offset === 0) return;
  for (let index = 0; index < values.length; index++) {
    values[index] = (values[index] - centre) * gain + offset;
  }
}
