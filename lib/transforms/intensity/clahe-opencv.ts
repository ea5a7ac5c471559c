import type { Image } from '../../io/image';
import { requireCounts } from '../../nn/options';
import { requireImage } from '../spatial/samples';
import { foldIndex } from '../spatial/borders';
import { requireNumber } from './planes';
import { roundHalfEven } from './rounding';

const BINS = 256;

export interface ClaheOpenCvOptions {
  /** How often the mean count of a tile's histogram a bin may hold; what is above is spread. Default 40; 0: no limit. */
  clipLimit?: number;
  /** Tiles across and down: [columns, rows]; default [8, 8]. */
  tiles?: readonly [number, number];
}

/** The grid of tiles over a picture. */
interface Tiles {
  columns: number;
  rows: number;
  width: number;
  height: number;
  /** Shape: [rows, columns, 256] */
  tables: Uint8Array;
}

/**
 * CLAHE as `cv2.createCLAHE(clipLimit, tileGridSize).apply` does it on 8-bit pictures: equal to the last bit. It differs
 * from `clahe` in the unit of the clip limit, in how the excess is spread, and in that grey levels are not stretched.
 *
 * Shape: [h, w], each channel on its own → the same
 *
 * @throws RangeError for other than an 8-bit picture, a negative clip limit, and tiles that are no positive integers
 */
export function claheOpenCv<I extends Image<Uint8Array>>(image: I, options: ClaheOpenCvOptions = {}): I {
  const owner = 'claheOpenCv';
  requireImage(owner, image);
  const { clipLimit = 40, tiles = [8, 8] } = options;
  if (image.shape.length !== 2 || !(image.data instanceof Uint8Array)) {
    throw new RangeError(
      `${owner}: got a ${image.data.constructor.name} of [${image.shape.join(', ')}]; expected a Uint8Array of ` +
        '[height, width]: use clahe for other types and for volumes',
    );
  }
  requireNumber(owner, 'clipLimit', clipLimit, 0);
  requireCounts(owner, { 'tiles across': tiles[0], 'tiles down': tiles[1] });
  const data = new Uint8Array(image.data.length);
  for (let channel = 0; channel < image.channels; channel++) {
    interpolate(image, channel, tablesOf(image, channel, clipLimit, tiles), data);
  }
  return { ...image, data };
}

function tablesOf(
  { data, shape: [height, width], channels }: Image<Uint8Array>,
  channel: number,
  clipLimit: number,
  [columns, rows]: readonly [number, number],
): Tiles {
  // OpenCV adds a whole row of tiles where only the columns do not fit, and the other way round.
  const fits = width % columns === 0 && height % rows === 0;
  const tileWidth = fits ? width / columns : Math.floor(width / columns) + 1;
  const tileHeight = fits ? height / rows : Math.floor(height / rows) + 1;
  const area = tileWidth * tileHeight;
  const across = Int32Array.from({ length: columns * tileWidth }, (_, x) => foldIndex(x, width, 'mirror'));
  const limit = clipLimit > 0 ? Math.max(Math.floor((clipLimit * area) / BINS), 1) : 0;
  const perCount = Math.fround(Math.fround(BINS - 1) / area);
  const tables = new Uint8Array(rows * columns * BINS);
  const counts = new Int32Array(BINS);
  for (let tile = 0; tile < rows * columns; tile++) {
    const left = (tile % columns) * tileWidth;
    const top = Math.floor(tile / columns) * tileHeight;
    counts.fill(0);
    for (let y = top; y < top + tileHeight; y++) {
      const start = foldIndex(y, height, 'mirror') * width;
      for (let x = left; x < left + tileWidth; x++) counts[data[(start + across[x]) * channels + channel]]++;
    }
    if (limit > 0) spreadExcess(counts, limit);
    for (let bin = 0, sum = 0; bin < BINS; bin++) {
      sum += counts[bin];
      tables[tile * BINS + bin] = toByte(Math.fround(sum * perCount));
    }
  }
  return { columns, rows, width: tileWidth, height: tileHeight, tables };
}

function spreadExcess(counts: Int32Array, limit: number): void {
  let excess = 0;
  for (let bin = 0; bin < BINS; bin++) {
    excess += Math.max(counts[bin] - limit, 0);
    counts[bin] = Math.min(counts[bin], limit);
  }
  const share = Math.floor(excess / BINS);
  let rest = excess - share * BINS;
  for (let bin = 0; bin < BINS; bin++) counts[bin] += share;
  const step = rest > 0 ? Math.max(Math.floor(BINS / rest), 1) : BINS;
  for (let bin = 0; bin < BINS && rest > 0; bin += step, rest--) counts[bin]++;
}

/** Rounded, halves to the even number, and limited to a byte. */
const toByte = (value: number) => Math.min(roundHalfEven(value), 255);

/** Along one axis, in single precision: the tiles before and after each pixel, and the weight of the one after. */
function neighbours(size: number, tile: number, count: number) {
  const before = new Int32Array(size);
  const after = new Int32Array(size);
  const weights = new Float32Array(size);
  const inverse = Math.fround(1 / tile);
  for (let index = 0; index < size; index++) {
    const at = Math.fround(Math.fround(index * inverse) - 0.5);
    const floor = Math.floor(at);
    weights[index] = at - floor;
    before[index] = Math.max(floor, 0);
    after[index] = Math.min(floor + 1, count - 1);
  }
  return { before, after, weights };
}

function interpolate(image: Image<Uint8Array>, channel: number, tiles: Tiles, target: Uint8Array): void {
  const { data, channels } = image;
  const [height, width] = image.shape;
  const { tables, columns } = tiles;
  const alongRows = neighbours(height, tiles.height, tiles.rows);
  const alongColumns = neighbours(width, tiles.width, columns);
  const f = Math.fround;
  for (let row = 0, at = channel; row < height; row++) {
    const above = alongRows.before[row] * columns;
    const below = alongRows.after[row] * columns;
    const down = alongRows.weights[row];
    const up = f(1 - down);
    for (let column = 0; column < width; column++, at += channels) {
      const value = data[at];
      const left = alongColumns.before[column];
      const right = alongColumns.after[column];
      const toRight = alongColumns.weights[column];
      const toLeft = f(1 - toRight);
      const first = f(
        f(tables[(above + left) * BINS + value] * toLeft) +
          f(tables[(above + right) * BINS + value] * toRight),
      );
      const second = f(
        f(tables[(below + left) * BINS + value] * toLeft) +
          f(tables[(below + right) * BINS + value] * toRight),
      );
      target[at] = toByte(f(f(first * up) + f(second * down)));
    }
  }
}
