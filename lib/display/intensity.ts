import { viridis, type Rgb } from './colours';
import type { Picture } from './pixels';
import type { Raster } from './png';

/** The value drawn darkest and the one drawn brightest. */
export type Range = readonly [low: number, high: number];

/**
 * How values become brightness: `shared`, from the smallest to the largest of all images; `each`, of every image by
 * itself; `full`, [0, 1] or [0, 255], whichever holds all values; or a range of your own, outside which values
 * saturate.
 */
export type IntensityScale = 'shared' | 'each' | 'full' | Range;

export type ColourMap = 'grey' | 'viridis';

// Values that are not finite are bugs worth seeing; this colour is in no grey image and not in viridis.
const NOT_FINITE: Rgb = [204, 121, 167];

/** The range of every image under a scale. */
export function intensityRanges(pictures: readonly Picture[], scale: IntensityScale): Range[] {
  if (typeof scale !== 'string') return pictures.map(() => scale);
  const extents = pictures.map(extent);
  if (scale === 'each') return extents.map(widen);
  const low = Math.min(...extents.map((range) => range[0]));
  const high = Math.max(...extents.map((range) => range[1]));
  const shared = scale === 'full' ? fullRange(low, high) : widen([low, high]);
  return pictures.map(() => shared);
}

/** Pixels [H, W, C] as RGB bytes; an alpha channel is laid over white. */
export function toRgb(picture: Picture, range: Range, map: ColourMap): Raster {
  const { data, height, width, channels } = picture;
  const bytes = new Uint8Array(height * width * 3);
  const table = colourTable(map);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const from = pixel * channels;
    const alpha = channels === 4 ? toByte(data[from + 3] as number, range) / 255 : 1;
    for (let channel = 0; channel < 3; channel++) {
      const value = data[channels === 1 ? from : from + channel] as number;
      const byte = toByte(value, range);
      const shown = !Number.isFinite(value)
        ? (NOT_FINITE[channel] as number)
        : channels === 1
          ? (table[byte * 3 + channel] as number)
          : byte;
      bytes[pixel * 3 + channel] = Math.round(shown * alpha + 255 * (1 - alpha));
    }
  }
  return { data: bytes, height, width, channels: 3 };
}

/** The 256 colours of a map, darkest first, [256 × 3]. */
export function colourTable(map: ColourMap): Uint8Array {
  const levels = Array.from({ length: 256 }, (_, level) =>
    map === 'viridis' ? viridis(level / 255) : [level, level, level],
  );
  return Uint8Array.from(levels.flat());
}

/** How many values of a picture are NaN or infinite. */
export function countNotFinite({ data }: Picture): number {
  let count = 0;
  for (let index = 0; index < data.length; index++) if (!Number.isFinite(data[index])) count++;
  return count;
}

function extent({ data }: Picture): Range {
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < data.length; index++) {
    const value = data[index] as number;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function fullRange(low: number, high: number): Range {
  if (low >= 0 && high <= 1) return [0, 1];
  if (low >= 0 && high <= 255) return [0, 255];
  return widen([low, high]);
}

/** A constant image has no range of its own: an all-zero mask must stay black and an all-one mask white. */
function widen([low, high]: Range): Range {
  if (low < high) return [low, high];
  if (low > high || (low >= 0 && low <= 1)) return [0, 1];
  return [low - 0.5, low + 0.5];
}

function toByte(value: number, [low, high]: Range): number {
  return Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * 255);
}
