import type { Image, Samples } from '../io/image';
import type { Pixels } from '../io/image-stack';
import { resizeBilinear, resizeNearest } from '../transforms/resize';
import { centredBox, cropBox } from '../transforms/spatial/window';

type Bytes = Uint8Array | Uint16Array;

/** 0…255, or 0…65535, → 0…1 */
export function toUnit(image: Image<Bytes>): Image<Float32Array> {
  const most = image.data instanceof Uint8Array ? 255 : 65535;
  return { ...image, data: Float32Array.from(image.data, (value) => value / most) };
}

/**
 * Gray or RGB of a picture that is gray, RGB or either with alpha, which is left out. Gray is Pillow's "L":
 * (19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶, rounded down.
 */
export function withChannels<T extends Samples>(image: Image<T>, channels: 1 | 3): Image<T> {
  const { data, channels: stored } = image;
  const colours = stored >= 3 ? 3 : 1;
  if (stored === channels) return image;
  const count = data.length / stored;
  const target = new (data.constructor as new (length: number) => T)(count * channels);
  for (let at = 0; at < count; at++) {
    const from = at * stored;
    if (colours === 3 && channels === 1) {
      const weighted = 19595 * data[from] + 38470 * data[from + 1] + 7471 * data[from + 2];
      target[at] = Math.floor((weighted + 0x8000) / 0x10000);
      continue;
    }
    for (let channel = 0; channel < channels; channel++) {
      target[at * channels + channel] = data[from + (colours === 3 ? channel : 0)];
    }
  }
  return { ...image, data: target, channels };
}

/** The largest square about the middle, resized to `size`: bilinear for pictures, nearest for labels, as Pillow does. */
export function squareOf<T extends Pixels>(
  image: Image<T>,
  size: number,
  interpolation: 'bilinear' | 'nearest',
): Image<T> {
  const side = Math.min(...image.shape);
  const { data, channels } = cropBox(image, centredBox(image.shape, [side, side]));
  const resize = interpolation === 'bilinear' ? resizeBilinear : resizeNearest;
  const Type = data.constructor as new (length: number) => T;
  // A stack has one channel: the channels become its pages, and pixels again.
  const planes = new Type(data.length);
  const area = side * side;
  for (let at = 0; at < data.length; at++)
    planes[(at % channels) * area + Math.floor(at / channels)] = data[at];
  const resized = resize({ data: planes, pages: channels, height: side, width: side }, size, size).data;
  const pixels = new Type(resized.length);
  const newArea = size * size;
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = resized[(at % channels) * newArea + Math.floor(at / channels)];
  }
  return { data: pixels, shape: [size, size], channels };
}
