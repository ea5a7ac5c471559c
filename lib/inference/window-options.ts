import { requireSizes } from '../transforms/spatial/samples';
import type { Box } from '../transforms/spatial/window';
import type { Padding } from './canvas';
import type { Tiling } from './tiling';
import type { WindowWeights } from './window-weights';

export interface WindowProgress {
  /** Windows that are predicted, of how many. */
  done: number;
  total: number;
}

export interface SlidingWindowOptions {
  /** What the network sees at a time: [height, width], [depth, height, width]; [height, width] of a volume's slices. */
  window: readonly number[];
  /** Share of a window that the next one covers again, at least; for all axes or each. Default 0.5, at least 0, below 1. */
  overlap?: number | readonly number[];
  /** How much a window's places count where windows overlap; default 'gaussian'. */
  weights?: WindowWeights;
  /** Standard deviation of Gaussian weights as a share of the window; default 1/8. */
  sigma?: number;
  /** Whose places and weights of windows: 'nnunet', the default, or 'monai'. */
  tiling?: Tiling;
  /** What lies beyond an image that is smaller than the window; default 'constant'. */
  padding?: Padding;
  /** The sample beyond it for constant padding; default 0. */
  paddingValue?: number;
  /** Windows that the network sees together; default 1. More need more memory and help a GPU. */
  batchSize?: number;
  /**
   * Only this part of the image is predicted, and the result is of its sizes. Windows lie over it as over an image; where
   * it is smaller than the window they take in what lies around it.
   */
  region?: Box;
  onProgress?: (progress: WindowProgress) => void;
  /** Ends the work between two batches with the signal's reason. The notebook's stop button does the same. */
  signal?: AbortSignal;
}

const CHOICES = {
  weights: ['gaussian', 'constant'],
  tiling: ['nnunet', 'monai'],
  padding: ['constant', 'edge', 'reflect', 'wrap'],
} as const;

/**
 * Checks options for an image of these sizes.
 *
 * @returns the overlap along each axis of the window
 * @throws RangeError for one out of its range, naming it
 */
export function requireWindowOptions(
  owner: string,
  shape: readonly number[],
  options: SlidingWindowOptions,
): number[] {
  const { window, overlap = 0.5, sigma = 1 / 8, paddingValue = 0, batchSize = 1, region } = options;
  const axes = shape.length;
  const whole = window.every((size) => Number.isSafeInteger(size) && size >= 1);
  if (!whole || (window.length !== axes && !(axes === 3 && window.length === 2))) {
    throw new RangeError(
      `${owner}: got window [${window.join(', ')}] for an image of [${shape.join(', ')}]; expected ` +
        `${axes === 3 ? '3 positive integers, or 2 for its slices' : '2 positive integers'}`,
    );
  }
  const overlaps = typeof overlap === 'number' ? window.map(() => overlap) : [...overlap];
  if (overlaps.length !== window.length || !overlaps.every((share) => share >= 0 && share < 1)) {
    throw new RangeError(
      `${owner}: got overlap ${JSON.stringify(overlap)}; expected a number from 0 to below 1, or ${window.length} of them`,
    );
  }
  if (!(sigma > 0 && sigma < Infinity)) {
    throw new RangeError(`${owner}: got sigma ${sigma}; expected a number above 0, such as 0.125`);
  }
  if (!Number.isFinite(paddingValue)) {
    throw new RangeError(`${owner}: got paddingValue ${paddingValue}; expected a finite number`);
  }
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`${owner}: got batchSize ${batchSize}; expected an integer of at least 1`);
  }
  for (const name of Object.keys(CHOICES) as (keyof typeof CHOICES)[]) {
    const value = options[name];
    const valid: readonly string[] = CHOICES[name];
    if (value === undefined || valid.includes(value)) continue;
    throw new RangeError(`${owner}: got ${name} '${value}'; expected one of '${valid.join("', '")}'`);
  }
  if (region) requireRegion(owner, shape, region);
  return overlaps;
}

function requireRegion(owner: string, shape: readonly number[], region: Box): void {
  requireSizes(`${owner}: region`, region.shape, shape.length);
  const { start } = region;
  const inside =
    start.length === shape.length &&
    start.every((at, axis) => Number.isSafeInteger(at) && at >= 0 && at + region.shape[axis] <= shape[axis]);
  if (inside) return;
  throw new RangeError(
    `${owner}: got a region from [${start.join(', ')}] of [${region.shape.join(', ')}]; expected one within the image ` +
      `of [${shape.join(', ')}]`,
  );
}
