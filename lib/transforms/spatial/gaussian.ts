import type { Border } from './borders';
import { foldIndex } from './borders';
import { axisOf, forLines, lineBuffer, loadLines } from './lines';

/** Standard deviations after which the kernel is cut, as in SciPy. */
const TRUNCATE = 4;

/**
 * Gaussian smoothing along each axis, equal to `scipy.ndimage.gaussian_filter`.
 *
 * @param values row-major
 * @param sigmas standard deviation along each axis in samples; 0 leaves it as it is
 * @param border of an infinite line; `wrap` and `constant` as their grid- namesakes
 * @returns a new array
 */
export function smoothGaussian(
  values: Float32Array,
  shape: readonly number[],
  channels: number,
  sigmas: readonly number[],
  border: Border,
  fill = 0,
): Float32Array {
  const result = values.slice();
  const within = border === 'constant' ? 'grid-constant' : border === 'wrap' ? 'grid-wrap' : border;
  sigmas.forEach((sigma, axis) => {
    if (sigma > 1e-15) smoothAxis(result, shape, channels, axis, halfKernel(sigma), within, fill);
  });
  return result;
}

/** Weights of the middle and of the samples 1, 2, … away from it; both sides together sum to 1. */
function halfKernel(sigma: number): Float64Array {
  const radius = Math.floor(TRUNCATE * sigma + 0.5);
  const kernel = Float64Array.from({ length: radius + 1 }, (_, x) =>
    Math.exp((-0.5 * x * x) / (sigma * sigma)),
  );
  const sum = kernel.reduce((total, weight) => total + 2 * weight, -kernel[0]);
  return kernel.map((weight) => weight / sum);
}

function smoothAxis(
  values: Float32Array,
  shape: readonly number[],
  channels: number,
  index: number,
  kernel: Float64Array,
  border: Border,
  fill: number,
): void {
  const axis = axisOf(shape, channels, index);
  const { size, stride } = axis;
  const radius = kernel.length - 1;
  const length = size + 2 * radius;
  const lines = lineBuffer(length + AT_ONCE * 2);
  const weights = wholeKernel(kernel);
  const outside = Array.from({ length: 2 * radius }, (_, row) => {
    const at = row < radius ? row - radius : size + row - radius;
    return { row: at + radius, from: foldIndex(at, size, border) };
  });
  forLines(axis, (outer, inner, lanes, across) => {
    const start = outer * size * stride + inner;
    const laneStep = across ? size * stride : 1;
    loadLines(values, start, stride, laneStep, size, lanes, lines, radius, 1);
    for (const { row, from } of outside) {
      if (from < 0) lines.fill(fill, row * lanes, (row + 1) * lanes);
      else lines.copyWithin(row * lanes, (from + radius) * lanes, (from + radius + 1) * lanes);
    }
    // What is read past the end has no weight, but must not be infinite.
    lines.fill(0, length * lanes, (length + AT_ONCE * 2) * lanes);
    for (let lane = 0; lane < lanes; lane++) {
      for (let sample = 0; sample < size; sample += AT_ONCE) {
        smoothFour(lines, sample * lanes + lane, lanes, weights);
        const to = start + sample * stride + lane * laneStep;
        const count = Math.min(AT_ONCE, size - sample);
        for (let next = 0; next < count; next++) values[to + next * stride] = SUMS[next];
      }
    }
  });
}

/** New samples that are made together. */
const AT_ONCE = 4;
const SUMS = new Float64Array(AT_ONCE);

/** Both sides of a kernel, with zeros after it: room for the last of four sums to end, in steps of four. */
function wholeKernel(half: Float64Array): Float64Array {
  const radius = half.length - 1;
  const length = Math.ceil((2 * radius + 1 + AT_ONCE - 1) / AT_ONCE) * AT_ONCE;
  return Float64Array.from({ length }, (_, at) => half[Math.abs(at - radius)] ?? 0);
}

/**
 * Four neighbouring sums into SUMS. Each value is read once for all of them, and each weight is handed on from one to
 * the next, where one sum after the other would read everything four times.
 */
function smoothFour(lines: Float64Array, start: number, step: number, weights: Float64Array): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let w1 = 0;
  let w2 = 0;
  let w3 = 0;
  for (let tap = 0, at = start; tap < weights.length; tap += 4, at += 4 * step) {
    const v0 = lines[at];
    const v1 = lines[at + step];
    const v2 = lines[at + 2 * step];
    const v3 = lines[at + 3 * step];
    const f0 = weights[tap];
    const f1 = weights[tap + 1];
    const f2 = weights[tap + 2];
    const f3 = weights[tap + 3];
    a += f0 * v0 + f1 * v1 + f2 * v2 + f3 * v3;
    b += w1 * v0 + f0 * v1 + f1 * v2 + f2 * v3;
    c += w2 * v0 + w1 * v1 + f0 * v2 + f1 * v3;
    d += w3 * v0 + w2 * v1 + w1 * v2 + f0 * v3;
    w1 = f3;
    w2 = f2;
    w3 = f1;
  }
  SUMS[0] = a;
  SUMS[1] = b;
  SUMS[2] = c;
  SUMS[3] = d;
}
