import type { Image, Samples } from '../../io/image';
import { asFloats, requireImage } from '../spatial/samples';
import { mapChannels, requireInterval, requireNumber, type InFloats, type Interval } from './planes';
import { normalNumbers, uniform, type Random } from './random-numbers';
import { extentOf } from './statistics';

/**
 * x + n with n of normal distribution, mean 0 and standard deviation `deviation`, drawn for each sample.
 *
 * Shape: the image's; float32
 *
 * @param deviation in units of the samples
 * @throws RangeError for a negative deviation
 */
export function addGaussianNoise<I extends Image>(image: I, deviation: number, random: Random): InFloats<I> {
  requireNumber('addGaussianNoise', 'deviation', deviation, 0);
  const normal = normalNumbers(random);
  return mapChannels('addGaussianNoise', image, (plane) => {
    for (let index = 0; index < plane.length; index++) plane[index] += normal() * deviation;
    return plane;
  });
}

/**
 * √((x + n₁)² + n₂²): noise of the magnitude of a complex signal, as in MRI; n₁ and n₂ as in `addGaussianNoise`. The
 * formula of MONAI's `RandRicianNoise`. Where there is no signal, what is left has the mean σ · √(π / 2).
 *
 * Shape: the image's, of samples from 0; float32
 *
 * @throws RangeError for a negative deviation
 */
export function addRicianNoise<I extends Image>(image: I, deviation: number, random: Random): InFloats<I> {
  requireNumber('addRicianNoise', 'deviation', deviation, 0);
  const normal = normalNumbers(random);
  return mapChannels('addRicianNoise', image, (plane) => {
    for (let index = 0; index < plane.length; index++) {
      const real = plane[index] + normal() * deviation;
      const imaginary = normal() * deviation;
      plane[index] = Math.sqrt(real * real + imaginary * imaginary);
    }
    return plane;
  });
}

export interface RandomNoiseOptions {
  /** Of the standard deviation; default [0, 0.1], for normalised images. */
  deviation?: Interval;
  /** Default 'gaussian'. */
  kind?: 'gaussian' | 'rician';
}

/** Noise of a drawn standard deviation. @throws RangeError for an interval that is none, or below 0 */
export function randomNoise<I extends Image>(
  image: I,
  options: RandomNoiseOptions,
  random: Random,
): InFloats<I> {
  const { deviation = [0, 0.1], kind = 'gaussian' } = options;
  requireInterval('randomNoise', 'deviation', deviation);
  const add = kind === 'rician' ? addRicianNoise : addGaussianNoise;
  return add(image, uniform(deviation, random), random);
}

export interface SaltAndPepperOptions {
  /** Share of samples that are replaced, 0 to 1; default 0.05. */
  amount?: number;
  /** Share of these that become `high`; default 0.5. */
  salt?: number;
  /** Default the least sample of the image. */
  low?: number;
  /** Default the greatest sample of the image. */
  high?: number;
}

/**
 * Replaces samples at random by a low and a high value; as `skimage.util.random_noise(mode='s&p')`. All channels of a
 * place are replaced together.
 *
 * Shape: the image's; of the same type
 *
 * @throws RangeError for shares outside of 0 to 1
 */
export function addSaltAndPepper<I extends Image>(
  image: I,
  options: SaltAndPepperOptions,
  random: Random,
): I {
  const owner = 'addSaltAndPepper';
  requireImage(owner, image);
  const { amount = 0.05, salt = 0.5 } = options;
  requireNumber(owner, 'amount', amount, 0, 1);
  requireNumber(owner, 'salt', salt, 0, 1);
  const [least, greatest] = extentOf([asFloats(image.data)]);
  const { low = least, high = greatest } = options;
  const data: Samples = image.data.slice();
  const { channels } = image;
  for (let start = 0; start < data.length; start += channels) {
    if (random() >= amount) continue;
    data.fill(random() < salt ? high : low, start, start + channels);
  }
  return { ...image, data };
}
