import { between, randomDirection, smoothField } from './field';
import { mixSeeds } from '../hash';

/** One nucleus: an ellipse before smooth noise bends it. */
export interface Nucleus {
  row: number;
  column: number;
  /** Half axes in pixels. */
  long: number;
  short: number;
  /** Direction of the long axis, a unit vector (column, row). */
  x: number;
  y: number;
}

export interface NucleusMap {
  /** Shape: [height * width], 0 outside, 1 … n for the nuclei */
  labels: Uint16Array;
  /** Depth of each pixel in its nucleus, 0 at the rim to 1 at the centre; 0 outside. Shape: [height * width] */
  depth: Float32Array;
}

export interface NucleiLayout {
  /** Mean half axis in pixels. */
  radius: number;
  /** Share of the image that nuclei are to cover, before they are cut at the border. */
  cover: number;
  /** Share of nuclei that are put against another one. */
  touching: number;
}

/** How much smaller the distance of two centres may be than the sum of their radii: nuclei press on each other. */
const PRESSED = 0.82;
/** A nucleus that shows less than this share of an ellipse of the mean size is none. */
const SMALLEST_SHARE = 0.04;

/** Throws nuclei at the picture, some of them at the side of one that is there, and keeps those that find room. */
export function placeNuclei(
  height: number,
  width: number,
  { radius, cover, touching }: NucleiLayout,
  random: () => number,
): Nucleus[] {
  const nuclei: Nucleus[] = [];
  const wanted = cover * height * width;
  let covered = 0;
  for (let tries = 0; tries < 4000 && covered < wanted; tries++) {
    const mean = radius * (0.65 + 0.7 * random());
    const stretch = 1 + 0.55 * random() * random();
    const [x, y] = randomDirection(random);
    const nucleus = {
      row: between(random, -0.5 * mean, height + 0.5 * mean),
      column: between(random, -0.5 * mean, width + 0.5 * mean),
      long: mean * stretch,
      short: mean / stretch,
      x,
      y,
    };
    if (nuclei.length > 0 && random() < touching) {
      const other = nuclei[Math.floor(random() * nuclei.length)];
      const [right, down] = randomDirection(random);
      const reach = (Math.sqrt(other.long * other.short) + mean) * between(random, 0.86, 1.02);
      nucleus.column = other.column + reach * right;
      nucleus.row = other.row + reach * down;
    }
    const free = nuclei.every(({ row, column, long, short }) => {
      const room = PRESSED * (Math.sqrt(long * short) + mean);
      return (row - nucleus.row) ** 2 + (column - nucleus.column) ** 2 > room * room;
    });
    const outside =
      nucleus.row < -mean ||
      nucleus.column < -mean ||
      nucleus.row > height + mean ||
      nucleus.column > width + mean;
    if (!free || outside) continue;
    nuclei.push(nucleus);
    // About π r² less what neighbours cut off.
    covered += 3 * mean * mean;
  }
  return nuclei;
}

/** Gives each pixel to the nucleus in which it lies deepest. Nuclei of which too little is in the picture are dropped. */
export function drawNuclei(
  nuclei: readonly Nucleus[],
  height: number,
  width: number,
  radius: number,
  seed: number,
): NucleusMap {
  const bend = (stream: number) =>
    smoothField(
      height,
      width,
      0,
      { scale: 1.6 * radius, amplitude: 0.13 * radius, seed: mixSeeds(seed, stream) },
      { scale: 0.6 * radius, amplitude: 0.035 * radius, seed: mixSeeds(seed, stream + 1) },
    );
  const [bendX, bendY] = [bend(1), bend(3)];
  const owner = new Uint16Array(height * width);
  const depth = new Float32Array(height * width);
  nuclei.forEach((nucleus, index) => {
    const reach = Math.ceil(1.6 * nucleus.long) + 2;
    const [top, bottom] = [Math.floor(nucleus.row) - reach, Math.ceil(nucleus.row) + reach];
    const [left, right] = [Math.floor(nucleus.column) - reach, Math.ceil(nucleus.column) + reach];
    for (let row = Math.max(top, 0); row <= Math.min(bottom, height - 1); row++) {
      for (let column = Math.max(left, 0); column <= Math.min(right, width - 1); column++) {
        const at = row * width + column;
        const dx = column + bendX[at] - nucleus.column;
        const dy = row + bendY[at] - nucleus.row;
        const along = (dx * nucleus.x + dy * nucleus.y) / nucleus.long;
        const across = (dy * nucleus.x - dx * nucleus.y) / nucleus.short;
        const inside = 1 - Math.sqrt(along * along + across * across);
        if (inside <= depth[at]) continue;
        depth[at] = inside;
        owner[at] = index + 1;
      }
    }
  });
  return {
    labels: renumbered(owner, depth, nuclei.length, SMALLEST_SHARE * Math.PI * radius * radius),
    depth,
  };
}

/** Numbers the owners that have at least `smallest` pixels 1 … n in order; empties the others. */
function renumbered(owner: Uint16Array, depth: Float32Array, count: number, smallest: number): Uint16Array {
  const areas = new Uint32Array(count + 1);
  for (const label of owner) areas[label]++;
  let next = 0;
  const names = Array.from(areas, (area, label) => (label > 0 && area >= smallest ? ++next : 0));
  return owner.map((label, at) => {
    if (names[label] === 0) depth[at] = 0;
    return names[label];
  });
}
