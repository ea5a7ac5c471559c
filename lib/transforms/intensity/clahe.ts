import type { Image } from '../../io/image';
import { elementsOf } from '../../metrics/grid';
import { requireCounts } from '../../nn/options';
import { foldIndex } from '../spatial/borders';
import { requireSizes } from '../spatial/samples';
import { clipCounts } from './clip-counts';
import { mapChannels, requireFiniteSamples, requireNumber, type Floats, type InFloats } from './planes';
import { roundHalfEven } from './rounding';
import { extentOf } from './statistics';

/** Grey levels that the algorithm works on. */
const LEVELS = 2 ** 14;

export interface ClaheOptions {
  /** Sizes of the regions whose histograms are equalised, one an axis; default an eighth of the image's. */
  kernel?: number | readonly number[];
  /** The greatest share of a region's samples in a bin; what is above is spread over all bins. Default 0.01; 0: none. */
  clipLimit?: number;
  /** Bins of a histogram, up to 2¹⁴; default 256. */
  bins?: number;
}

/**
 * Contrast-limited adaptive histogram equalisation: each region of the image is equalised by its own clipped histogram,
 * and a sample goes linearly from the mapping of one region to that of the next (Zuiderveld 1994). In space, regions are
 * boxes.
 *
 * Equal to `skimage.exposure.equalize_adapthist`, to single precision, on unsigned integers of 8 and 16 bits and on
 * floats from 0 to 1; all others are first brought to 0 … 1 by their least and greatest sample.
 *
 * Shape: the image's, each channel on its own; float32 from 0 to 1
 *
 * @throws RangeError for samples that are NaN or infinite, a kernel of other sizes than positive integers, a negative
 *   clip limit and no bins or too many
 */
export function clahe<I extends Image>(image: I, options: ClaheOptions = {}): InFloats<I> {
  const owner = 'clahe';
  const { kernel, clipLimit = 0.01, bins = 256 } = options;
  const sizes =
    kernel === undefined
      ? image.shape.map((size) => Math.max(Math.floor(size / 8), 1))
      : typeof kernel === 'number'
        ? image.shape.map(() => kernel)
        : kernel;
  requireSizes(owner, sizes, image.shape.length);
  requireNumber(owner, 'clipLimit', clipLimit, 0);
  requireCounts(owner, { bins });
  if (bins > LEVELS) throw new RangeError(`${owner}: got ${bins} bins; expected at most ${LEVELS}`);
  const limit = clipLimit > 0 ? Math.max(Math.floor(clipLimit * elementsOf(sizes)), 1) : elementsOf(sizes);
  // A picture is a volume of one slice.
  const [shape, regions] =
    image.shape.length === 2
      ? [
          [1, ...image.shape],
          [1, ...sizes],
        ]
      : [image.shape, sizes];
  return mapChannels(owner, image, (plane) => {
    requireFiniteSamples(owner, plane);
    const binned = toBins(plane, image, bins);
    return stretch(blend(binned, mappingsOf(binned, shape, regions, limit, bins)));
  });
}

/** The bin of each sample: 16-bit integers, then 2¹⁴ levels from the least to the greatest, then bins. */
function toBins(plane: Floats, { data }: Image, bins: number): Uint16Array {
  const levels = new Uint16Array(plane.length);
  const extent = extentOf([plane]);
  const unit = data instanceof Float32Array || data instanceof Float64Array;
  const within = unit && extent[0] >= 0 && extent[1] <= 1;
  if (data instanceof Uint8Array || data instanceof Uint16Array) {
    const gain = data instanceof Uint8Array ? 257 : 1;
    for (let index = 0; index < plane.length; index++) levels[index] = plane[index] * gain;
  } else {
    const single = plane instanceof Float32Array && within;
    const low = within ? 0 : extent[0];
    const gain = within ? 65535 : 65535 / (extent[1] - extent[0] || 1);
    for (let index = 0; index < plane.length; index++) {
      const value = (plane[index] - low) * gain;
      levels[index] = roundHalfEven(single ? Math.fround(value) : value);
    }
  }
  let low = 65535;
  let high = 0;
  for (let index = 0; index < levels.length; index++) {
    low = Math.min(low, levels[index]);
    high = Math.max(high, levels[index]);
  }
  const width = 1 + Math.floor(LEVELS / bins);
  const table = new Uint16Array(65536);
  for (let level = low; level <= high; level++) {
    const scaled =
      low === high
        ? Math.min(level, LEVELS - 1)
        : roundHalfEven(((level - low) / (high - low)) * (LEVELS - 1));
    table[level] = Math.floor(scaled / width);
  }
  for (let index = 0; index < levels.length; index++) levels[index] = table[levels[index]];
  return levels;
}

/** The level that each bin of each region becomes. */
interface Mappings {
  shape: readonly number[];
  /** Sizes of a region. */
  kernel: readonly number[];
  /** Regions along each axis. */
  counts: readonly number[];
  bins: number;
  /** Shape: [...counts, bins] */
  levels: Uint16Array;
}

/** Regions lie side by side from the first sample on; those that reach over the end are filled by reflection. */
function mappingsOf(
  binned: Uint16Array,
  shape: readonly number[],
  kernel: readonly number[],
  limit: number,
  bins: number,
): Mappings {
  const counts = shape.map((size, axis) => Math.ceil(size / kernel[axis]));
  const [slices, rows, columns] = shape.map((size, axis) =>
    Int32Array.from({ length: counts[axis] * kernel[axis] }, (_, index) => foldIndex(index, size, 'mirror')),
  );
  const levels = new Uint16Array(elementsOf(counts) * bins);
  const elements = elementsOf(kernel);
  const histogram = new Int32Array(bins);
  const [, height, width] = shape;
  const [depthOf, heightOf, widthOf] = kernel;
  let to = 0;
  for (let slice = 0; slice < slices.length; slice += depthOf) {
    for (let row = 0; row < rows.length; row += heightOf) {
      for (let column = 0; column < columns.length; column += widthOf) {
        histogram.fill(0);
        for (let z = slice; z < slice + depthOf; z++) {
          for (let y = row; y < row + heightOf; y++) {
            const start = (slices[z] * height + rows[y]) * width;
            for (let x = column; x < column + widthOf; x++) histogram[binned[start + columns[x]]]++;
          }
        }
        clipCounts(histogram, limit);
        let sum = 0;
        for (let bin = 0; bin < bins; bin++) {
          sum += histogram[bin];
          levels[to++] = Math.min(sum * ((LEVELS - 1) / elements), LEVELS - 1);
        }
      }
    }
  }
  return { shape, kernel, counts, bins, levels };
}

/** Along one axis: the regions before and after each sample, and the weight of the one after. */
function neighbours(size: number, kernel: number, count: number) {
  const before = new Int32Array(size);
  const after = new Int32Array(size);
  const weights = new Float64Array(size);
  for (let index = 0; index < size; index++) {
    const at = index + Math.floor(kernel / 2);
    const region = Math.floor(at / kernel);
    before[index] = Math.min(Math.max(region - 1, 0), count - 1);
    after[index] = Math.min(region, count - 1);
    weights[index] = (at % kernel) / kernel;
  }
  return { before, after, weights };
}

/** Each sample by the mappings of the regions around it; sums in single precision and cut to integers, as scikit-image. */
function blend(binned: Uint16Array, { shape, kernel, counts, bins, levels }: Mappings): Uint16Array {
  const [alongSlices, alongRows, alongColumns] = shape.map((size, axis) =>
    neighbours(size, kernel[axis], counts[axis]),
  );
  const [depth, height, width] = shape;
  const before = alongColumns.before.map((region) => region * bins);
  const after = alongColumns.after.map((region) => region * bins);
  const { weights } = alongColumns;
  const result = new Uint16Array(binned.length);
  const sums = new Float32Array(width);
  let start = 0;
  for (let slice = 0; slice < depth; slice++) {
    for (let row = 0; row < height; row++, start += width) {
      sums.fill(0);
      for (let corner = 0; corner < 4; corner++) {
        const [nextSlice, nextRow] = [corner >> 1, corner & 1];
        const z = nextSlice ? alongSlices.after[slice] : alongSlices.before[slice];
        const y = nextRow ? alongRows.after[row] : alongRows.before[row];
        const ofSlice = nextSlice ? alongSlices.weights[slice] : 1 - alongSlices.weights[slice];
        const ofRow = nextRow ? alongRows.weights[row] : 1 - alongRows.weights[row];
        if (ofSlice === 0 || ofRow === 0) continue;
        const base = (z * counts[1] + y) * counts[2] * bins;
        for (let column = 0; column < width; column++) {
          const bin = base + binned[start + column];
          const weight = weights[column];
          const left = Math.fround(levels[bin + before[column]] * ((1 - weight) * ofRow * ofSlice));
          const right = Math.fround(levels[bin + after[column]] * (weight * ofRow * ofSlice));
          sums[column] = Math.fround(sums[column] + left) + right;
        }
      }
      for (let column = 0; column < width; column++) result[start + column] = sums[column];
    }
  }
  return result;
}

/** From the least and greatest level to 0 and 1. */
function stretch(levels: Uint16Array): Float32Array {
  let low = LEVELS;
  let high = 0;
  for (let index = 0; index < levels.length; index++) {
    low = Math.min(low, levels[index]);
    high = Math.max(high, levels[index]);
  }
  const result = new Float32Array(levels.length);
  if (low === high) return result.fill(Math.min(low, 1));
  for (let index = 0; index < levels.length; index++) result[index] = (levels[index] - low) / (high - low);
  return result;
}
