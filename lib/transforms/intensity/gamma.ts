import type { Image } from '../../io/image';
import {
  mapChannels,
  requireFiniteSamples,
  requireInterval,
  requireNumber,
  type Floats,
  type InFloats,
  type Interval,
} from './planes';
import { factorBetween, type Random } from './random-numbers';
import { extentOf, momentsOf } from './statistics';

/** Keeps quotients finite where all samples are equal, as in batchgenerators. */
const RANGE_EPSILON = 1e-7;
const DEVIATION_EPSILON = 1e-8;

export interface GammaOptions {
  /** Positive; above 1 darkens the middle greys, below 1 lightens them. */
  gamma: number;
  /** Whether mean and standard deviation are brought back to those of before; default false. */
  keepStatistics?: boolean;
  /** Whether the image is negated before and after, which bends the other end of its greys; default false. */
  invert?: boolean;
}

/**
 * ((x − min) / (r + ε))^γ · (r + ε) + min of each channel, with r = max − min; equal to `augment_gamma` of
 * batchgenerators, per channel.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError for a gamma that is not positive, and samples that are NaN or infinite
 */
export function adjustGamma<I extends Image>(image: I, options: GammaOptions): InFloats<I> {
  const owner = 'adjustGamma';
  const { gamma, keepStatistics = false, invert = false } = options;
  requireNumber(owner, 'gamma', gamma, Number.MIN_VALUE);
  return mapChannels(owner, image, (plane) => {
    requireFiniteSamples(owner, plane);
    if (invert) negate(plane);
    const before = keepStatistics ? momentsOf([plane]) : undefined;
    const [low, high] = extentOf([plane]);
    const range = high - low + RANGE_EPSILON;
    for (let index = 0; index < plane.length; index++) {
      plane[index] = ((plane[index] - low) / range) ** gamma * range + low;
    }
    if (before) {
      const after = momentsOf([plane]);
      const gain = before.deviation / (after.deviation + DEVIATION_EPSILON);
      for (let index = 0; index < plane.length; index++) {
        plane[index] = (plane[index] - after.mean) * gain + before.mean;
      }
    }
    if (invert) negate(plane);
    return plane;
  });
}

function negate(plane: Floats): void {
  for (let index = 0; index < plane.length; index++) plane[index] = -plane[index];
}

export interface RandomGammaOptions {
  /** Below 1 as often as above; default [0.7, 1.5], nnU-Net's. */
  gamma?: Interval;
  /** Default true, nnU-Net's. */
  keepStatistics?: boolean;
  /** Probability of negation; default 0. nnU-Net applies one gamma with 0 and another with 1. */
  invertProbability?: number;
}

/** `adjustGamma` by a drawn gamma. @throws RangeError as `adjustGamma` */
export function randomGamma<I extends Image>(
  image: I,
  options: RandomGammaOptions,
  random: Random,
): InFloats<I> {
  const { gamma = [0.7, 1.5], keepStatistics = true, invertProbability = 0 } = options;
  requireInterval('randomGamma', 'gamma', gamma);
  requireNumber('randomGamma', 'invertProbability', invertProbability, 0, 1);
  const drawn = factorBetween(gamma, random);
  return adjustGamma(image, { gamma: drawn, keepStatistics, invert: random() < invertProbability });
}
