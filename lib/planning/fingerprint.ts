import type { Image } from '../io/image';
import { elementsOf, requireSpacing } from '../metrics/grid';
import { percentilesOf } from '../transforms/intensity/percentiles';
import { extentOf, momentsOf } from '../transforms/intensity/statistics';
import { cropToNonzero } from '../transforms/spatial/nonzero';
import { median } from './medians';

/** What nnU-Net takes for the spacing between the slices of images that have one slice only. */
const ONE_SLICE = 999;

/** So many values of all cases together give the statistics: nnU-Net's 10⁸ would tell no more digits that matter. */
const VALUES = 3_000_000;

/** One training case. */
export interface PlanningCase {
  /** [height, width] or [depth, height, width], any number of channels */
  image: Image;
  /** Same sizes; above 0 is foreground. */
  mask: Image;
  /** Distances of neighbouring pixels along the axes of the image, such as mm; 1 each by default. */
  spacing?: readonly number[];
}

/** Of the foreground of all cases together. */
export interface IntensityProperties {
  mean: number;
  median: number;
  /** Standard deviation. */
  std: number;
  min: number;
  max: number;
  percentile005: number;
  percentile995: number;
}

/** What nnU-Net's planner knows of a data set; no image is needed after it. */
export interface Fingerprint {
  /** [slices, rows, columns] of each case; 999 between the slices of 2-D images */
  spacings: number[][];
  /** Of each case, cut to what is not 0: [slices, rows, columns]; one slice for 2-D images */
  shapes: number[][];
  /** One entry a channel. */
  intensities: IntensityProperties[];
  /** Median over the cases of the share of voxels that cropping leaves, 0 to 1. */
  relativeSizeAfterCropping: number;
}

export interface FingerprintOptions {
  /** Foreground voxels of one case that are looked at, at most; evenly spread in it. Default 1,000,000. */
  voxelsPerCase?: number;
}

/**
 * The fingerprint of a data set, as nnU-Net's `DatasetFingerprintExtractor` makes it (Isensee et al. 2021): sizes after
 * cropping to what is not 0, spacings, and the intensities of the foreground, to which every case contributes equally.
 *
 * nnU-Net draws as many voxels from each case, at random and with replacement. Here those of a case are repeated, or
 * thinned out, evenly: what that drawing tends to, without its chance.
 *
 * @param cases one after the other, so that only one image must be in memory
 * @throws RangeError for no cases, an image and mask of different sizes, another number of channels than the first
 *   case has, values that are not finite, a spacing that is not positive, or no foreground at all
 */
export async function datasetFingerprint(
  cases: Iterable<PlanningCase> | AsyncIterable<PlanningCase>,
  { voxelsPerCase = 1_000_000 }: FingerprintOptions = {},
): Promise<Fingerprint> {
  if (!Number.isSafeInteger(voxelsPerCase) || voxelsPerCase < 1) {
    throw new RangeError(
      `datasetFingerprint: got voxelsPerCase ${voxelsPerCase}; expected an integer of at least 1`,
    );
  }
  const spacings: number[][] = [];
  const shapes: number[][] = [];
  const shares: number[] = [];
  const foregrounds: Float32Array[][] = []; // [case][channel]
  for await (const one of cases) {
    const owner = `datasetFingerprint: case ${shapes.length}`;
    const spacing = requireSpacing(owner, one.image.shape, one.spacing);
    requireSame(owner, 'channels', one.image.channels, foregrounds[0]?.length ?? one.image.channels);
    requireSame(owner, 'axes', one.image.shape.length === 2 ? 3 : one.image.shape.length, 3);
    const { image, mask } = cropToNonzero(one);
    const flat = image.shape.length === 2;
    spacings.push(flat ? [ONE_SLICE, ...spacing] : [...spacing]);
    shapes.push(flat ? [1, ...image.shape] : [...image.shape]);
    shares.push(elementsOf(image.shape) / elementsOf(one.image.shape));
    foregrounds.push(foregroundValues(owner, image, mask!, voxelsPerCase));
  }
  if (shapes.length === 0) throw new RangeError('datasetFingerprint: got no cases; expected at least one');
  const counts = new Set(foregrounds.map(([values]) => values.length).filter((count) => count > 0));
  if (counts.size === 0) {
    throw new RangeError('datasetFingerprint: got only empty masks; expected foreground (above 0) in some');
  }
  const [count] = counts.size === 1 ? counts : [Math.ceil(VALUES / shapes.length)];
  return {
    spacings,
    shapes,
    intensities: foregrounds[0].map((_, channel) =>
      intensityProperties(
        foregrounds
          .filter(([values]) => values.length > 0)
          .map((channels) => evenly(channels[channel], count)),
      ),
    ),
    relativeSizeAfterCropping: median(shares),
  };
}

/** The image's values where the mask is above 0, by channel; at most so many, evenly spread. */
function foregroundValues(owner: string, image: Image, mask: Image, most: number): Float32Array[] {
  const { data, channels } = image;
  if (!data.every(Number.isFinite)) {
    throw new RangeError(
      `${owner}: got an image with values that are not finite; expected numbers: repair the file`,
    );
  }
  let count = 0;
  for (let pixel = 0; pixel < mask.data.length; pixel++) if (mask.data[pixel] > 0) count++;
  const kept = Math.min(count, most);
  const values = Array.from({ length: channels }, () => new Float32Array(kept));
  const rank = (index: number) => Math.floor((index + 0.5) * (count / kept));
  for (let pixel = 0, seen = 0, taken = 0; taken < kept; pixel++) {
    if (!(mask.data[pixel] > 0) || seen++ !== rank(taken)) continue;
    for (let channel = 0; channel < channels; channel++) {
      values[channel][taken] = data[pixel * channels + channel];
    }
    taken++;
  }
  return values;
}

/** `count` values out of these in their order, each as often as any other, or once more. */
function evenly(values: Float32Array, count: number): Float32Array {
  if (values.length === count) return values;
  const chosen = new Float32Array(count);
  const step = values.length / count;
  for (let index = 0; index < count; index++) chosen[index] = values[Math.floor((index + 0.5) * step)];
  return chosen;
}

/** Statistics of all values together, as NumPy computes them. */
function intensityProperties(parts: readonly Float32Array[]): IntensityProperties {
  const { mean, deviation } = momentsOf(parts);
  const [min, max] = extentOf(parts);
  const [percentile005, middle, percentile995] = percentilesOf(parts, [0.5, 50, 99.5]);
  return { mean, median: middle, std: deviation, min, max, percentile005, percentile995 };
}

function requireSame(owner: string, what: string, got: number, expected: number): void {
  if (got !== expected) throw new RangeError(`${owner}: got ${got} ${what}; expected ${expected}`);
}
