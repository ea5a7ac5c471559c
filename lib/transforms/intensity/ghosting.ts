import type { Image } from '../../io/image';
import { requireCounts } from '../../nn/options';
import { asFloats, requireImage } from '../spatial/samples';
import { changeSpectra, middleOf } from './fourier';
import { requireInterval, requireNumber, type InFloats, type Interval } from './planes';
import { integerBetween, uniform, type Random } from './random-numbers';
import { roundHalfEven } from './rounding';

export interface GhostingOptions {
  /** Number of ghosts: every so manieth line of k-space is weakened. */
  ghosts: number;
  /** The phase-encoding axis, along which the ghosts lie: 0 the slowest. */
  axis: number;
  /** By how much these lines are weakened: 0 not at all, 1 to nothing. */
  intensity: number;
  /** Share of the lines around the middle of k-space that stays as it is; default: the middle one only. */
  restore?: number;
}

/**
 * Ghosts of an MR image, as of something that moves periodically while it is taken. Equal to TorchIO's `Ghosting`.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError for ghosts that are no positive integer, an axis that the image lacks, a negative intensity and a
 *   share outside of 0 to 1
 */
export function addGhosting<I extends Image>(image: I, options: GhostingOptions): InFloats<I> {
  const owner = 'addGhosting';
  requireImage(owner, image);
  const { ghosts, axis, intensity, restore } = options;
  requireCounts(owner, { ghosts });
  requireAxis(owner, axis, image.shape);
  requireNumber(owner, 'intensity', intensity, 0);
  if (restore !== undefined) requireNumber(owner, 'restore', restore, 0, 1);
  const size = image.shape[axis];
  const middle = middleOf(size);
  const half = Math.floor(roundHalfEven((restore ?? 0) * size) / 2);
  const [from, to] = restore === undefined ? [middle, middle + 1] : [middle - half, middle + half];
  const weakened: number[] = [];
  for (let place = 0; place < size; place += ghosts) {
    if (place < from || place >= to) weakened.push((place - middle + size) % size);
  }
  const data = changeSpectra([asFloats(image.data)], image.shape, image.channels, axis, ([spectrum]) => {
    for (const frequency of weakened) {
      spectrum[2 * frequency] *= 1 - intensity;
      spectrum[2 * frequency + 1] *= 1 - intensity;
    }
  });
  return { ...image, data };
}

export interface RandomGhostingOptions {
  /** Least and greatest number of ghosts; default [4, 10]. */
  ghosts?: Interval;
  /** The axes of which one is drawn; default all. */
  axes?: readonly number[];
  /** Default [0.5, 1]. */
  intensity?: Interval;
  /** Default: the middle line only. */
  restore?: number;
}

/** `addGhosting` by drawn numbers; the defaults are those of TorchIO's `RandomGhosting`. @throws as `addGhosting` */
export function randomGhosting<I extends Image>(
  image: I,
  options: RandomGhostingOptions,
  random: Random,
): InFloats<I> {
  const owner = 'randomGhosting';
  const {
    ghosts = [4, 10],
    axes = image.shape.map((_, axis) => axis),
    intensity = [0.5, 1],
    restore,
  } = options;
  requireInterval(owner, 'ghosts', ghosts);
  requireInterval(owner, 'intensity', intensity);
  const axis = axes[integerBetween([0, axes.length - 1], random)];
  const drawn = integerBetween(ghosts, random);
  return addGhosting(image, { ghosts: drawn, axis, intensity: uniform(intensity, random), restore });
}

/** @throws RangeError for an axis that the image lacks */
export function requireAxis(owner: string, axis: number, shape: readonly number[]): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) {
    throw new RangeError(`${owner}: got axis ${axis}; expected an integer from 0 to ${shape.length - 1}`);
  }
}
