import { standardized } from './network-frame';
import type { Scene } from './training-scenes';

export type Random = () => number;

/** Pixels of a crop's side. */
export const SIDE = 128;
/** Objects of a crop. */
export const OBJECTS = 3;
/** The smallest object of a crop, in pixels. */
const LEAST_AREA = 24;
/** Pixels of the image that a crop shows along each side. */
const SIDES = [80, 208];
/** Share of crops whose bright becomes dark. */
const INVERTED = 0.25;
/** Tries until a crop shows an object. */
const TRIES = 50;

/** A crop of a scene, and masks of objects in it. */
export interface TrainingCrop {
  /** Shape: [SIDE · SIDE · 3] */
  image: Float32Array;
  /** 1 inside. As many as `OBJECTS`, shape [SIDE · SIDE] each */
  objects: Uint8Array[];
}

/** A crop about an object, moved, turned, flipped, scaled, brighter or darker; the random numbers alone decide. */
export function drawTrainingCrop(scenes: readonly Scene[], random: Random): TrainingCrop {
  const { image, labels } = drawCrop(scenes, random);
  return { image, objects: chooseObjects(labels, random) };
}

interface Crop {
  image: Float32Array;
  labels: Uint16Array;
}

function drawCrop(scenes: readonly Scene[], random: Random): Crop {
  for (let tries = 0; tries < TRIES; tries++) {
    const scene = scenes[Math.floor(random() * scenes.length)];
    const middle = Math.floor(random() * scene.labels.data.length);
    // Most of a picture of nuclei is background: what is drawn shall show objects.
    if (scene.labels.data[middle] === 0 && tries < TRIES / 2) continue;
    const crop = cut(scene, middle, random);
    if (areasOf(crop.labels).size > 0) return crop;
  }
  throw new RangeError(
    `drawTrainingCrop: got scenes without objects of ${LEAST_AREA} pixels; expected some in most`,
  );
}

/** A square about a pixel, at random a little beside it. */
function cut({ image, labels, moments }: Scene, middle: number, random: Random): Crop {
  const [height, width] = image.shape;
  const side = SIDES[0] + (SIDES[1] - SIDES[0]) * random() ** 1.5;
  const beside = () => (random() - 0.5) * 0.7 * side;
  const [row, column] = [Math.floor(middle / width) + beside(), (middle % width) + beside()];
  const step = side / SIDE;
  const turned = random() < 0.5;
  const [down, along] = [random() < 0.5 ? step : -step, random() < 0.5 ? step : -step];
  const sign = random() < INVERTED ? -1 : 1;
  const [gain, offset] = [sign * (0.8 + 0.45 * random()), 0.5 * (random() - 0.5)];
  const result = { image: new Float32Array(SIDE * SIDE * 3), labels: new Uint16Array(SIDE * SIDE) };
  for (let at = 0; at < SIDE * SIDE; at++) {
    const [i, j] = [Math.floor(at / SIDE) - SIDE / 2, (at % SIDE) - SIDE / 2];
    const y = Math.min(Math.max(row + down * (turned ? j : i), 0), height - 1);
    const x = Math.min(Math.max(column + along * (turned ? i : j), 0), width - 1);
    result.labels[at] = labels.data[Math.round(y) * width + Math.round(x)];
    for (let channel = 0; channel < 3; channel++) {
      const value = bilinear(
        image.data,
        width,
        image.channels,
        y,
        x,
        image.channels === 3 ? channel : 0,
        height,
      );
      result.image[3 * at + channel] = gain * standardized(value, moments) + offset;
    }
  }
  return result;
}

function bilinear(
  data: Uint8Array,
  width: number,
  channels: number,
  y: number,
  x: number,
  channel: number,
  height: number,
): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [bottom, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
  const at = (row: number, column: number) => data[(row * width + column) * channels + channel];
  const above = at(top, left) + (x - left) * (at(top, right) - at(top, left));
  const below = at(bottom, left) + (x - left) * (at(bottom, right) - at(bottom, left));
  return above + (y - top) * (below - above);
}

function areasOf(labels: Uint16Array): Map<number, number> {
  const areas = new Map<number, number>();
  for (const label of labels) if (label > 0) areas.set(label, (areas.get(label) ?? 0) + 1);
  return new Map([...areas].filter(([, area]) => area >= LEAST_AREA));
}

/** As many as `OBJECTS`; where there are fewer, some more than once: they get other prompts. */
function chooseObjects(labels: Uint16Array, random: Random): Uint8Array[] {
  const all = [...areasOf(labels).keys()];
  const left: number[] = [];
  return Array.from({ length: OBJECTS }, () => {
    if (left.length === 0) left.push(...all);
    const [chosen] = left.splice(Math.floor(random() * left.length), 1);
    return Uint8Array.from(labels, (label) => Number(label === chosen));
  });
}
