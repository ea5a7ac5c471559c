import type { ReadEdge } from './sample-rows';
import type { Source } from './source';
import { cubicWeights } from './spline';

const COLUMN = new Float64Array(4);
const ROW = new Float64Array(4);
const SLICE = new Float64Array(4);

/** Cubic splines at a row of positions; the loop keeps to places with all 16 coefficients inside. */
export function readCubic2(
  { data, shape: [height, width], channels, padding }: Source,
  positions: readonly Float64Array[],
  count: number,
  target: Float32Array,
  at: number,
  readEdge: ReadEdge,
): void {
  const [ys, xs] = positions;
  const [lastY, lastX] = [height - 2, width - 2];
  const below = width * channels;
  for (let index = 0, to = at; index < count; index++) {
    const y = ys[index] + padding;
    const x = xs[index] + padding;
    if (!(y >= 1 && y < lastY && x >= 1 && x < lastX)) {
      readEdge(positions, index, target, to);
      to += channels;
      continue;
    }
    const row = y | 0;
    const column = x | 0;
    cubicWeights(x - column, COLUMN, 0);
    cubicWeights(y - row, ROW, 0);
    let from = ((row - 1) * width + column - 1) * channels;
    for (let channel = 0; channel < channels; channel++, from++) {
      target[to++] = sumRows(data, from, below, channels);
    }
  }
}

/** In space, with all 64 coefficients inside. */
export function readCubic3(
  { data, shape: [depth, height, width], channels, padding }: Source,
  positions: readonly Float64Array[],
  count: number,
  target: Float32Array,
  at: number,
  readEdge: ReadEdge,
): void {
  const [zs, ys, xs] = positions;
  const [lastZ, lastY, lastX] = [depth - 2, height - 2, width - 2];
  const below = width * channels;
  const behind = height * below;
  for (let index = 0, to = at; index < count; index++) {
    const z = zs[index] + padding;
    const y = ys[index] + padding;
    const x = xs[index] + padding;
    if (!(z >= 1 && z < lastZ && y >= 1 && y < lastY && x >= 1 && x < lastX)) {
      readEdge(positions, index, target, to);
      to += channels;
      continue;
    }
    const slice = z | 0;
    const row = y | 0;
    const column = x | 0;
    cubicWeights(x - column, COLUMN, 0);
    cubicWeights(y - row, ROW, 0);
    cubicWeights(z - slice, SLICE, 0);
    let from = (((slice - 1) * height + row - 1) * width + column - 1) * channels;
    for (let channel = 0; channel < channels; channel++, from++) {
      target[to++] =
        SLICE[0] * sumRows(data, from, below, channels) +
        SLICE[1] * sumRows(data, from + behind, below, channels) +
        SLICE[2] * sumRows(data, from + 2 * behind, below, channels) +
        SLICE[3] * sumRows(data, from + 3 * behind, below, channels);
    }
  }
}

/** 4 × 4 coefficients from `from` on, by the weights of the row and the column. */
function sumRows(data: Float32Array, from: number, below: number, step: number): number {
  const [a, b, c] = [step, 2 * step, 3 * step];
  const w0 = COLUMN[0];
  const w1 = COLUMN[1];
  const w2 = COLUMN[2];
  const w3 = COLUMN[3];
  const second = from + below;
  const third = second + below;
  const fourth = third + below;
  return (
    ROW[0] * (data[from] * w0 + data[from + a] * w1 + data[from + b] * w2 + data[from + c] * w3) +
    ROW[1] * (data[second] * w0 + data[second + a] * w1 + data[second + b] * w2 + data[second + c] * w3) +
    ROW[2] * (data[third] * w0 + data[third + a] * w1 + data[third + b] * w2 + data[third + c] * w3) +
    ROW[3] * (data[fourth] * w0 + data[fourth + a] * w1 + data[fourth + b] * w2 + data[fourth + c] * w3)
  );
}
