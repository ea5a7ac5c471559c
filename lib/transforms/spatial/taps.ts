import { foldIndex, foldPosition, OUTSIDE, type Border } from './borders';
import type { Source } from './source';
import { cubicWeights } from './spline';

/** Samples around one position along one axis: where they begin, in elements, and their weights. */
export class Taps {
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

/** One for each axis of a source. */
export function tapsOf({ data, shape, padding, border, around }: Source, width: 2 | 4): Taps[] {
  let stride = data.length;
  return shape.map((size) => {
    stride /= size;
    return new Taps(size, stride, padding, border, around, width);
  });
}

/** The value at the place that the taps were last set to. */
export function sumTaps(data: Float32Array, start: number, taps: readonly Taps[], axis = 0): number {
  if (axis === taps.length) return data[start];
  const { offsets, weights } = taps[axis];
  let sum = 0;
  for (let tap = 0; tap < offsets.length; tap++) {
    sum += weights[tap] * sumTaps(data, start + offsets[tap], taps, axis + 1);
  }
  return sum;
}
