import { along, percentile } from './medians';
import { type Decision, listed } from './decision';
import type { Fingerprint } from './fingerprint';

/** From this ratio on, an axis counts as much coarser than the others. */
export const ANISOTROPY = 3;

export interface TargetSpacing {
  /** [slices, rows, columns] */
  spacing: number[];
  decision: Decision;
}

/**
 * The spacing that all images are resampled to, by nnU-Net's rule: the median of each axis; but where the coarsest axis
 * is more than three times as coarse as the next and has less than a third of the voxels of the others, its 10th
 * percentile, so that cases with finer slices are not blurred, and never below the spacing of the other axes.
 */
export function targetSpacing({ spacings, shapes }: Pick<Fingerprint, 'spacings' | 'shapes'>): TargetSpacing {
  const spacing = [0, 1, 2].map((axis) => percentile(along(spacings, axis), 50));
  const size = [0, 1, 2].map((axis) => percentile(along(shapes, axis), 50));
  const coarsest = spacing.indexOf(Math.max(...spacing));
  const others = [0, 1, 2].filter((axis) => axis !== coarsest);
  const next = Math.max(...others.map((axis) => spacing[axis]));
  const fewest = Math.min(...others.map((axis) => size[axis]));
  const coarse = spacing[coarsest] > ANISOTROPY * next;
  const few = size[coarsest] * ANISOTROPY < fewest;
  const data = {
    axis: coarsest,
    medianSpacing: [...spacing],
    medianShape: size,
    coarse,
    few,
  };
  if (!coarse || !few) {
    const why = coarse
      ? `axis ${coarsest} is coarse (${round(spacing[coarsest])} > ${ANISOTROPY} × ${round(next)}), but its ` +
        `${round(size[coarsest])} voxels are no less than a third of ${round(fewest)}`
      : `no axis is more than ${ANISOTROPY} times as coarse as the others`;
    const reason = `the median spacing of each axis: ${why}`;
    return { spacing, decision: { subject: 'target spacing', value: spacing, reason, data } };
  }
  if (shapes.every(([slices]) => slices === 1)) {
    const reason = `the median of rows and columns; images of one slice have no spacing between slices, ${spacing[0]} stands for it`;
    return { spacing, decision: { subject: 'target spacing', value: spacing, reason, data } };
  }
  const tenth = percentile(along(spacings, coarsest), 10);
  const middle = spacing[coarsest];
  spacing[coarsest] = tenth < next ? Math.max(next, tenth) + 1e-5 : tenth;
  const floor = tenth < next ? `, raised to that of the finer axes, ${round(next)}` : '';
  const reason =
    `the median of each axis, but axis ${coarsest} is coarse (${round(middle)} > ${ANISOTROPY} × ${round(next)}) and short ` +
    `(${round(size[coarsest])} × ${ANISOTROPY} < ${round(fewest)} voxels): its 10th percentile ${round(tenth)}${floor}, ` +
    'so that cases with fine slices keep them';
  return {
    spacing,
    decision: {
      subject: 'target spacing',
      value: spacing,
      reason,
      data: { ...data, tenthPercentile: tenth },
    },
  };
}

const round = (value: number) => listed([value]).slice(1, -1);
