import { elementsOf } from '../metrics/grid';
import { roundHalfEven } from '../transforms/intensity/rounding';
import { type Decision, listed } from './decision';
import { planPatch, type PatchPlanOptions, type PatchPlan } from './patch-size';

/** A patch that sees a smaller share of the median image than this asks for a coarser network before it. */
const SMALLEST_SHARE = 0.25;
const STEP = 1.03;
/** Coarser by less than this factor in voxels, it would bring nothing new. */
const LEAST_FACTOR = 2;

export interface LowResolution {
  spacing: number[];
  medianShape: number[];
  /** Voxels of the median image, not rounded. */
  voxels: number;
  patch: PatchPlan;
}

/**
 * The first network of nnU-Net's cascade: where the full-resolution patch sees less than a quarter of the median image,
 * the spacing grows in steps of 3 % (of the finer axes first, until they are within a factor of 2 of the coarsest) until
 * a patch sees a quarter. Dropped where that is less than half of the voxels away.
 *
 * @param full options of the full-resolution patch, and what came of them
 */
export function planLowResolution(
  full: PatchPlanOptions,
  { patch }: Pick<PatchPlan, 'patch'>,
): { low?: LowResolution; decision: Decision } {
  const fullVoxels = elementsOf(full.medianShape);
  const fullShare = elementsOf(patch) / fullVoxels;
  const subject = 'low-resolution cascade';
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const data = { patch, medianShape: full.medianShape, share: fullShare };
  if (fullShare >= SMALLEST_SHARE) {
    const reason = `a patch sees ${percent(fullShare)} of the median image, at least ${percent(SMALLEST_SHARE)}`;
    return { decision: { subject, value: 'none', reason, data } };
  }
  const low = coarsened(full, patch);
  const seen = `a patch sees ${percent(fullShare)} of the median image, less than ${percent(SMALLEST_SHARE)}`;
  if (fullVoxels / low.voxels < LEAST_FACTOR) {
    const reason = `${seen}, but a network that sees more has at least half of the voxels: too little difference`;
    return { decision: { subject, value: 'none', reason, data: { ...data, lowSpacing: low.spacing } } };
  }
  const reason =
    `${seen}: a first network works at ${listed(low.spacing)}, where the image has ${listed(low.medianShape)} voxels, and ` +
    'a second one refines what it found';
  return {
    low,
    decision: { subject, value: low.spacing, reason, data: { ...data, lowSpacing: low.spacing } },
  };
}

function coarsened(full: PatchPlanOptions, patch: readonly number[]): LowResolution {
  const spacing = [...full.spacing];
  let low: LowResolution | undefined;
  let share = elementsOf(patch) / elementsOf(full.medianShape);
  while (low === undefined || share < SMALLEST_SHARE) {
    const coarsest = Math.max(...spacing);
    const fine = spacing.map((step) => coarsest / step > 2);
    const all = !fine.includes(true);
    spacing.forEach((step, axis) => {
      if (all || fine[axis]) spacing[axis] = step * STEP;
    });
    const sides = full.spacing.map((step, axis) => (step / spacing[axis]) * full.medianShape[axis]);
    const medianShape = sides.map(roundHalfEven);
    low = {
      spacing: [...spacing],
      medianShape,
      voxels: elementsOf(sides),
      patch: planPatch({ ...full, spacing, medianShape }),
    };
    share = elementsOf(low.patch.patch) / low.voxels;
  }
  return low;
}
