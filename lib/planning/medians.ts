import { percentilesOf } from '../transforms/intensity/percentiles';

/** The values of one axis, of lists with a value for each. */
export const along = (lists: readonly (readonly number[])[], axis: number): number[] =>
  lists.map((list) => list[axis]);

/** Percentile with linear interpolation, as `numpy.percentile`. */
export const percentile = (values: readonly number[], wanted: number): number =>
  percentilesOf([Float64Array.from(values)], [wanted])[0];

/** The middle value, or the mean of the two in the middle, as `numpy.median`. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median along each axis. */
export const medians = (lists: readonly (readonly number[])[]): number[] =>
  lists[0].map((_, axis) => median(along(lists, axis)));
