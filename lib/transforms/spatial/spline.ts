import { foldIndex, type Border } from './borders';

/** How a line goes on where the spline filter runs over its ends. */
export type FilterBorder = 'mirror' | 'reflect' | 'grid-wrap';

/** As `scipy.ndimage.spline_filter1d`, which has no exact filter for the other borders. */
export function filterBorder(border: Border): FilterBorder {
  if (border === 'grid-wrap') return 'grid-wrap';
  return border === 'reflect' || border === 'nearest' ? 'reflect' : 'mirror';
}

/**
 * Samples by which lines are continued before they are filtered, where the filter cannot know what lies outside. The
 * filter forgets by 0.27 a sample, so that an error at the padded end is 10⁻⁷ of itself here.
 */
export function splinePadding(border: Border): number {
  return border === 'nearest' || border === 'grid-constant' ? 12 : 0;
}

/** The pole of the cubic B-spline's inverse filter. */
const POLE = Math.sqrt(3) - 2;
/** Where the pole's powers no longer count in double precision. */
const HORIZON = 30;

/** What the samples are multiplied by: (1 − pole)(1 − 1/pole). */
export const SPLINE_GAIN = 6;

/**
 * Turns samples, times `SPLINE_GAIN`, into cubic B-spline coefficients c, in place: Σₖ c(k) β³(x − k) goes through all
 * samples. A causal and an anticausal recursion (Unser, Aldroubi and Eden 1993, "B-spline signal processing", eq. 2.5);
 * equals `scipy.ndimage.spline_filter1d(order=3)`.
 *
 * @param lines `lanes` lines beside each other: sample i of lane l at i · lanes + l, so that one loop has independent sums
 */
export function filterSplines(lines: Float64Array, size: number, lanes: number, border: FilterBorder): void {
  const end = size * lanes;
  if (size === 1) {
    for (let lane = 0; lane < lanes; lane++) lines[lane] /= SPLINE_GAIN;
    return;
  }
  for (let lane = 0; lane < lanes; lane++) {
    let sum = 0;
    let power = 1;
    for (let back = 0; back < HORIZON; back++, power *= POLE) {
      sum += power * lines[foldIndex(-back, size, border) * lanes + lane];
    }
    lines[lane] = sum;
  }
  for (let at = lanes; at < end; at++) lines[at] += POLE * lines[at - lanes];
  const last = end - lanes;
  for (let lane = 0; lane < lanes; lane++) {
    const value = lines[last + lane];
    if (border === 'mirror') {
      lines[last + lane] = ((POLE * lines[last - lanes + lane] + value) * POLE) / (POLE * POLE - 1);
    } else if (border === 'reflect') {
      lines[last + lane] = (value * POLE) / (POLE - 1);
    } else {
      let sum = 0;
      let power = 1;
      for (let ahead = 0; ahead < HORIZON; ahead++, power *= POLE) {
        sum += power * lines[foldIndex(size - 1 + ahead, size, border) * lanes + lane];
      }
      lines[last + lane] = -POLE * sum;
    }
  }
  for (let at = last - 1; at >= 0; at--) lines[at] = POLE * (lines[at + lanes] - lines[at]);
}

/**
 * Weights of the coefficients ⌊x⌋ − 1 … ⌊x⌋ + 2 in the spline's value at x.
 *
 * @param fraction x − ⌊x⌋
 */
export function cubicWeights(fraction: number, weights: Float64Array, at: number): void {
  const rest = 1 - fraction;
  weights[at] = (rest * rest * rest) / 6;
  weights[at + 1] = (fraction * fraction * (fraction - 2) * 3 + 4) / 6;
  weights[at + 2] = (rest * rest * (rest - 2) * 3 + 4) / 6;
  weights[at + 3] = (fraction * fraction * fraction) / 6;
}
