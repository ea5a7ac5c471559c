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
      let to = start + sample * stride;
      let middle = (sample + radius) * lanes;
      let lane = 0;
      // Four sums at a time: each weight is read once for them, and they do not wait for each other.
      for (; lane + 4 <= lanes; lane += 4, middle += 4) {
        const weight = kernel[0];
        let a = weight * lines[middle];
        let b = weight * lines[middle + 1];
        let c = weight * lines[middle + 2];
        let d = weight * lines[middle + 3];
        for (let away = 1, up = middle - lanes, down = middle + lanes; away <= radius; away++) {
          const w = kernel[away];
          a += w * (lines[up] + lines[down]);
          b += w * (lines[up + 1] + lines[down + 1]);
          c += w * (lines[up + 2] + lines[down + 2]);
          d += w * (lines[up + 3] + lines[down + 3]);
          up -= lanes;
          down += lanes;
        }
        values[to] = a;
        values[to + laneStep] = b;
        values[to + 2 * laneStep] = c;
        values[to + 3 * laneStep] = d;
        to += 4 * laneStep;
      }
      for (; lane < lanes; lane++, middle++, to += laneStep) {
        let sum = kernel[0] * lines[middle];
        for (let away = 1; away <= radius; away++) {
          sum += kernel[away] * (lines[middle - away * lanes] + lines[middle + away * lanes]);
        }
        values[to] = sum;
      }
    }
  });
}
