import { OVERLAY_COLOURS, parseColour, type Rgb } from './colours';
import { readPictures, type ImageInput, type Picture } from './pixels';
import type { Raster } from './png';

/** Masks drawn over the images, one mask an image. */
export interface Overlay {
  /** 0 and 1 (drawn from 0.5 on), or with several labels: whole numbers, 0 for nothing and k for the k-th label. */
  masks: ImageInput;
  /** What the mask shows, for the legend. Several names make it a map of classes. */
  label: string | readonly string[];
  /** Draws only the outline: the mask's own pixels that touch a pixel outside of it (or of another class). */
  contour?: boolean;
  /** Strength of a filled mask, 0–1. Default 0.45. */
  opacity?: number;
  /** `#rrggbb` for each label. Default: the next of the colour-blind-safe palette. */
  colours?: readonly string[];
}

/** One line of the legend. */
export interface LegendEntry {
  label: string;
  colour: string;
  contour: boolean;
}

/** An overlay whose masks are read and whose colours are chosen. */
export interface Layer {
  masks: Picture[];
  entries: LegendEntry[];
  opacity: number;
}

/** Reads the overlays of `pictures` and hands out the colours in order. @throws Error when sizes do not agree */
export async function readLayers(
  caller: string,
  overlays: readonly Overlay[],
  pictures: readonly Picture[],
): Promise<Layer[]> {
  let used = 0;
  const layers: Layer[] = [];
  for (const { masks, label, contour = false, opacity = 0.45, colours } of overlays) {
    const labels = typeof label === 'string' ? [label] : label;
    const read = await readPictures(caller, masks);
    checkMasks(caller, labels.join(', '), read, pictures);
    if (colours && colours.length !== labels.length) {
      throw new Error(`${caller}: got ${colours.length} colours for ${labels.length} label(s) of an overlay`);
    }
    const entries = labels.map((name, index) => {
      const colour = colours?.[index] ?? (OVERLAY_COLOURS[used++ % OVERLAY_COLOURS.length] as string);
      return { label: name, colour, contour };
    });
    layers.push({ masks: read, entries, opacity });
  }
  return layers;
}

/** Paints one mask into RGB bytes, in place. */
export function paintMask(target: Raster, mask: Picture, layer: Layer): void {
  const colours: Rgb[] = layer.entries.map((entry) => parseColour(entry.colour));
  const contour = layer.entries[0]?.contour ?? false;
  const classes = toClasses(mask, colours.length);
  const { height, width } = mask;
  const opacity = contour ? 1 : layer.opacity;
  for (let pixel = 0; pixel < classes.length; pixel++) {
    const colour = colours[(classes[pixel] as number) - 1];
    if (!colour || (contour && !isEdge(classes, pixel, height, width))) continue;
    for (let channel = 0; channel < 3; channel++) {
      const index = pixel * 3 + channel;
      const under = target.data[index] as number;
      target.data[index] = Math.round(under * (1 - opacity) + (colour[channel] as number) * opacity);
    }
  }
}

/** The share of an image that a layer's mask covers, 0–1. */
export function coverage(mask: Picture, layer: Layer): number {
  const covered = toClasses(mask, layer.entries.length).reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0);
  return covered / mask.data.length;
}

/** 0 where nothing is drawn, k for the k-th label. */
function toClasses({ data }: Picture, labels: number): Uint8Array {
  const classes = new Uint8Array(data.length);
  for (let pixel = 0; pixel < data.length; pixel++) {
    const value = data[pixel] as number;
    if (labels === 1) classes[pixel] = value >= 0.5 ? 1 : 0;
    else if (value >= 0.5 && value < labels + 0.5) classes[pixel] = Math.round(value);
  }
  return classes;
}

// The image's border is no edge: a mask that runs out of the image has no outline there.
function isEdge(classes: Uint8Array, pixel: number, height: number, width: number): boolean {
  const [row, column] = [Math.floor(pixel / width), pixel % width];
  const own = classes[pixel];
  return (
    (row > 0 && classes[pixel - width] !== own) ||
    (row < height - 1 && classes[pixel + width] !== own) ||
    (column > 0 && classes[pixel - 1] !== own) ||
    (column < width - 1 && classes[pixel + 1] !== own)
  );
}

function checkMasks(caller: string, label: string, masks: Picture[], pictures: readonly Picture[]): void {
  if (masks.length !== pictures.length) {
    throw new Error(
      `${caller}: got ${masks.length} mask(s) "${label}" for ${pictures.length} image(s); expected one an image`,
    );
  }
  masks.forEach((mask, index) => {
    const { height, width } = pictures[index] as Picture;
    if (mask.height !== height || mask.width !== width || mask.channels !== 1) {
      throw new Error(
        `${caller}: mask ${index} "${label}" is ${mask.height} × ${mask.width} × ${mask.channels}, its image ` +
          `${height} × ${width}; resize the mask (nearest neighbour) and give it one channel`,
      );
    }
  });
}
