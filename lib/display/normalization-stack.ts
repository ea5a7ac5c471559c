import type { Volume } from '../io/image';
import type { Floats, Interval } from '../transforms/intensity/planes';
import { requireFiniteSamples } from '../transforms/intensity/planes';
import { fitScaling, type Scaling } from '../transforms/intensity/scaling';
import { extentOf, momentsOf } from '../transforms/intensity/statistics';
import { resize } from '../transforms/spatial/resize';
import { asFloats } from '../transforms/spatial/samples';
import type { NormalizationData, NormalizationPane } from './normalization-view';
import type { Raster } from './png';

/** Slices below one another in one picture: a page decodes it in a few milliseconds. */
export const SLICES_PER_SHEET = 16;
const BINS = 128;
/** Bytes for values below, and for values above those that are drawn in greys. */
const BEYOND = 8;

/** The panes' data, measured on the volume as it is, and its slices as bytes of the size that is drawn. */
export interface NormalizationStack extends Omit<NormalizationData, 'reference'> {
  slices: Raster[];
}

/**
 * Measures a volume and reduces its slices to bytes, of which `levels` tells the values.
 *
 * @param grey values of the volume that are drawn black and white; the panes' greys are what normalising the volume makes
 *   of them
 * @param size of the longer side of the pictures in pixels, at most
 * @throws RangeError for values that are NaN or infinite
 */
export function normalizationStack(
  owner: string,
  volume: Volume,
  { grey, size }: { grey?: Interval; size: number },
): NormalizationStack {
  const [depth, height, width] = volume.shape;
  const area = height * width;
  const all = asFloats(volume.data);
  requireFiniteSamples(owner, all);
  const planes = Array.from({ length: depth }, (_, at) => all.subarray(at * area, (at + 1) * area));
  const [lowest, highest] = extentOf(planes);
  const drawn = grey ?? ([lowest, highest > lowest ? highest : lowest + 1] as const);
  const bins = { low: lowest, width: (highest - lowest || 1) / BINS };
  const histograms = planes.map((plane) => countsOf(plane, bins));
  const code = codeOf([lowest, highest], drawn);
  const shrink = Math.min(1, size / Math.max(height, width));
  const shape = [height, width].map((side) => Math.max(1, Math.round(side * shrink)));
  return {
    panes: panesOf(planes, drawn),
    levels: levelsOf([lowest, highest], drawn),
    statistics: planes.map((plane) => {
      const { mean, deviation } = momentsOf([plane]);
      return [...extentOf([plane]), mean, deviation];
    }),
    histograms,
    bins,
    most: histograms.reduce((most, counts) => Math.max(most, ...counts), 1),
    slices: planes.map((plane) => {
      // Half of the size is the mean of 2 × 2 pixels; smaller ones are smoothed first.
      const small = resize({ data: plane, shape: [height, width], channels: 1 }, shape, {
        antiAliasing: shrink < 0.5,
      });
      return {
        data: Uint8Array.from(small.data, code),
        height: shape[0],
        width: shape[1],
        channels: 1 as const,
      };
    }),
  };
}

/** The slices as lossless WebP, `SLICES_PER_SHEET` below one another, in base64: half as large as PNG. */
export async function sheetsOf(slices: readonly Raster[]): Promise<string[]> {
  const { default: sharp } = await import('sharp');
  const [{ height, width }] = slices;
  const count = Math.ceil(slices.length / SLICES_PER_SHEET);
  return Promise.all(
    Array.from({ length: count }, async (_, sheet) => {
      const own = slices.slice(sheet * SLICES_PER_SHEET, (sheet + 1) * SLICES_PER_SHEET);
      const data = new Uint8Array(own.length * height * width);
      own.forEach((slice, at) => data.set(slice.data, at * height * width));
      const raw = { width, height: own.length * height, channels: 1 } as const;
      return (await sharp(data, { raw }).webp({ lossless: true, effort: 1 }).toBuffer()).toString('base64');
    }),
  );
}

function panesOf(planes: readonly Floats[], [black, white]: Interval): NormalizationPane[] {
  const lowest = planes.map((plane) => extentOf([plane])[0]);
  const both = (name: string, method: 'z-score' | 'min-max'): NormalizationPane[] => {
    const ofSlices = planes.map((plane) => fitScaling(method, [plane], {}));
    const ofVolume = fitScaling(method, planes, {});
    // Both scopes have one axis, long enough for all slices' greys.
    const ends = [ofSlices, planes.map(() => ofVolume)].flatMap((scalings) =>
      scalings.flatMap((scaling, slice) => [scaled(lowest[slice], scaling), scaled(white, scaling)]),
    );
    const shared = {
      grey: [scaled(black, ofVolume), scaled(white, ofVolume)],
      axis: [Math.min(...ends), Math.max(...ends)],
      decimals: 2,
    } as const;
    return [
      { name: `${name}, each slice`, maps: ofSlices.map(gainAndOffset), ...shared },
      { name: `${name}, volume`, maps: [gainAndOffset(ofVolume)], ...shared },
    ];
  };
  const axis = [Math.min(black, ...lowest), white] as const;
  return [
    { name: 'raw', maps: [[1, 0]], grey: [black, white], axis, decimals: 0 },
    ...both('z-score', 'z-score'),
    ...both('min–max', 'min-max'),
  ];
}

const scaled = (value: number, { centre, gain, offset }: Scaling) => (value - centre) * gain + offset;
const gainAndOffset = ({ centre, gain, offset }: Scaling) => [gain, offset - centre * gain] as const;

function countsOf(plane: Floats, { low, width }: { low: number; width: number }): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (let at = 0; at < plane.length; at++) {
    counts[Math.min(BINS - 1, Math.floor((plane[at] - low) / width))]++;
  }
  return counts;
}

/** Values at which bytes begin: few beyond the greys, evenly within. One more than there are bytes. */
function edgesOf([lowest, highest]: Interval, [black, white]: Interval): number[] {
  const between = (from: number, to: number, steps: number) =>
    Array.from({ length: steps }, (_, step) => from + ((to - from) * step) / steps);
  const [first, last] = [Math.min(lowest, black), Math.max(highest, white)];
  return [
    ...between(first, black, BEYOND),
    ...between(black, white, 256 - 2 * BEYOND),
    ...between(white, last, BEYOND),
    last,
  ];
}

/** The middle of each byte's values. */
function levelsOf(extent: Interval, grey: Interval): number[] {
  const edges = edgesOf(extent, grey);
  return Array.from({ length: 256 }, (_, code) => (edges[code] + edges[code + 1]) / 2);
}

function codeOf(extent: Interval, grey: Interval): (value: number) => number {
  const edges = edgesOf(extent, grey);
  const [first, black, white, last] = [0, BEYOND, 256 - BEYOND, 256].map((edge) => edges[edge]);
  const within = (value: number, from: number, to: number, steps: number) =>
    Math.min(steps - 1, Math.max(0, Math.floor(((value - from) / (to - from)) * steps)));
  return (value) => {
    if (value < black) return within(value, first, black, BEYOND);
    if (value < white) return BEYOND + within(value, black, white, 256 - 2 * BEYOND);
    // Nothing lies above white where it is the volume's highest value.
    return last > white ? 256 - BEYOND + within(value, white, last, BEYOND) : 255 - BEYOND;
  };
}
