import { parseColour } from '../display/colours';
import { intensityRanges, toRgb } from '../display/intensity';
import type { Raster } from '../display/png';
import type { Image } from '../io/image';
import type { AnnotatedObject } from './scene';
import { labelMap } from './scene';

/** Strength of a mask over its image. */
const OPACITY = 0.45;

/** An image of bytes or of numbers from 0 to 1 as RGB bytes. */
export function rasterOf({ data, shape: [height, width], channels }: Image): Raster {
  const picture = { data, height, width, channels: channels as 1 | 3 };
  return toRgb(picture, intensityRanges([picture], 'full')[0], 'grey');
}

/** An image with its objects painted over it, their borders in full colour, no wider than a notebook's page. */
export function paintObjects(image: Image, objects: readonly AnnotatedObject[], widest: number): Raster {
  const { data, height, width } = rasterOf(image);
  const labels = labelMap(objects, image.shape).data;
  const colours = objects.map(({ colour }) => parseColour(colour));
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    if (label === 0) continue;
    const column = at % width;
    const inner =
      (column === 0 || labels[at - 1] === label) &&
      (column === width - 1 || labels[at + 1] === label) &&
      (at < width || labels[at - width] === label) &&
      (at >= labels.length - width || labels[at + width] === label);
    const opacity = inner ? OPACITY : 1;
    for (let channel = 0; channel < 3; channel++) {
      const under = data[3 * at + channel];
      data[3 * at + channel] = Math.round(under + opacity * (colours[label - 1][channel] - under));
    }
  }
  return everyNth({ data, height, width, channels: 3 }, Math.ceil(width / widest));
}

/** Every n-th pixel of every n-th row. */
function everyNth({ data, height, width, channels }: Raster, step: number): Raster {
  if (step <= 1) return { data, height, width, channels };
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const kept = new Uint8Array(rows * columns * channels);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * step * width + column * step) * channels;
      kept.set(data.subarray(from, from + channels), (row * columns + column) * channels);
    }
  }
  return { data: kept, height: rows, width: columns, channels };
}
