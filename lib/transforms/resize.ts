import { pixelsLike, type ImageStack, type Pixels } from '../io/image-stack';

/** Bits after the point in Pillow's 8-bit weights: 32 less 8 for the pixel and 2 for overshoot. */
const PRECISION = 22;

/** The input pixels `first[i]` … and their weights `values[i * width]` … from which output i is made. */
interface Weights {
  first: Int32Array;
  count: Int32Array;
  values: Float64Array;
  width: number;
}

/**
 * Bilinear resize with antialiasing, equal to Pillow's `Image.resize(…, Image.BILINEAR)` to the last bit: the triangle
 * filter widens with the reduction, rows come before columns, and 8-bit images are rounded after each with 22-bit
 * fixed-point weights (`src/libImaging/Resample.c`, modes L, I;16 and F).
 *
 * Shape: [pages, height, width] → [pages, newHeight, newWidth]; same element type
 *
 * @throws RangeError when a new size is not a positive integer
 */
export function resizeBilinear<T extends Pixels>(
  stack: ImageStack<T>,
  newHeight: number,
  newWidth: number,
): ImageStack<T> {
  requireSize('resizeBilinear', newHeight, newWidth);
  const { pages, height, width } = stack;
  let data = stack.data;
  if (newWidth !== width) {
    // A row is a line of neighbours one apart; rows of all pages follow each other.
    data = resample(data, triangleWeights(width, newWidth), pages * height, width, newWidth, 1);
  }
  if (newHeight !== height) {
    data = resample(data, triangleWeights(height, newHeight), pages, height, newHeight, newWidth);
  }
  return {
    data: data === stack.data ? (data.slice() as T) : data,
    pages,
    height: newHeight,
    width: newWidth,
  };
}

/**
 * Nearest-neighbour resize, equal to Pillow's `Image.resize(…, Image.NEAREST)`: output i takes input
 * ⌊(i + ½) · old / new⌋, the position being summed step by step. Labels stay labels.
 *
 * Shape: [pages, height, width] → [pages, newHeight, newWidth]; same element type
 *
 * @throws RangeError when a new size is not a positive integer
 */
export function resizeNearest<T extends Pixels>(
  stack: ImageStack<T>,
  newHeight: number,
  newWidth: number,
): ImageStack<T> {
  requireSize('resizeNearest', newHeight, newWidth);
  const { pages, height, width } = stack;
  const rows = nearestPositions(height, newHeight);
  const columns = nearestPositions(width, newWidth);
  const data = pixelsLike(stack.data, pages * newHeight * newWidth);
  let out = 0;
  for (let page = 0; page < pages; page++) {
    for (let row = 0; row < newHeight; row++) {
      const start = (page * height + rows[row]) * width;
      for (let column = 0; column < newWidth; column++) data[out++] = stack.data[start + columns[column]];
    }
  }
  return { data, pages, height: newHeight, width: newWidth };
}

function triangleWeights(before: number, after: number): Weights {
  const scale = before / after;
  const reach = Math.max(scale, 1);
  const width = Math.ceil(reach) * 2 + 1;
  const weights: Weights = {
    first: new Int32Array(after),
    count: new Int32Array(after),
    values: new Float64Array(after * width),
    width,
  };
  // Pillow multiplies by the inverse; a division would differ in the last bit.
  const inverse = 1 / reach;
  for (let index = 0; index < after; index++) {
    const centre = (index + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const count = Math.min(Math.trunc(centre + reach + 0.5), before) - first;
    const start = index * width;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = Math.max(1 - Math.abs((tap + first - centre + 0.5) * inverse), 0);
      weights.values[start + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < count; tap++) weights.values[start + tap] /= sum;
    weights.first[index] = first;
    weights.count[index] = count;
  }
  return weights;
}

/** Resamples `groups` blocks of `before` lines to `after` lines each, a line being `stride` neighbouring values. */
function resample<T extends Pixels>(
  source: T,
  weights: Weights,
  groups: number,
  before: number,
  after: number,
  stride: number,
): T {
  const target = pixelsLike(source, groups * after * stride);
  const bytes = source instanceof Uint8Array;
  const values = bytes
    ? weights.values.map((weight) => Math.floor(0.5 + weight * 2 ** PRECISION))
    : weights.values;
  const unit = bytes ? 2 ** -PRECISION : 1;
  // A typed array of integers cuts the fraction off, so adding ½ rounds.
  const rounding = source instanceof Float32Array ? 0 : 0.5;
  let out = 0;
  for (let group = 0; group < groups; group++) {
    for (let index = 0; index < after; index++) {
      const start = (group * before + weights.first[index]) * stride;
      const taps = index * weights.width;
      const count = weights.count[index];
      for (let lane = 0; lane < stride; lane++) {
        let sum = 0;
        for (let tap = 0, at = start + lane; tap < count; tap++, at += stride)
          sum += source[at] * values[taps + tap];
        target[out++] = sum * unit + rounding;
      }
    }
  }
  return target;
}

function nearestPositions(before: number, after: number): Int32Array {
  const step = before / after;
  const positions = new Int32Array(after);
  let position = step * 0.5;
  for (let index = 0; index < after; index++, position += step)
    positions[index] = Math.min(position, before - 1);
  return positions;
}

function requireSize(caller: string, height: number, width: number): void {
  for (const size of [height, width]) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${caller}: got ${height}×${width}; expected a positive integer height and width`);
    }
  }
}
