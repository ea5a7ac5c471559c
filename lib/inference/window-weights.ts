import { elementsOf } from '../metrics/grid';
import type { Tiling } from './tiling';

/** How much each place of a window counts where windows overlap. */
export type WindowWeights = 'gaussian' | 'constant';

/** Below this share of its middle MONAI lets no weight fall. */
const MONAI_LEAST = 1e-3;
/** Standard deviations after which SciPy, and with it nnU-Net, cuts a Gaussian. */
const TRUNCATE = 4;

/**
 * The weights of a window's predictions, row by row: all 1, or Gaussians along the axes multiplied with one another,
 * since a network knows least at a window's edge.
 *
 * - `monai`: about the window's centre (k − 1) / 2, no less than 0.001 (`compute_importance_map`)
 * - `nnunet`: about sample ⌊k / 2⌋, cut after 4 σ, where the least weight goes on (`compute_gaussian`)
 *
 * @param sigma standard deviation as a share of the window's size k
 */
export function windowWeights(
  kind: WindowWeights,
  tiling: Tiling,
  window: readonly number[],
  sigma: number,
): Float32Array {
  const weights = new Float32Array(elementsOf(window)).fill(1);
  if (kind === 'constant') return weights;
  let stride = weights.length;
  for (const size of window) {
    stride /= size;
    const line = axisWeights(tiling, size, sigma * size);
    for (let index = 0; index < weights.length; index++) {
      weights[index] *= line[Math.floor(index / stride) % size];
    }
  }
  const positive = weights.reduce((least, weight) => (weight > 0 && weight < least ? weight : least), 1);
  const least = tiling === 'monai' ? Math.max(positive, MONAI_LEAST) : positive;
  return weights.map((weight) => Math.max(weight, least));
}

function axisWeights(tiling: Tiling, size: number, sigma: number): Float64Array {
  const centre = tiling === 'monai' ? (size - 1) / 2 : Math.floor(size / 2);
  const radius = tiling === 'monai' ? Infinity : Math.floor(TRUNCATE * sigma + 0.5);
  return Float64Array.from({ length: size }, (_, index) => {
    const distance = Math.abs(index - centre);
    return distance > radius ? 0 : Math.exp((-0.5 * distance * distance) / (sigma * sigma));
  });
}
