import type { Volume } from '../image';

/** One frame: a segment in a slice, one byte a pixel. */
export interface SegmentFrame {
  segment: number;
  slice: number;
}

/** What fractional values are stored as: probability × 255, rounded. */
export const MOST_FRACTION = 255;

/** The segments and slices that have pixels, by segment, then by slice; the first slice where nothing has. */
export function framesWithPixels({ data, shape, channels }: Volume, segments: number): SegmentFrame[] {
  const area = shape[1] * shape[2];
  const present = new Set<number>();
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    const marked = channels === 1 ? value > 0 : value * MOST_FRACTION >= 0.5;
    if (!marked) continue;
    const segment = channels === 1 && value >= 1 ? value : (index % channels) + 1;
    present.add(segment * shape[0] + Math.floor(index / (area * channels)));
  }
  const frames = [...present]
    .sort((a, b) => a - b)
    .map((key) => ({ segment: Math.floor(key / shape[0]), slice: key % shape[0] }))
    .filter(({ segment }) => segment <= segments);
  return frames.length > 0 ? frames : [{ segment: 1, slice: 0 }];
}

/** Binary frames: a bit a pixel, the lowest first, frames without a gap (PS3.5, 8.1.1). */
export function packBinary({ data, shape }: Volume, frames: readonly SegmentFrame[]): Uint8Array {
  const area = shape[1] * shape[2];
  const bytes = new Uint8Array(Math.ceil((frames.length * area) / 8));
  frames.forEach(({ segment, slice }, frame) => {
    const from = slice * area;
    const to = frame * area;
    for (let pixel = 0; pixel < area; pixel++) {
      if (data[from + pixel] === segment) bytes[(to + pixel) >> 3] |= 1 << ((to + pixel) & 7);
    }
  });
  return bytes;
}

export function packFractions(
  { data, shape, channels }: Volume,
  frames: readonly SegmentFrame[],
): Uint8Array {
  const area = shape[1] * shape[2];
  const bytes = new Uint8Array(frames.length * area);
  frames.forEach(({ segment, slice }, frame) => {
    for (let pixel = 0; pixel < area; pixel++) {
      const value = data[(slice * area + pixel) * channels + segment - 1];
      bytes[frame * area + pixel] = Math.round(value * MOST_FRACTION);
    }
  });
  return bytes;
}
