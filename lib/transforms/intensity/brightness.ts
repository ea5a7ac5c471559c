import type { Image } from '../../io/image';
import {
  mapChannels,
  requireFiniteSamples,
  requireInterval,
  requireNumber,
  type InFloats,
  type Interval,
} from './planes';
import { factorBetween, normalNumbers, type Random } from './random-numbers';
import { extentOf, momentsOf } from './statistics';

export interface BrightnessOptions {
  /** Default 1. */
  factor?: number;
  /** Default 0. */
  shift?: number;
}

/**
 * x · factor + shift; as `augment_brightness_multiplicative` and `augment_brightness_additive` of batchgenerators.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError for numbers that are not finite
 */
export function adjustBrightness<I extends Image>(image: I, options: BrightnessOptions): InFloats<I> {
  const owner = 'adjustBrightness';
  const { factor = 1, shift = 0 } = options;
  requireNumber(owner, 'factor', factor);
  requireNumber(owner, 'shift', shift);
  return mapChannels(owner, image, (plane) => {
    for (let index = 0; index < plane.length; index++) plane[index] = plane[index] * factor + shift;
    return plane;
  });
}

export interface ContrastOptions {
  factor: number;
  /** Whether samples stay between the least and the greatest of before; default true. */
  keepRange?: boolean;
}

/**
 * (x − μ) · factor + μ of each channel; as `augment_contrast` of batchgenerators.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError for a factor that is not finite, and samples that are not
 */
export function adjustContrast<I extends Image>(image: I, options: ContrastOptions): InFloats<I> {
  const owner = 'adjustContrast';
  const { factor, keepRange = true } = options;
  requireNumber(owner, 'factor', factor);
  return mapChannels(owner, image, (plane) => {
    requireFiniteSamples(owner, plane);
    const { mean } = momentsOf([plane]);
    const [low, high] = keepRange ? extentOf([plane]) : [-Infinity, Infinity];
    for (let index = 0; index < plane.length; index++) {
      plane[index] = Math.min(Math.max((plane[index] - mean) * factor + mean, low), high);
    }
    return plane;
  });
}

export interface RandomBrightnessOptions {
  /** Of the factor, below 1 as often as above; default [0.75, 1.25], nnU-Net's. */
  factor?: Interval;
  /** Standard deviation of the shift; default 0. */
  shiftDeviation?: number;
}

/** `adjustBrightness` by a drawn factor and a normally distributed shift. @throws RangeError as `adjustBrightness` */
export function randomBrightness<I extends Image>(
  image: I,
  options: RandomBrightnessOptions,
  random: Random,
): InFloats<I> {
  const { factor = [0.75, 1.25], shiftDeviation = 0 } = options;
  requireInterval('randomBrightness', 'factor', factor);
  requireNumber('randomBrightness', 'shiftDeviation', shiftDeviation, 0);
  const drawn = factorBetween(factor, random);
  const shift = shiftDeviation > 0 ? normalNumbers(random)() * shiftDeviation : 0;
  return adjustBrightness(image, { factor: drawn, shift });
}

/**
 * `adjustContrast` by a drawn factor, below 1 as often as above; default [0.75, 1.25], nnU-Net's.
 *
 * @throws RangeError as `adjustContrast`
 */
export function randomContrast<I extends Image>(
  image: I,
  options: { factor?: Interval; keepRange?: boolean },
  random: Random,
): InFloats<I> {
  const { factor = [0.75, 1.25], keepRange } = options;
  requireInterval('randomContrast', 'factor', factor);
  return adjustContrast(image, { factor: factorBetween(factor, random), keepRange });
}
