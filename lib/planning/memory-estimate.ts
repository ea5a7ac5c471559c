import { elementsOf } from '../metrics/grid';
import type { PoolingPlan } from './pooling';

/** Channels of the first stage; each further one has twice as many, up to a limit. */
const BASE_FEATURES = 32;
const MOST_FEATURES = { 2: 512, 3: 320 } as Readonly<Record<number, number>>;
/** Convolutions of each stage, on the way down and on the way up. */
export const CONVOLUTIONS = 2;

/** Channels of each stage: 32, 64, 128 … up to 512 in 2-D and 320 in 3-D. */
export function featuresOf({ strides }: Pick<PoolingPlan, 'strides'>): number[] {
  const most = MOST_FEATURES[strides[0].length];
  return strides.map((_, stage) => Math.min(most, BASE_FEATURES * 2 ** stage));
}

/**
 * Numbers in all feature maps that a U-Net computes for one patch: nnU-Net's measure for the memory that training takes.
 * Counts the outputs of all convolutions, transposed ones included, and of the last layer.
 *
 * @param classes channels of the last layer
 */
export function featureMapNumbers(
  { patch, strides }: Pick<PoolingPlan, 'patch' | 'strides'>,
  classes: number,
): number {
  const features = featuresOf({ strides });
  let size = [...patch];
  const voxels = strides.map((stride) => {
    size = size.map((side, axis) => Math.floor(side / stride[axis]));
    return elementsOf(size);
  });
  const encoder = voxels.reduce((sum, count, stage) => sum + CONVOLUTIONS * features[stage] * count, 0);
  const decoder = voxels
    .slice(0, -1)
    .reduce((sum, count, stage) => sum + (CONVOLUTIONS + 1) * features[stage] * count, 0);
  const last = strides.length > 1 ? classes * voxels[0] : 0; // nnU-Net counts it in the decoder
  return encoder + decoder + last;
}
