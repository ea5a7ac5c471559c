import type { Image } from '../../io/image';
import { requireCounts } from '../../nn/options';
import {
  channelOf,
  mapChannels,
  requireFiniteSamples,
  requireNumber,
  sliceLength,
  type InFloats,
} from '../intensity/planes';
import { inverseRadon } from './inverse-radon';
import { radon, type Sinogram } from './radon';

/** Linear attenuation of water at 60 keV, about the mean energy of a scan of 120 kV, in 1/mm (NIST XCOM). */
export const WATER_ATTENUATION = 0.02059;

/** How a slice in Hounsfield units is scanned again. */
export interface ScannerOptions {
  /** Side of a pixel in mm; default 1. */
  pixelSize?: number;
  /** Projections of a full turn; default 360. More take longer and smear less. */
  projections?: number;
}

/** μ = max(μ_water · (1 + HU / 1000), 0), in 1/mm. */
export function attenuationOf(hounsfield: number): number {
  return Math.max(WATER_ATTENUATION * (1 + hounsfield / 1000), 0);
}

/** HU = 1000 · (μ / μ_water − 1) */
export function hounsfieldOf(attenuation: number): number {
  return 1000 * (attenuation / WATER_ATTENUATION - 1);
}

/** The angles of a full turn: a detector then sees a ring, and not a half of it. */
export function turnOf({ projections = 360 }: ScannerOptions): number[] {
  return Array.from({ length: projections }, (_, index) => (index * 360) / projections);
}

/** @throws RangeError for a pixel size that is not positive, and no projections */
export function requireScanner(owner: string, options: ScannerOptions): void {
  const { pixelSize = 1, projections = 360 } = options;
  requireNumber(owner, 'pixelSize', pixelSize, Number.MIN_VALUE);
  requireCounts(owner, { projections });
}

/** Line integrals ∫ μ dl of a plane of attenuations, along all rays of a full turn. */
export function scan(
  attenuations: Float32Array,
  shape: readonly number[],
  options: ScannerOptions,
): Sinogram {
  const { pixelSize = 1 } = options;
  const data = attenuations.map((value) => value * pixelSize);
  return radon({ data, shape, channels: 1 }, { angles: turnOf(options), circle: false });
}

/**
 * Adds to each slice, in Hounsfield units, the picture of what changed in its line integrals. As reconstruction is
 * linear, this is the slice reconstructed from the changed line integrals, without the blur of scanning a scan again.
 *
 * @param change of a slice: what is to be added to its line integrals
 */
export function addReconstructed<I extends Image>(
  owner: string,
  image: I,
  options: ScannerOptions,
  change: (slice: Float32Array, shape: readonly number[], index: number) => Sinogram,
): InFloats<I> {
  requireScanner(owner, options);
  const shape = image.shape.slice(-2);
  const [height, width] = shape;
  const size = Math.max(height, width);
  const length = sliceLength(image.shape);
  const { pixelSize = 1 } = options;
  const toHounsfield = 1000 / (WATER_ATTENUATION * pixelSize);
  const angles = turnOf(options);
  // The axis of rotation lies at the pixel ⌊size / 2⌋ of either picture.
  const [top, left] = shape.map((side) => Math.floor(size / 2) - Math.floor(side / 2));
  return mapChannels(owner, image, (plane) => {
    requireFiniteSamples(owner, plane);
    for (let index = 0, start = 0; start < plane.length; index++, start += length) {
      const slice = plane.subarray(start, start + length);
      const difference = change(Float32Array.from(slice), shape, index);
      const { data } = inverseRadon(difference, { angles, size, circle: false });
      for (let row = 0, at = 0; row < height; row++) {
        const from = (row + top) * size + left;
        for (let column = 0; column < width; column++) slice[at++] += data[from + column] * toHounsfield;
      }
    }
    return plane;
  });
}

/** One channel of Hounsfield units. @throws RangeError for several */
export function requireHounsfield(owner: string, image: Image): void {
  if (image.channels === 1) return;
  throw new RangeError(`${owner}: got ${image.channels} channels; expected 1, of Hounsfield units`);
}

/** Slice `index` of a mask as 0 and 1. */
export function maskSlice(mask: Image, index: number): Float32Array {
  const length = sliceLength(mask.shape);
  const values = channelOf(mask, 0).subarray(index * length, (index + 1) * length);
  return Float32Array.from(values, (value) => (value === 0 ? 0 : 1));
}
