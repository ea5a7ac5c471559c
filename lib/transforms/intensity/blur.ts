import type { Image } from '../../io/image';
import { asFloats, requireImage } from '../spatial/samples';
import { resize } from '../spatial/resize';
import { requireInterval, requireNumber, type InFloats, type Interval } from './planes';
import { uniform, type Random } from './random-numbers';
import { roundHalfEven } from './rounding';
import { smoothReflected } from './smooth';

/**
 * Gaussian smoothing, each axis after the other; equal to `scipy.ndimage.gaussian_filter` (kernels cut at 4 σ, borders
 * reflected) on floats.
 *
 * Shape: the image's, each channel on its own; float32
 *
 * @param sigma standard deviation in samples; one number, or one for each axis, where 0 leaves an axis as it is
 * @throws RangeError for negative standard deviations, or another number of them than axes
 */
export function gaussianBlur<I extends Image>(image: I, sigma: number | readonly number[]): InFloats<I> {
  const owner = 'gaussianBlur';
  requireImage(owner, image);
  const sigmas = perAxis(owner, 'sigma', sigma, image.shape.length);
  sigmas.forEach((value) => requireNumber(owner, 'sigma', value, 0));
  const data = smoothReflected(asFloats(image.data), image.shape, image.channels, sigmas);
  return { ...image, data };
}

/**
 * As if an image had been taken with fewer samples: sampled down to round(size · scale) by the nearest neighbour, and up
 * again linearly. Equal to `SimulateLowResolutionTransform` of batchgeneratorsv2, nnU-Net's.
 *
 * Shape: the image's; float32
 *
 * @param scale above 0, at most 1; one number, or one for each axis
 * @throws RangeError for other scales
 */
export function lowerResolution<I extends Image>(image: I, scale: number | readonly number[]): InFloats<I> {
  const owner = 'lowerResolution';
  requireImage(owner, image);
  const scales = perAxis(owner, 'scale', scale, image.shape.length);
  scales.forEach((value) => requireNumber(owner, 'scale', value, Number.MIN_VALUE, 1));
  const { shape } = image;
  const small = shape.map((size, axis) => Math.max(roundHalfEven(size * scales[axis]), 1));
  const still = { data: asFloats(image.data), shape, channels: image.channels };
  const down = resize(still, small, { order: 0, border: 'nearest' });
  const { data } = resize(down, shape, { order: 1, border: 'nearest' });
  return { ...image, data };
}

/** `gaussianBlur` by a drawn standard deviation, one for all axes; default [0.5, 1], nnU-Net's. @throws RangeError for no interval */
export function randomBlur<I extends Image>(
  image: I,
  options: { sigma?: Interval },
  random: Random,
): InFloats<I> {
  const { sigma = [0.5, 1] } = options;
  requireInterval('randomBlur', 'sigma', sigma);
  return gaussianBlur(image, uniform(sigma, random));
}

/** `lowerResolution` by a drawn scale, one for all axes; default [0.5, 1], nnU-Net's. @throws RangeError for no interval */
export function randomLowResolution<I extends Image>(
  image: I,
  options: { scale?: Interval },
  random: Random,
): InFloats<I> {
  const { scale = [0.5, 1] } = options;
  requireInterval('randomLowResolution', 'scale', scale);
  return lowerResolution(image, uniform(scale, random));
}

function perAxis(
  owner: string,
  name: string,
  value: number | readonly number[],
  axes: number,
): readonly number[] {
  if (typeof value === 'number') return Array.from({ length: axes }, () => value);
  if (value.length === axes) return value;
  throw new RangeError(
    `${owner}: got ${value.length} numbers of ${name}; expected ${axes}, one for each axis`,
  );
}
