import { foldIndex, foldPosition, OUTSIDE, type Border } from './borders';
import type { Source } from './source';
import { cubicWeights } from './spline';

/**
 * Reads a source at `count` positions.
 *
 * @param positions one array an axis; positions in samples
 * @param target all channels of each position, from `at` on
 */
export type ReadRow = (
  positions: readonly Float64Array[],
  count: number,
  target: Float32Array,
  at: number,
) => void;

/** Samples around one position along one axis: where they begin, in elements, and their weights. */
class Taps {
  readonly offsets: Int32Array;
  readonly weights: Float64Array;

  constructor(
    private readonly size: number,
    private readonly stride: number,
    private readonly padding: number,
    private readonly border: Border,
    private readonly around: Border,
    private readonly width: 2 | 4,
  ) {
    this.offsets = new Int32Array(width);
    this.weights = new Float64Array(width);
  }

  /** False where the position lies outside of a constant border. */
  at(position: number): boolean {
    const { size, stride, width, offsets, weights } = this;
    let inside = position + this.padding;
    if (!(inside >= 0 && inside <= size - 1)) {
      inside = foldPosition(inside, size, this.border);
      if (inside === OUTSIDE) return false;
    }
    const floor = Math.floor(inside);
    const fraction = inside - floor;
    const first = width === 4 ? floor - 1 : floor;
    if (width === 4) cubicWeights(fraction, weights, 0);
    else {
      weights[0] = 1 - fraction;
      weights[1] = fraction;
    }
    if (first >= 0 && first + width <= size) {
      for (let tap = 0; tap < width; tap++) offsets[tap] = (first + tap) * stride;
    } else {
      for (let tap = 0; tap < width; tap++) offsets[tap] = foldIndex(first + tap, size, this.around) * stride;
    }
    return true;
  }
}

/** What reads a source by linear interpolation (order 1) or cubic splines (order 3), in two or three dimensions. */
export function rowReader(source: Source, order: 1 | 3): ReadRow {
  const { data, shape, channels, padding, border, around, fill } = source;
  const width = order === 3 ? 4 : 2;
  let stride = data.length;
  const taps = shape.map((size) => {
    stride /= size;
    return new Taps(size, stride, padding, border, around, width);
  });
  const sum = order === 3 ? cubic : linear;
  if (taps.length === 2) {
    const [rows, columns] = taps;
    return ([ys, xs], count, target, at) => {
      for (let index = 0, to = at; index < count; index++) {
        const inside = rows.at(ys[index]) && columns.at(xs[index]);
        for (let channel = 0; channel < channels; channel++) {
          target[to++] = inside ? sum(data, channel, rows, columns) : fill;
        }
      }
    };
  }
  const [slices, rows, columns] = taps;
  return ([zs, ys, xs], count, target, at) => {
    for (let index = 0, to = at; index < count; index++) {
      const inside = slices.at(zs[index]) && rows.at(ys[index]) && columns.at(xs[index]);
      for (let channel = 0; channel < channels; channel++) {
        let value = inside ? 0 : fill;
        for (let tap = 0; inside && tap < width; tap++) {
          value += slices.weights[tap] * sum(data, slices.offsets[tap] + channel, rows, columns);
        }
        target[to++] = value;
      }
    }
  };
}

function linear(data: Float32Array, start: number, rows: Taps, columns: Taps): number {
  const upper = start + rows.offsets[0];
  const lower = start + rows.offsets[1];
  const { offsets, weights } = columns;
  return (
    rows.weights[0] * (data[upper + offsets[0]] * weights[0] + data[upper + offsets[1]] * weights[1]) +
    rows.weights[1] * (data[lower + offsets[0]] * weights[0] + data[lower + offsets[1]] * weights[1])
  );
}

function cubic(data: Float32Array, start: number, rows: Taps, columns: Taps): number {
  const { offsets, weights } = columns;
  const [c0, c1, c2, c3] = [offsets[0], offsets[1], offsets[2], offsets[3]];
  const [w0, w1, w2, w3] = [weights[0], weights[1], weights[2], weights[3]];
  let sum = 0;
  for (let tap = 0; tap < 4; tap++) {
    const row = start + rows.offsets[tap];
    sum +=
      rows.weights[tap] *
      (data[row + c0] * w0 + data[row + c1] * w1 + data[row + c2] * w2 + data[row + c3] * w3);
  }
  return sum;
}
