import type { Image } from '../../io/image';
import { requireCounts } from '../../nn/options';
import { integerLimits } from '../spatial/samples';
import {
  insideOf,
  mapChannels,
  requireFiniteSamples,
  valuesInside,
  type Floats,
  type InFloats,
} from './planes';
import { extentOf } from './statistics';

/** Most bins that integers may need: one for each value from the least to the greatest. */
const MOST_BINS = 2 ** 24;

export interface EqualizeHistogramOptions {
  /** Bins of the histogram of floats; default 256. Each integer has a bin of its own. */
  bins?: number;
  /** Where samples are counted: where this is not 0. All samples are changed. */
  mask?: Image;
}

/**
 * The share of samples up to each sample's value, so that all grey levels are about as frequent: the cumulative
 * histogram, linear between the centres of bins, from 0 to 1. Equal to `skimage.exposure.equalize_hist`, to single
 * precision.
 *
 * Shape: the image's, each channel on its own; float32
 *
 * @throws RangeError for samples that are NaN or infinite, integers more than 2²⁴ apart, and an empty mask
 */
export function equalizeHistogram<I extends Image>(
  image: I,
  options: EqualizeHistogramOptions = {},
): InFloats<I> {
  const owner = 'equalizeHistogram';
  const { bins = 256, mask } = options;
  requireCounts(owner, { bins });
  const inside = insideOf(owner, image, mask);
  const whole = integerLimits(image.data) !== undefined;
  return mapChannels(owner, image, (plane) => {
    requireFiniteSamples(owner, plane);
    const counted = valuesInside(plane, inside);
    return whole ? equalizeIntegers(owner, plane, counted) : equalizeFloats(plane, counted, bins);
  });
}

function equalizeIntegers(owner: string, plane: Floats, counted: Floats): Float32Array {
  const [low, high] = extentOf([counted]);
  const bins = high - low + 1;
  if (bins > MOST_BINS) {
    throw new RangeError(
      `${owner}: got integers from ${low} to ${high}; expected at most ${MOST_BINS} different ones: pass floats`,
    );
  }
  const counts = new Float64Array(bins);
  for (let index = 0; index < counted.length; index++) counts[counted[index] - low]++;
  const shares = new Float32Array(cumulative(counts));
  const result = new Float32Array(plane.length);
  for (let index = 0; index < plane.length; index++) {
    const bin = plane[index] - low;
    result[index] = shares[bin < 0 ? 0 : bin >= bins ? bins - 1 : bin];
  }
  return result;
}

function equalizeFloats(plane: Floats, counted: Floats, bins: number): Float32Array {
  const edges = edgesOf(counted, bins);
  const first = edges[0];
  const perBin = bins / (edges[bins] - first);
  const counts = new Float64Array(bins);
  for (let index = 0; index < counted.length; index++) {
    const value = counted[index];
    let bin = Math.min(((value - first) * perBin) | 0, bins - 1);
    // The quotient may be rounded across an edge.
    if (value < edges[bin]) bin--;
    else if (value >= edges[bin + 1] && bin < bins - 1) bin++;
    counts[bin]++;
  }
  const single = counted instanceof Float32Array;
  const shares = single ? Float64Array.from(new Float32Array(cumulative(counts))) : cumulative(counts);
  const centres = new Float64Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    const middle = edges[bin] + edges[bin + 1];
    centres[bin] = (single ? Math.fround(middle) : middle) / 2;
  }
  return interpolate(plane, centres, shares, perBin);
}

/** The edges of equal bins from the least to the greatest value, in the precision of the values, as NumPy's. */
function edgesOf(counted: Floats, bins: number): Float64Array {
  let [low, high] = extentOf([counted]);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const round = counted instanceof Float32Array ? Math.fround : (value: number) => value;
  const step = round(round(high - low) / bins);
  const edges = Float64Array.from({ length: bins + 1 }, (_, index) => round(round(index * step) + low));
  edges[bins] = high;
  return edges;
}

function cumulative(counts: Float64Array): Float64Array {
  const shares = new Float64Array(counts.length);
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) shares[bin] = sum += counts[bin];
  for (let bin = 0; bin < counts.length; bin++) shares[bin] /= sum;
  return shares;
}

/** The piecewise linear function through (centres, shares), constant beyond them; centres are `1 / perBin` apart. */
function interpolate(
  plane: Floats,
  centres: Float64Array,
  shares: Float64Array,
  perBin: number,
): Float32Array {
  const last = centres.length - 1;
  const slopes = new Float64Array(last + 1);
  for (let bin = 0; bin < last; bin++) {
    slopes[bin] = (shares[bin + 1] - shares[bin]) / (centres[bin + 1] - centres[bin]);
  }
  const first = centres[0];
  const result = new Float32Array(plane.length);
  for (let index = 0; index < plane.length; index++) {
    const value = plane[index];
    if (value <= first) {
      result[index] = shares[0];
      continue;
    }
    if (value >= centres[last]) {
      result[index] = shares[last];
      continue;
    }
    let bin = ((value - first) * perBin) | 0;
    if (bin >= last || value < centres[bin]) bin--;
    else if (value >= centres[bin + 1]) bin++;
    result[index] = slopes[bin] * (value - centres[bin]) + shares[bin];
  }
  return result;
}
