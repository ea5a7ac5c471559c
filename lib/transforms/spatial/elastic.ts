import { elementsOf } from '../../metrics/grid';
import { normalNumbers } from '../intensity/random-numbers';
import { smoothGaussian } from './gaussian';
import { requireSizes } from './samples';
import { resizeMaps } from './resize';
import { resampleSeparable } from './separable';
import type { Displacement } from './warp';

export interface GridDisplacementOptions {
  /** Points of the coarse grid along each axis; default 3. */
  points?: number;
  /** Standard deviation of the points' movements in samples; default 10. */
  sigma?: number;
}

/**
 * U-Net's elastic deformation: movements drawn from a normal distribution on a coarse grid, which spans the image from
 * the middle of its first sample to that of its last, and in between by cubic splines through them (Ronneberger et al.
 * 2015, section 3.1: "random displacement vectors on a coarse 3 by 3 grid … sampled from a Gaussian distribution with 10
 * pixels standard deviation … bicubic interpolation"). Equals `scipy.ndimage.zoom(order=3, mode='mirror')` of the grid.
 *
 * @param shape of the image
 * @param random uniform numbers in [0, 1); one is drawn for each point and axis
 * @returns a field for each axis, slowest first, in samples
 * @throws RangeError for fewer than 2 points, and a sigma that is negative or not finite
 */
export function gridDisplacement(
  shape: readonly number[],
  { points = 3, sigma = 10 }: GridDisplacementOptions,
  random: () => number,
): Displacement {
  const owner = 'gridDisplacement';
  requireSizes(owner, shape, shape.length);
  requireAtLeastZero(owner, 'sigma', sigma);
  if (!Number.isSafeInteger(points) || points < 2) {
    throw new RangeError(`${owner}: got ${points} points; expected an integer of at least 2`);
  }
  const grid = shape.map(() => points);
  const normal = normalNumbers(random);
  return shape.map(() => {
    const movements = Float32Array.from({ length: elementsOf(grid) }, () => sigma * normal());
    return resampleSeparable(movements, grid, 1, resizeMaps(grid, shape, true), 3, 'mirror', 0);
  });
}

export interface SmoothDisplacementOptions {
  /** Greatest movement before smoothing, in samples; default 1000, after which some are left. */
  alpha?: number;
  /** Standard deviation of the smoothing in samples; default 10. */
  sigma?: number;
}

/**
 * Simard's elastic deformation: for every sample a movement drawn evenly from [−1, 1), smoothed by a Gaussian, times
 * alpha (Simard et al. 2003, "Best practices for convolutional neural networks"; batchgenerators'
 * `elastic_deform_coordinates`).
 *
 * @param shape of the image
 * @param random uniform numbers in [0, 1); one is drawn for each sample and axis
 * @returns a field for each axis, slowest first, in samples
 * @throws RangeError for an alpha or sigma that is negative or not finite
 */
export function smoothDisplacement(
  shape: readonly number[],
  { alpha = 1000, sigma = 10 }: SmoothDisplacementOptions,
  random: () => number,
): Displacement {
  const owner = 'smoothDisplacement';
  requireSizes(owner, shape, shape.length);
  requireAtLeastZero(owner, 'alpha', alpha);
  requireAtLeastZero(owner, 'sigma', sigma);
  const count = elementsOf(shape);
  return shape.map(() => {
    const noise = new Float32Array(count);
    for (let index = 0; index < count; index++) noise[index] = (random() * 2 - 1) * alpha;
    return smoothGaussian(
      noise,
      shape,
      1,
      shape.map(() => sigma),
      'constant',
    );
  });
}

function requireAtLeastZero(owner: string, name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`${owner}: got ${name} ${value}; expected a finite number of at least 0`);
  }
}
