import type { Image } from '../../io/image';
import { seededRandom } from '../../runtime/seed';
import { mixSeeds } from '../hash';
import { VOC_CLASSES, type VocClass } from '../voc-classes';
import { between, requireSize, smoothField, toByte } from './field';
import { DRAWINGS, type Paint } from './shape-drawings';
import { drawPart } from './shape-raster';

export interface SyntheticStreetOptions {
  /** Pixels; 240 and 320 by default. */
  height?: number;
  width?: number;
  /** 40 by default. */
  frames?: number;
  /** Frames a second; 10 by default. */
  fps?: number;
  /** Non-negative integer; 0 by default. */
  seed?: number;
}

/** A frame, and the class of each of its pixels. */
export interface StreetFrame {
  /** RGB, 0…255 */
  image: Image<Uint8Array>;
  /** 0…20 as in `VOC_CLASSES` */
  labels: Image<Uint8Array>;
}

/** Who is on the street, farthest first: class, place of its feet and size as shares of the height, pixels a second at 320. */
const TRAFFIC: readonly (readonly [VocClass, number, number, number])[] = [
  ['bus', 0.62, 0.42, 26],
  ['car', 0.7, 0.3, -48],
  ['person', 0.8, 0.36, 14],
  ['car', 0.88, 0.4, 70],
  ['person', 0.97, 0.5, -18],
];

/**
 * A street with a bus, cars and people that pass, frame by frame. Same options, same bytes on every machine.
 *
 * @throws RangeError for sizes, numbers and rates out of their ranges
 */
export function* syntheticStreet(
  options: SyntheticStreetOptions = {},
): Generator<StreetFrame, void, undefined> {
  const { height = 240, width = 320, frames = 40, fps = 10, seed = 0 } = options;
  requireSize('syntheticStreet', 'height', height, 32, 2048);
  requireSize('syntheticStreet', 'width', width, 32, 2048);
  requireSize('syntheticStreet', 'frames', frames, 1, 10_000);
  if (!(fps > 0 && fps <= 1000))
    throw new RangeError(`syntheticStreet: got fps ${fps}; expected a number above 0, up to 1000`);
  const random = seededRandom(mixSeeds(seed, 7));
  const texture = smoothField(
    height,
    width,
    0,
    { scale: 5, amplitude: 7, seed },
    { scale: 0.2 * width, amplitude: 9, seed: seed + 1 },
  );
  const passing = TRAFFIC.map(([name, feet, size, speed]) => ({
    name,
    row: (feet - 0.42 * size) * height,
    size: size * height,
    speed: (speed * width) / 320,
    start: between(random, 0, 1),
    colours: paints(random),
  }));
  for (let frame = 0; frame < frames; frame++) {
    const pixels = street(height, width, texture);
    const labels = new Uint8Array(height * width);
    for (const { name, row, size, speed, start, colours } of passing) {
      const way = width + 2 * size;
      const travelled = start * way + (speed * frame) / fps;
      const column = (((travelled % way) + way) % way) - size;
      const place = { row, column, size, mirrored: speed < 0, along: [1, 0] as const };
      for (const part of DRAWINGS[name]) {
        drawPart(part, place, height, width, (at) => {
          labels[at] = VOC_CLASSES.indexOf(name);
          pixels.set(colours[part.paint], 3 * at);
        });
      }
    }
    const shape = [height, width];
    yield { image: { data: pixels, shape, channels: 3 }, labels: { data: labels, shape, channels: 1 } };
  }
}

function paints(random: () => number): Record<Paint, number[]> {
  const any = () => [0, 1, 2].map(() => toByte(between(random, 30, 230)));
  return { body: any(), second: any(), dark: [36, 36, 42], glass: [200, 212, 224], skin: [205, 160, 130] };
}

/** Sky, a row of houses, a pavement and the street. */
function street(height: number, width: number, texture: Float32Array): Uint8Array {
  const bands = [
    { below: 0.22, colour: [176, 200, 226] },
    { below: 0.5, colour: [170, 140, 120] },
    { below: 0.58, colour: [150, 150, 146] },
    { below: 1, colour: [96, 98, 104] },
  ];
  const pixels = new Uint8Array(3 * height * width);
  for (let at = 0; at < height * width; at++) {
    const row = Math.floor(at / width) / height;
    const { colour } = bands.find(({ below }) => row < below)!;
    for (let channel = 0; channel < 3; channel++)
      pixels[3 * at + channel] = toByte(colour[channel] + texture[at]);
  }
  return pixels;
}
