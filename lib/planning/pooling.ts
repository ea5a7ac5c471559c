/** A feature map keeps at least so many voxels along an axis that is pooled. */
export const SHORTEST_EDGE = 4;

/** The stages of a U-Net for patches of some size and spacing. */
export interface PoolingPlan {
  /** How often each axis is halved. */
  poolings: number[];
  /** Stride into each stage, 1 or 2 along each axis; the first stage has 1 everywhere. */
  strides: number[][];
  /** Kernel of each stage, 1 or 3 along each axis. */
  kernels: number[][];
  /** What a patch must be divisible by: 2 to the power of the poolings. */
  divisors: number[];
  /** The patch, enlarged to multiples of those. */
  patch: number[];
}

/**
 * Stages, strides and kernels by nnU-Net's rule (its `get_pool_and_conv_props`). Stage by stage, an axis is halved
 *
 * - while it has at least 8 voxels, so that 4 are left (the only axis to be halved needs 12),
 * - and while its spacing is below twice the finest of those: coarse axes wait until the others have become as coarse.
 *
 * An axis has kernel 1 until its spacing is below twice the finest; from then on, and in the last stage, 3.
 *
 * @param spacing 2 or 3 positive numbers
 * @param patch sizes in voxels, as many
 * @throws RangeError for other numbers
 */
export function poolingPlan(spacing: readonly number[], patch: readonly number[]): PoolingPlan {
  requireAxes('poolingPlan', spacing, patch);
  const axes = spacing.map((_, axis) => axis);
  const current = [...spacing];
  const size = [...patch];
  const poolings = axes.map(() => 0);
  const strides = [axes.map(() => 1)];
  const kernels: number[][] = [];
  const kernel = axes.map(() => 1);
  for (;;) {
    const long = axes.filter((axis) => size[axis] >= 2 * SHORTEST_EDGE);
    const finest = Math.min(...long.map((axis) => current[axis]));
    const halved = long.filter((axis) => current[axis] / finest < 2);
    if (halved.length === 0 || (halved.length === 1 && size[halved[0]] < 3 * SHORTEST_EDGE)) break;
    const finestOfAll = Math.min(...current);
    for (const axis of axes) if (current[axis] / finestOfAll < 2) kernel[axis] = 3;
    for (const axis of halved) {
      poolings[axis]++;
      current[axis] *= 2;
      size[axis] = Math.ceil(size[axis] / 2);
    }
    strides.push(axes.map((axis) => (halved.includes(axis) ? 2 : 1)));
    kernels.push([...kernel]);
  }
  kernels.push(axes.map(() => 3));
  const divisors = poolings.map((count) => 2 ** count);
  return {
    poolings,
    strides,
    kernels,
    divisors,
    patch: patch.map((side, axis) => Math.ceil(side / divisors[axis]) * divisors[axis]),
  };
}

/** @throws RangeError unless both have 2 or 3 positive numbers */
export function requireAxes(owner: string, spacing: readonly number[], shape: readonly number[]): void {
  for (const [name, values] of Object.entries({ spacing, shape })) {
    const right = [2, 3].includes(values.length) && values.every((value) => value > 0 && value < Infinity);
    if (!right || values.length !== spacing.length) {
      throw new RangeError(
        `${owner}: got ${name} [${values.join(', ')}]; expected 2 or 3 positive numbers, one an axis`,
      );
    }
  }
}
