import { foldIndex } from '../spatial/borders';

/** Standard deviations after which the kernel is cut, as in SciPy. */
const TRUNCATE = 4;
/** Results that are computed together, and share what they read. */
const GROUP = 4;
/** Columns of a volume's slices that are smoothed along the slice axis together. */
const COLUMNS = 512;

/** Places of groups of neighbours: neighbour j of group i of row r lies at first + r · row + i · group + j · step. */
interface Groups {
  first: number;
  row: number;
  group: number;
  step: number;
}

/**
 * Gaussian smoothing along each axis, borders reflected; equal to `scipy.ndimage.gaussian_filter`. Rows are smoothed as
 * soon as four of them have been smoothed down the columns, while they are near at hand.
 *
 * @param values row-major, channels last
 * @param sigmas standard deviation along each axis in samples; 0 leaves it as it is
 * @returns a new array
 */
export function smoothReflected(
  values: Float32Array,
  shape: readonly number[],
  channels: number,
  sigmas: readonly number[],
): Float32Array {
  const kernels = sigmas.map(halfKernel);
  const [height, width] = shape.slice(-2);
  const area = height * width * channels;
  const volume = shape.length === 3 && kernels[0].length > 1;
  const source = volume ? smoothSlices(values, shape[0], area, kernels[0]) : values;
  const [down, along] = kernels.slice(-2);
  const room = (wholeGroups(height) + 2 * (down.length - 1)) * rowLength(width * channels);
  const table = new Float32Array(room);
  // The last group of a row may reach over its end.
  const result = new Float32Array(values.length + (wholeGroups(width) - width) * channels);
  for (let first = 0; first < values.length; first += area) {
    smoothPlane(source, first, table, result, height, width, channels, down, along);
  }
  return result.length === values.length ? result : result.slice(0, values.length);
}

/** Weights of the middle and of the samples 1, 2, … away from it; both sides together sum to 1. */
function halfKernel(sigma: number): Float64Array {
  if (sigma < 1e-15) return Float64Array.of(1);
  const radius = Math.floor(TRUNCATE * sigma + 0.5);
  const kernel = Float64Array.from({ length: radius + 1 }, (_, x) =>
    Math.exp((-0.5 * x * x) / (sigma * sigma)),
  );
  const sum = kernel.reduce((total, weight) => total + 2 * weight, -kernel[0]);
  return kernel.map((weight) => weight / sum);
}

const wholeGroups = (size: number) => Math.ceil(size / GROUP) * GROUP;
/** Rows of a power of two apart would share a few places of the processor's cache. */
const rowLength = (size: number) => size + (size % 64 === 0 ? 16 : 0);

/** Fills a table with rows of `width` values from `first` on, continued by reflection above and below. */
function continueRows(
  values: Float32Array,
  rows: number,
  rowStride: number,
  first: number,
  width: number,
  radius: number,
  table: Float32Array,
  length: number,
): void {
  for (let row = 0; row < rows + 2 * radius; row++) {
    const from = foldIndex(row - radius, rows, 'reflect') * rowStride + first;
    table.set(values.subarray(from, from + width), row * length);
  }
}

function smoothSlices(values: Float32Array, depth: number, area: number, kernel: Float64Array): Float32Array {
  const radius = kernel.length - 1;
  const result = new Float32Array(values.length);
  const length = rowLength(COLUMNS);
  const table = new Float32Array((wholeGroups(depth) + 2 * radius) * length);
  const smoothed = new Float32Array(GROUP * length);
  for (let first = 0; first < area; first += COLUMNS) {
    const width = Math.min(COLUMNS, area - first);
    continueRows(values, depth, area, first, width, radius, table, length);
    for (let slice = 0; slice < depth; slice += GROUP) {
      const from = { first: (slice + radius) * length, row: 0, group: 1, step: length };
      smoothGroups(table, from, smoothed, { first: 0, row: 0, group: 1, step: length }, 1, width, kernel);
      for (let row = 0; row < Math.min(GROUP, depth - slice); row++) {
        result.set(smoothed.subarray(row * length, row * length + width), (slice + row) * area + first);
      }
    }
  }
  return result;
}

function smoothPlane(
  values: Float32Array,
  first: number,
  table: Float32Array,
  target: Float32Array,
  height: number,
  width: number,
  channels: number,
  down: Float64Array,
  along: Float64Array,
): void {
  const above = down.length - 1;
  const before = (along.length - 1) * channels;
  const rowSize = width * channels;
  const length = rowLength(rowSize);
  continueRows(values, height, rowSize, first, rowSize, above, table, length);
  const padded = wholeGroups(width) * channels + 2 * before;
  const rows = new Float32Array(GROUP * padded);
  const borders = bordersOf(width, channels, along.length - 1);
  for (let row = 0; row < height; row += GROUP) {
    const from = { first: (row + above) * length, row: 0, group: 1, step: length };
    smoothGroups(table, from, rows, { first: before, row: 0, group: 1, step: padded }, 1, rowSize, down);
    const count = Math.min(GROUP, height - row);
    for (let at = 0; at < count; at++) {
      const start = at * padded;
      for (let place = 0; place < borders.to.length; place++) {
        rows[start + borders.to[place]] = rows[start + borders.from[place]];
      }
    }
    // What the last group of a row writes beyond its end, the next row overwrites.
    for (let channel = 0; channel < channels; channel++) {
      const group = GROUP * channels;
      const read = { first: before + channel, row: padded, group, step: channels };
      const write = { first: first + row * rowSize + channel, row: rowSize, group, step: channels };
      smoothGroups(rows, read, target, write, count, wholeGroups(width) / GROUP, along);
    }
  }
}

/** Where the samples left and right of a padded row come from. */
function bordersOf(width: number, channels: number, radius: number): { to: Int32Array; from: Int32Array } {
  const outside = Array.from({ length: radius }, (_, away) => [-1 - away, width + away]).flat();
  const places = (fold: (place: number) => number) =>
    Int32Array.from(
      outside.flatMap((place) =>
        Array.from({ length: channels }, (_, channel) => (fold(place) + radius) * channels + channel),
      ),
    );
  return { to: places((place) => place), from: places((place) => foldIndex(place, width, 'reflect')) };
}

/**
 * Of each group four neighbours: kernel[0] · x[i] + Σ kernel[k] · (x[i − k] + x[i + k]). What is read for one k is kept
 * for the next, so that a k costs two reads for four results.
 */
function smoothGroups(
  source: Float32Array,
  from: Groups,
  target: Float32Array,
  to: Groups,
  rows: number,
  count: number,
  kernel: Float64Array,
): void {
  const radius = kernel.length - 1;
  const middle = kernel[0];
  const { step, group: stride } = from;
  const { step: toStep, group: toStride } = to;
  for (let row = 0; row < rows; row++) {
    let start = from.first + row * from.row;
    let end = to.first + row * to.row;
    for (let group = 0; group < count; group++, start += stride, end += toStride) {
      let left = start;
      let right = start + 3 * step;
      let l0 = source[start];
      let l1 = source[start + step];
      let l2 = source[start + 2 * step];
      let l3 = source[right];
      let r0 = l0;
      let r1 = l1;
      let r2 = l2;
      let r3 = l3;
      let a = middle * l0;
      let b = middle * l1;
      let c = middle * l2;
      let d = middle * l3;
      let k = 1;
      // Four at a time, after which each number is back in its place: nothing has to be moved.
      for (; k + 3 <= radius; k += 4) {
        let weight = kernel[k];
        l3 = source[(left -= step)];
        r0 = source[(right += step)];
        a += weight * (l3 + r1);
        b += weight * (l0 + r2);
        c += weight * (l1 + r3);
        d += weight * (l2 + r0);
        weight = kernel[k + 1];
        l2 = source[(left -= step)];
        r1 = source[(right += step)];
        a += weight * (l2 + r2);
        b += weight * (l3 + r3);
        c += weight * (l0 + r0);
        d += weight * (l1 + r1);
        weight = kernel[k + 2];
        l1 = source[(left -= step)];
        r2 = source[(right += step)];
        a += weight * (l1 + r3);
        b += weight * (l2 + r0);
        c += weight * (l3 + r1);
        d += weight * (l0 + r2);
        weight = kernel[k + 3];
        l0 = source[(left -= step)];
        r3 = source[(right += step)];
        a += weight * (l0 + r0);
        b += weight * (l1 + r1);
        c += weight * (l2 + r2);
        d += weight * (l3 + r3);
      }
      for (; k <= radius; k++) {
        const weight = kernel[k];
        l3 = l2;
        l2 = l1;
        l1 = l0;
        l0 = source[(left -= step)];
        r0 = r1;
        r1 = r2;
        r2 = r3;
        r3 = source[(right += step)];
        a += weight * (l0 + r0);
        b += weight * (l1 + r1);
        c += weight * (l2 + r2);
        d += weight * (l3 + r3);
      }
      target[end] = a;
      target[end + toStep] = b;
      target[end + 2 * toStep] = c;
      target[end + 3 * toStep] = d;
    }
  }
}
