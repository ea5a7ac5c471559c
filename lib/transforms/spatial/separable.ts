import type { Samples } from '../../io/image';
import { elementsOf, stridesOf } from '../../metrics/grid';
import { foldIndex, foldPosition, OUTSIDE, type Border, type Order } from './borders';
import { axisOf } from './lines';
import { planAxis, resampleAxis } from './resample-axis';
import { samplesLike } from './samples';

/** Along one axis: new sample j lies at `scale` · j + `offset` of the old ones. */
export interface AxisMap {
  count: number;
  scale: number;
  offset: number;
  /**
   * scale · j + offset in other operations, such as the reference's: halfway between samples, the last bit counts in
   * order 0.
   */
  position?: (index: number) => number;
}

const positionsOf = ({ scale, offset, position }: AxisMap) => position ?? ((index) => index * scale + offset);

const keeps = ({ scale, offset, count }: AxisMap, size: number) => scale === 1 && !offset && count === size;

/**
 * Resamples by a map that acts along each axis on its own, one axis after the other: for cubic splines 4 products a
 * sample and axis in the place of 4ⁿ. An axis that stays as it is costs nothing and changes nothing.
 */
export function resampleSeparable(
  values: Float32Array,
  shape: readonly number[],
  channels: number,
  maps: readonly AxisMap[],
  order: Order,
  border: Border,
  fill: number,
): Float32Array {
  const sizes = [...shape];
  let result = values;
  // The axes that shrink most come first, so that the others have less to do.
  const axes = maps
    .map((_, axis) => axis)
    .sort((a, b) => maps[a].count / shape[a] - maps[b].count / shape[b]);
  const outside: [number, Uint8Array][] = [];
  for (const axis of axes) {
    const { count } = maps[axis];
    if (keeps(maps[axis], sizes[axis])) continue;
    const plan = planAxis(sizes[axis], count, positionsOf(maps[axis]), order, border, fill);
    result = resampleAxis(result, axisOf(sizes, channels, axis), plan);
    sizes[axis] = count;
    if (plan.outside) outside.push([axis, plan.outside]);
  }
  // An axis resampled later has mixed what lies outside by rounding.
  for (const [axis, flags] of outside) fillSlices(result, axisOf(sizes, channels, axis), flags, fill);
  return result === values ? values.slice() : result;
}

function fillSlices(
  values: Float32Array,
  { outer, size, stride }: { outer: number; size: number; stride: number },
  flags: Uint8Array,
  fill: number,
): void {
  for (let o = 0; o < outer; o++) {
    for (let index = 0; index < size; index++) {
      if (flags[index]) values.fill(fill, (o * size + index) * stride, (o * size + index + 1) * stride);
    }
  }
}

/** The sample that lies nearest to each new one along an axis, −1 where none does. */
function nearestIndices(size: number, map: AxisMap, border: Border): Int32Array {
  const position = positionsOf(map);
  return Int32Array.from({ length: map.count }, (_, index) => {
    const at = foldPosition(position(index), size, border);
    return at === OUTSIDE ? -1 : foldIndex(Math.floor(at + 0.5), size, border);
  });
}

/** As `resampleSeparable` of order 0, of the samples themselves. */
export function pickSeparable<T extends Samples>(
  data: T,
  shape: readonly number[],
  channels: number,
  maps: readonly AxisMap[],
  border: Border,
  fill: number,
): T {
  const indices = maps.map((map, axis) => nearestIndices(shape[axis], map, border));
  return pickSamples(data, shape, channels, indices, fill);
}

/**
 * The samples at the crossings of the given indices of each axis; `fill` where one is −1.
 *
 * Shape: shape → [indices[0].length, …]
 */
export function pickSamples<T extends Samples>(
  data: T,
  shape: readonly number[],
  channels: number,
  indices: readonly ArrayLike<number>[],
  fill: number,
): T {
  const counts = indices.map(({ length }) => length);
  const target = samplesLike(data, elementsOf(counts) * channels);
  const strides = stridesOf(shape).map((stride) => stride * channels);
  const columns = indices[indices.length - 1];
  const columnStride = channels;
  // A flip or a crop of whole rows need not go sample by sample.
  const runs = isRun(columns);
  const rowLength = columns.length * channels;
  let to = 0;
  const row = (from: number) => {
    if (from < 0) target.fill(fill, to, to + rowLength);
    else if (runs) {
      const first = from + columns[0] * columnStride;
      target.set(data.subarray(first, first + rowLength), to);
    } else {
      for (let column = 0, at = to; column < columns.length; column++) {
        const start = from + columns[column] * columnStride;
        for (let channel = 0; channel < channels; channel++, at++) {
          target[at] = columns[column] < 0 ? fill : data[start + channel];
        }
      }
    }
    to += rowLength;
  };
  const visit = (axis: number, from: number) => {
    if (axis === counts.length - 1) return row(from);
    for (let index = 0; index < counts[axis]; index++) {
      const at = indices[axis][index];
      visit(axis + 1, from < 0 || at < 0 ? -1 : from + at * strides[axis]);
    }
  };
  visit(0, 0);
  return target;
}

function isRun(indices: ArrayLike<number>): boolean {
  if (indices[0] < 0) return false;
  for (let index = 1; index < indices.length; index++)
    if (indices[index] !== indices[index - 1] + 1) return false;
  return true;
}
