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
  const lines = lineBuffer(size + 2 * radius);
  const sums = lineBuffer(1);
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
    for (let sample = 0; sample < size; sample++) {
      const middle = (sample + radius) * lanes;
      for (let lane = 0; lane < lanes; lane++) sums[lane] = kernel[0] * lines[middle + lane];
      let away = 1;
      // Two distances at a time halve the reads and writes of the sums.
      for (; away < radius; away += 2) {
        const [near, far] = [kernel[away], kernel[away + 1]];
        const [a, b, c, d] = [
          middle - away * lanes,
          middle + away * lanes,
          middle - (away + 1) * lanes,
          middle + (away + 1) * lanes,
        ];
        for (let lane = 0; lane < lanes; lane++) {
          sums[lane] +=
            near * (lines[a + lane] + lines[b + lane]) + far * (lines[c + lane] + lines[d + lane]);
        }
      }
      if (away === radius) {
        for (let lane = 0; lane < lanes; lane++) {
          sums[lane] +=
            kernel[away] * (lines[middle - away * lanes + lane] + lines[middle + away * lanes + lane]);
        }
      }
      let to = start + sample * stride;
      for (let lane = 0; lane < lanes; lane++, to += laneStep) values[to] = sums[lane];
    }
  });
}
