import { hash, mixSeeds } from '../hash';
import { seededRandom } from '../../runtime/seed';
import type { Cell, Mitochondrion } from './cells';
import { addNoise, grain, square } from './noise';
import { FAR, type Section } from './section';

/** Grey values of 255, chosen beside real sections. */
const CYTOPLASM = 154;
const MEMBRANE = 52;
const MATRIX = 92;
/** Half the width of a membrane's dark line, in pixels. */
const HALF_WIDTH = 2.4;
/** How many times thicker the thickest membranes are. */
const THICKEST = 3.2;

export interface Rendering {
  /** Grey values before rounding, [size * size]. */
  image: Float32Array;
  /** Distance to the border over the membrane's local thickness: the smaller, the more membrane. */
  membrane: Float32Array;
}

/** Draws one page: cytoplasm, organelles, membranes, then what the microscope does to them. */
export function render(
  cells: Cell[],
  { owner, distance, x, y }: Section,
  size: number,
  page: number,
  seed: number,
): Rendering {
  const field = (stream: number, scale: number, amplitude: number, depth?: number) => {
    const values = new Float32Array(size * size);
    addNoise(values, size, page, { scale, depth, amplitude, seed: mixSeeds(seed, stream) });
    return values;
  };
  const texture = field(20, 2.2, 18);
  addNoise(texture, size, page, { scale: 6.5, depth: 1, amplitude: 13, seed: mixSeeds(seed, 21) });
  const thickness = field(22, 42, 1, 3);
  const slanting = field(23, 60, 1, 3);
  const density = field(24, 38, 1, 2);
  const contrast = field(25, 22, 1, 2);
  const light = field(26, 170, 0.045);
  const random = seededRandom(mixSeeds(seed, 1000 + page));

  const image = new Float32Array(size * size);
  for (let at = 0; at < image.length; at++) {
    const cell = cells[owner[at]];
    let value = CYTOPLASM + cell.tint + texture[at];
    for (const body of cell.mitochondria)
      value = drawMitochondrion(value, body, x[at], y[at], page, texture[at] / 20);
    image[at] = value;
  }
  drawVesicles(image, cells, { owner, distance, x, y }, size, random);
  drawGranules(image, size, page, seed);

  const membrane = new Float32Array(size * size);
  for (let at = 0; at < image.length; at++) {
    const synapse = Math.max(density[at] - 1.35, 0);
    const slant = Math.max(slanting[at] - 0.8, 0);
    const thick = Math.min(Math.max(1 + 0.12 * thickness[at], 0.8) + 1.1 * synapse + 0.35 * slant, THICKEST);
    const across = distance[at] / (HALF_WIDTH * thick);
    membrane[at] = distance[at] / thick;
    if (distance[at] < FAR) {
      const strength = Math.min(Math.max(0.86 + 0.1 * contrast[at], 0.5), 1) / (1 + 0.7 * slant);
      const shade = strength / (1 + across * across * across * across);
      image[at] += shade * (MEMBRANE - image[at]);
      // Dense material gathers along membranes at synapses.
      image[at] -= Math.min(synapse, 1) * 46 * (1 - square(distance[at] / FAR));
    }
    image[at] *= 1 + light[at];
  }
  return { image: microscope(image, size, page, seed, random), membrane };
}

/** A dark outline, a grey matrix and folds across the long axis. */
function drawMitochondrion(
  value: number,
  body: Mitochondrion,
  x: number,
  y: number,
  page: number,
  wave: number,
): number {
  const dz = (page - body.z) / body.pages;
  const room = 1 - dz * dz;
  if (room <= 0.05) return value;
  const along = (x - body.x) * body.alongX + (y - body.y) * body.alongY;
  const across = (y - body.y) * body.alongX - (x - body.x) * body.alongY;
  const inside =
    Math.sqrt(square(along / body.long) + square(across / body.short)) / Math.sqrt(room) + 0.02 * wave;
  const toRim = (1 - inside) * body.short;
  if (toRim < -2.5) return value;
  if (toRim < 1.5) return value + (1 - Math.abs(toRim + 0.5) / 2) * (52 - value);
  const phase = along / 6.5 + 0.12 * wave + 0.02 * across;
  const fold = Math.abs(phase - Math.floor(phase) - 0.5) * 4 - 1;
  return MATRIX + 0.5 * (value - CYTOPLASM) + 24 * fold;
}

/** Bright discs with a dark rim, in the cells that have them. */
function drawVesicles(
  image: Float32Array,
  cells: Cell[],
  { owner, distance }: Section,
  size: number,
  random: () => number,
): void {
  for (let tries = Math.ceil((size * size * 5) / 1000); tries > 0; tries--) {
    const column = Math.floor(random() * size);
    const row = Math.floor(random() * size);
    const radius = 2.6 + 3.2 * random();
    const rim = 44 + 30 * random();
    const at = row * size + column;
    if (random() * 5 > cells[owner[at]].vesicles || distance[at] < radius + 3) continue;
    stamp(size, row, column, radius + 2, (place, squared) => {
      const off = Math.sqrt(squared) - radius;
      image[place] += off < -1.5 ? 9 : -rim * Math.max(1 - Math.abs(off) / 1.6, 0);
    });
  }
}

/** Small dark specks (ribosomes and other granules), in two blocks of pixels of five. */
function drawGranules(image: Float32Array, size: number, page: number, seed: number): void {
  const block = 8;
  for (let row = 0; row < size; row += block) {
    for (let column = 0; column < size; column += block) {
      const bits = hash(column, row, page, seed + 77);
      if (bits % 5 > 1) continue;
      const radius = 1.5 + ((bits >>> 8) & 15) / 8;
      const depth = 24 + ((bits >>> 12) & 63);
      stamp(
        size,
        row + ((bits >>> 20) % block),
        column + ((bits >>> 24) % block),
        radius,
        (place, squared) => {
          image[place] -= depth * Math.max(1 - squared / (radius * radius), 0);
        },
      );
    }
  }
}

/** Calls `draw` with each pixel within `radius` of (row, column) and its squared distance. */
function stamp(
  size: number,
  row: number,
  column: number,
  radius: number,
  draw: (place: number, squared: number) => void,
): void {
  const reach = Math.ceil(radius);
  for (let y = Math.max(row - reach, 0); y <= Math.min(row + reach, size - 1); y++) {
    for (let x = Math.max(column - reach, 0); x <= Math.min(column + reach, size - 1); x++) {
      const squared = square(y - row) + square(x - column);
      if (squared <= radius * radius) draw(y * size + x, squared);
    }
  }
}

/** Brightness and contrast of the page, shot noise (its variance grows with the signal), and a slight blur. */
function microscope(
  image: Float32Array,
  size: number,
  page: number,
  seed: number,
  random: () => number,
): Float32Array {
  const gain = 0.96 + 0.08 * random();
  const offset = 6 * random() - 1;
  const sharp = new Float32Array(image.length);
  for (let row = 0, at = 0; row < size; row++) {
    for (let column = 0; column < size; column++, at++) {
      const signal = Math.max(image[at] * gain + offset, 4);
      sharp[at] = signal + 3.3 * Math.sqrt(signal) * grain(column, row, page, seed + 91);
    }
  }
  const blurred = blur(sharp, size);
  for (let row = 0, at = 0; row < size; row++) {
    for (let column = 0; column < size; column++, at++)
      blurred[at] += 9 * grain(column, row, page, seed + 92);
  }
  return blurred;
}

/** (1, 2, 1) / 4 in both directions; edges repeat. */
function blur(image: Float32Array, size: number): Float32Array {
  const across = new Float32Array(image.length);
  const out = new Float32Array(image.length);
  for (let at = 0; at < image.length; at++) {
    const column = at % size;
    across[at] =
      (image[column > 0 ? at - 1 : at] + 2 * image[at] + image[column < size - 1 ? at + 1 : at]) / 4;
  }
  for (let at = 0; at < image.length; at++) {
    const above = at >= size ? at - size : at;
    const below = at < image.length - size ? at + size : at;
    out[at] = (across[above] + 2 * across[at] + across[below]) / 4;
  }
  return out;
}
