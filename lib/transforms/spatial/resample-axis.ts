import { foldIndex, foldPosition, OUTSIDE, tapBorder, type Border, type Order } from './borders';
import { forLines, lineBuffer, loadLines, type Axis } from './lines';
import { cubicWeights, filterBorder, filterSplines, SPLINE_GAIN, splinePadding } from './spline';

/** From which samples of a line each new sample is made. */
export interface AxisPlan {
  size: number;
  count: number;
  order: Order;
  border: Border;
  fill: number;
  /** Samples by which lines are continued on each side. */
  padding: number;
  /** Taps a new sample has: 1, 2 or 4. */
  width: number;
  /** Places in the continued line, `width` for each new sample. */
  taps: Int32Array;
  weights: Float64Array;
  /** 1 for the new samples that lie outside of a constant border; undefined where none does. */
  outside: Uint8Array | undefined;
}

/**
 * New sample j of a line is its value at position(j).
 *
 * @param position of new samples along the line, in samples
 */
export function planAxis(
  size: number,
  count: number,
  position: (index: number) => number,
  order: Order,
  border: Border,
  fill: number,
): AxisPlan {
  const width = order + 1;
  const gridConstant = border === 'grid-constant';
  const padding = order === 3 ? splinePadding(border) : gridConstant ? 1 : 0;
  const length = size + 2 * padding;
  const within = gridConstant ? 'constant' : border;
  const around = tapBorder(within);
  const taps = new Int32Array(count * width);
  const weights = new Float64Array(count * width);
  let outside: Uint8Array | undefined;
  for (let index = 0; index < count; index++) {
    const at = foldPosition(position(index) + padding, length, within);
    if (at === OUTSIDE) {
      (outside ??= new Uint8Array(count))[index] = 1;
      continue;
    }
    const floor = order === 0 ? Math.floor(at + 0.5) : Math.floor(at);
    const first = order === 3 ? floor - 1 : floor;
    const start = index * width;
    if (order === 0) weights[start] = 1;
    else if (order === 1) {
      weights[start] = 1 - (at - floor);
      weights[start + 1] = at - floor;
    } else cubicWeights(at - floor, weights, start);
    for (let tap = 0; tap < width; tap++) taps[start + tap] = foldIndex(first + tap, length, around);
  }
  return { size, count, order, border, fill, padding, width, taps, weights, outside };
}

/**
 * Resamples all lines of an axis.
 *
 * @returns [outer, plan.count, stride]
 */
export function resampleAxis(
  source: Float32Array,
  { outer, size, stride }: Axis,
  plan: AxisPlan,
): Float32Array {
  const { count, order, padding, fill, outside } = plan;
  const target = new Float32Array(outer * count * stride);
  const length = size + 2 * padding;
  const lines = lineBuffer(length);
  const gain = order === 3 ? SPLINE_GAIN : 1;
  const around = filterBorder(plan.border);
  forLines({ outer, size, stride }, (o, inner, lanes, across) => {
    const start = o * size * stride + inner;
    loadLines(source, start, stride, across ? size * stride : 1, size, lanes, lines, padding, gain);
    if (padding > 0) continueLines(lines, size, lanes, padding, plan.border === 'nearest', fill * gain);
    if (order === 3) filterSplines(lines, length, lanes, around);
    const laneStep = across ? count * stride : 1;
    combine(lines, lanes, plan, target, o * count * stride + inner, stride, laneStep);
    if (outside) fillOutside(outside, fill, target, o * count * stride + inner, stride, lanes, laneStep);
  });
  return target;
}

/** Writes what lies before and after the samples of padded lines: the nearest one, or `fill`. */
function continueLines(
  lines: Float64Array,
  size: number,
  lanes: number,
  padding: number,
  nearest: boolean,
  fill: number,
): void {
  const first = padding * lanes;
  const end = first + size * lanes;
  if (!nearest) {
    lines.fill(fill, 0, first);
    lines.fill(fill, end, end + first);
    return;
  }
  for (let row = 0; row < padding; row++) {
    lines.copyWithin(row * lanes, first, first + lanes);
    lines.copyWithin(end + row * lanes, end - lanes, end);
  }
}

function combine(
  lines: Float64Array,
  lanes: number,
  { count, width, taps, weights }: AxisPlan,
  target: Float32Array,
  start: number,
  step: number,
  laneStep: number,
): void {
  for (let index = 0, tap = 0, row = start; index < count; index++, tap += width, row += step) {
    let to = row;
    if (width === 4) {
      let [a, b, c, d] = [
        taps[tap] * lanes,
        taps[tap + 1] * lanes,
        taps[tap + 2] * lanes,
        taps[tap + 3] * lanes,
      ];
      const [p, q, r, s] = [weights[tap], weights[tap + 1], weights[tap + 2], weights[tap + 3]];
      for (let lane = 0; lane < lanes; lane++, to += laneStep) {
        target[to] = lines[a++] * p + lines[b++] * q + lines[c++] * r + lines[d++] * s;
      }
    } else if (width === 2) {
      let [a, b] = [taps[tap] * lanes, taps[tap + 1] * lanes];
      const [p, q] = [weights[tap], weights[tap + 1]];
      for (let lane = 0; lane < lanes; lane++, to += laneStep) target[to] = lines[a++] * p + lines[b++] * q;
    } else {
      let a = taps[tap] * lanes;
      for (let lane = 0; lane < lanes; lane++, to += laneStep) target[to] = lines[a++];
    }
  }
}

function fillOutside(
  outside: Uint8Array,
  fill: number,
  target: Float32Array,
  start: number,
  step: number,
  lanes: number,
  laneStep: number,
): void {
  outside.forEach((is, index) => {
    if (!is) return;
    for (let lane = 0; lane < lanes; lane++) target[start + index * step + lane * laneStep] = fill;
  });
}
