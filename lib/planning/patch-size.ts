import { elementsOf } from '../metrics/grid';
import { roundHalfEven } from '../transforms/intensity/rounding';
import { type Decision, listed } from './decision';
import { featureMapNumbers } from './memory-estimate';
import { poolingPlan, type PoolingPlan, requireAxes } from './pooling';

/** What nnU-Net's measure comes to in networks that fill a GPU of 8 GB, with the batch size of those. */
const REFERENCES = {
  2: { numbers: 85e6, batch: 12, voxels: 2048 ** 2 },
  3: { numbers: 560e6, batch: 2, voxels: 256 ** 3 },
} as Readonly<Record<number, { numbers: number; batch: number; voxels: number }>>;
const REFERENCE_GIGABYTES = 8;
const SMALLEST_BATCH = 2;
/** One batch shows at most this share of the data set. */
const LARGEST_SHARE = 0.05;

export interface PatchPlanOptions {
  /** Of 2 or 3 axes, after resampling. */
  spacing: readonly number[];
  /** Median size of the images in voxels, after resampling. */
  medianShape: readonly number[];
  /** Channels of the network's last layer, background included. */
  classes: number;
  /** Memory of the GPU that the plan is for; 8 by default. */
  gigabytes?: number;
}

export interface PatchPlan extends PoolingPlan {
  /** Numbers in the feature maps for one patch. */
  numbers: number;
  /** The patches on the way to this one, the first as large as the images. */
  tried: { patch: number[]; numbers: number }[];
  decision: Decision;
}

/**
 * The patch that a network is trained with, by nnU-Net's rule: as large as the images (but no larger than a cube of
 * 256³, or a square of 2048², stretched as the spacing asks), then shortened until a batch of two fits into the memory,
 * each time along the axis that is longest relative to the images.
 *
 * The patch keeps the images' proportions in this way, and sees as much context as the memory lets it.
 *
 * @throws RangeError for sizes that do not fit together or a memory that is no positive number
 */
export function planPatch(options: PatchPlanOptions): PatchPlan {
  const { spacing, medianShape, classes, gigabytes = REFERENCE_GIGABYTES } = options;
  requireAxes('planPatch', spacing, medianShape);
  const reference = REFERENCES[spacing.length];
  const limit = numbersLimit(spacing.length, gigabytes);
  const start = firstPatch(spacing, medianShape, reference.voxels);
  let pooling = poolingPlan(spacing, start);
  let numbers = featureMapNumbers(pooling, classes);
  const tried = [{ patch: pooling.patch, numbers }];
  while ((numbers / reference.batch) * SMALLEST_BATCH > limit) {
    pooling = shortened(spacing, medianShape, pooling);
    numbers = featureMapNumbers(pooling, classes);
    tried.push({ patch: pooling.patch, numbers });
  }
  const { patch } = pooling;
  const share = elementsOf(patch) / elementsOf(medianShape);
  const reason =
    tried.length === 1
      ? `${listed(medianShape)} voxels of the median image, in multiples of ${listed(pooling.divisors)} for the poolings: ` +
        'they fit into the memory whole'
      : `${listed(tried[0].patch)} was shortened ${tried.length - 1} times, each time along the axis that was longest ` +
        `relative to the median image ${listed(medianShape)}, until a batch of two fits into ${gigabytes} GB`;
  const data = { medianShape, start: tried[0].patch, reductions: tried.length - 1, share, numbers, limit };
  return { ...pooling, numbers, tried, decision: { subject: 'patch size', value: patch, reason, data } };
}

/** Numbers of feature maps that a reference batch may have in that memory. */
function numbersLimit(dimensions: number, gigabytes: number): number {
  if (!(gigabytes > 0 && gigabytes < Infinity)) {
    throw new RangeError(`planPatch: got ${gigabytes} GB; expected a positive number, such as 8`);
  }
  return REFERENCES[dimensions].numbers * (gigabytes / REFERENCE_GIGABYTES);
}

/** As many voxels as the largest patch has, in proportions that make it equally long in each direction; clipped. */
function firstPatch(spacing: readonly number[], medianShape: readonly number[], voxels: number): number[] {
  const density = spacing.map((step) => 1 / step);
  const scale = (voxels / elementsOf(density)) ** (1 / spacing.length);
  return density.map((each, axis) => Math.min(roundHalfEven(each * scale), medianShape[axis]));
}

/** Less by one step along the axis that is longest relative to the images; of equal ones, the last. */
function shortened(
  spacing: readonly number[],
  medianShape: readonly number[],
  { patch, divisors }: PoolingPlan,
): PoolingPlan {
  const ratios = patch.map((side, axis) => side / medianShape[axis]);
  const longest = ratios.lastIndexOf(Math.max(...ratios));
  const less = (by: number) => patch.map((side, axis) => (axis === longest ? side - by : side));
  // A patch of 256 with 6 poolings steps by 64, but 224 = 256 − 32 is possible with 5: the step is that of the next.
  const next = less(divisors[longest]);
  const step = next[longest] < 1 ? 1 : poolingPlan(spacing, next).divisors[longest];
  if (patch[longest] <= step) {
    throw new RangeError(
      'planPatch: not even the smallest patch fits; expected more memory or fewer classes',
    );
  }
  return poolingPlan(spacing, less(step));
}

export interface BatchSizeOptions {
  /** Voxels of the whole data set after resampling. */
  datasetVoxels: number;
  gigabytes?: number;
}

/**
 * The batch size by nnU-Net's rule: what fits into the memory, at least 2, and no more than 5 % of all voxels of the
 * data set, so that a step is not an average over most of the data.
 *
 * @returns the batch size as a decision
 */
export function planBatchSize(
  { patch, numbers }: Pick<PatchPlan, 'patch' | 'numbers'>,
  { datasetVoxels, gigabytes = REFERENCE_GIGABYTES }: BatchSizeOptions,
): Decision & { value: number } {
  const limit = numbersLimit(patch.length, gigabytes);
  const fitting = roundHalfEven((limit / numbers) * REFERENCES[patch.length].batch);
  const covering = roundHalfEven((datasetVoxels * LARGEST_SHARE) / elementsOf(patch));
  const value = Math.max(Math.min(fitting, covering), SMALLEST_BATCH);
  const data = { fitting, covering, smallest: SMALLEST_BATCH };
  const share = `5 % of the data ${covering === 1 ? 'is 1 patch' : `are ${covering} patches`}`;
  const reason =
    covering < fitting
      ? `${share}, the most for one step (${fitting} would fit into ${gigabytes} GB)`
      : `as many as fit into ${gigabytes} GB (${share})`;
  const least = value > Math.min(fitting, covering) ? `; ${SMALLEST_BATCH} is the least` : '';
  return { subject: 'batch size', value, reason: reason + least, data };
}
