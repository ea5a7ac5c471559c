import { STRETCH, type Cell } from './cells';
import { addNoise, square } from './noise';

/** Where the cells are on one page; each array has an element for each pixel. */
export interface Section {
  /** The cell that the pixel belongs to. */
  owner: Uint16Array;
  /** Distance to the border between this cell and the others, in pixels, at most `FAR`. */
  distance: Float32Array;
  /** The pixel's place in its cell, as an offset from the centre. */
  x: Float32Array;
  y: Float32Array;
}

export const FAR = 14;

/** How space is bent so that borders are no conic sections. */
const BENDS = [
  { scale: 110, depth: 9, amplitude: 17 },
  { scale: 33, depth: 5, amplitude: 5.5 },
  { scale: 11, depth: 2, amplitude: 1.1 },
];
/** Sides of the squares in which the cells that matter are sought, coarse to fine. */
const BLOCK = 64;
const TILE = 8;

/** Numbers for each cell in the table that the inner loop reads: x, y, radius, xx, xy, yy. */
const STEP = 6;

/**
 * Divides a page among the cells: each pixel belongs to the cell whose rim is nearest (additively weighted Voronoi
 * diagram of ellipses), in coordinates that smooth noise bends.
 */
export function section(cells: Cell[], size: number, page: number, seed: number): Section {
  const area = size * size;
  const out: Section = {
    owner: new Uint16Array(area),
    distance: new Float32Array(area),
    x: new Float32Array(area),
    y: new Float32Array(area),
  };
  BENDS.forEach((bend, octave) => {
    addNoise(out.x, size, page, { ...bend, seed: seed + octave });
    addNoise(out.y, size, page, { ...bend, seed: seed + 10 + octave });
  });
  for (let row = 0, at = 0; row < size; row++) {
    for (let column = 0; column < size; column++, at++) {
      out.x[at] += column;
      out.y[at] += row;
    }
  }

  const table = tabulate(cells, page - 15);
  const all = cells.map((_, index) => index);
  for (let blockTop = 0; blockTop < size; blockTop += BLOCK) {
    for (let blockLeft = 0; blockLeft < size; blockLeft += BLOCK) {
      const inBlock = candidates(table, all, out, size, blockTop, blockLeft, BLOCK);
      for (let top = blockTop; top < Math.min(blockTop + BLOCK, size); top += TILE) {
        for (let left = blockLeft; left < Math.min(blockLeft + BLOCK, size); left += TILE) {
          const near = candidates(table, inBlock, out, size, top, left, TILE);
          for (let row = top; row < Math.min(top + TILE, size); row++) {
            const end = row * size + Math.min(left + TILE, size);
            for (let at = row * size + left; at < end; at++) assign(table, near, out, at);
          }
        }
      }
    }
  }
  return out;
}

/** The cells as they are `pages` pages from the middle of the stack. */
function tabulate(cells: Cell[], pages: number): Float64Array {
  const table = new Float64Array(cells.length * STEP);
  cells.forEach(({ x, y, radius, driftX, driftY, growth, xx, xy, yy }, index) => {
    table.set(
      [x + driftX * pages, y + driftY * pages, radius * (1 + growth * pages), xx, xy, yy],
      index * STEP,
    );
  });
  return table;
}

/** Distance from a cell's rim, in the cell's metric: negative inside. */
function beyondRim(table: Float64Array, cell: number, x: number, y: number): number {
  const at = cell * STEP;
  const dx = x - table[at];
  const dy = y - table[at + 1];
  return (
    Math.sqrt(table[at + 3] * dx * dx + 2 * table[at + 4] * dx * dy + table[at + 5] * dy * dy) - table[at + 2]
  );
}

/** Those of `among` that can be first, second or third for some pixel of a square. */
function candidates(
  table: Float64Array,
  among: number[],
  { x, y }: Section,
  size: number,
  top: number,
  left: number,
  side: number,
): number[] {
  const bottom = Math.min(top + side, size) - 1;
  const right = Math.min(left + side, size) - 1;
  const centre = ((top + bottom) >> 1) * size + ((left + right) >> 1);
  let reach = 0;
  for (const corner of [top * size + left, top * size + right, bottom * size + left, bottom * size + right]) {
    reach = Math.max(reach, square(x[corner] - x[centre]) + square(y[corner] - y[centre]));
  }
  const nearest = [Infinity, Infinity, Infinity];
  const rims = new Float64Array(among.length);
  for (let index = 0; index < among.length; index++) {
    const rim = beyondRim(table, among[index], x[centre], y[centre]);
    rims[index] = rim;
    let place = 3;
    while (place > 0 && rim < nearest[place - 1]) place--;
    for (let later = 2; later > place; later--) nearest[later] = nearest[later - 1];
    if (place < 3) nearest[place] = rim;
  }
  // On the way to a pixel the third rim can move away by the reach, and another come as much nearer.
  const limit = nearest[2] + 2 * Math.sqrt(reach * STRETCH) + 2;
  return among.filter((_, index) => rims[index] <= limit);
}

/** Finds the three nearest rims of one pixel, whose warped place is in `out.x` and `out.y`. */
function assign(table: Float64Array, near: number[], out: Section, at: number): void {
  const x = out.x[at];
  const y = out.y[at];
  let first = Infinity;
  let second = Infinity;
  let third = Infinity;
  let owner = 0;
  let next = 0;
  let after = 0;
  for (let index = 0; index < near.length; index++) {
    const cell = near[index];
    const row = cell * STEP;
    const dx = x - table[row];
    const dy = y - table[row + 1];
    const squared = table[row + 3] * dx * dx + 2 * table[row + 4] * dx * dy + table[row + 5] * dy * dy;
    // Most cells are farther than the third so far, which needs no square root to see.
    const far = third + table[row + 2];
    if (far <= 0 || squared >= far * far) continue;
    const rim = Math.sqrt(squared) - table[row + 2];
    if (rim >= second) {
      third = rim;
      after = cell;
      continue;
    }
    third = second;
    after = next;
    if (rim < first) {
      second = first;
      next = owner;
      first = rim;
      owner = cell;
    } else {
      second = rim;
      next = cell;
    }
  }
  out.owner[at] = owner;
  out.x[at] = x - table[owner * STEP];
  out.y[at] = y - table[owner * STEP + 1];
  out.distance[at] = FAR;
  if (second - first > 2 * FAR) return;
  const toNext = borderDistance(table, owner, next, x, y, second - first);
  if (toNext > FAR) return;
  const toAfter =
    third - first > 2 * FAR ? 2 * FAR : borderDistance(table, owner, after, x, y, third - first);
  // Two borders at once count as a nearer one, which rounds the corners of cells.
  const both = (toNext * toAfter) / Math.sqrt(toNext * toNext + toAfter * toAfter + 1e-9);
  out.distance[at] = Math.min(both, FAR);
}

/** The difference of two rims over the length of its gradient: to first order, pixels from where they are equal. */
function borderDistance(
  table: Float64Array,
  owner: number,
  other: number,
  x: number,
  y: number,
  lead: number,
): number {
  const a = owner * STEP;
  const b = other * STEP;
  const ax = x - table[a];
  const ay = y - table[a + 1];
  const bx = x - table[b];
  const by = y - table[b + 1];
  const agx = table[a + 3] * ax + table[a + 4] * ay;
  const agy = table[a + 4] * ax + table[a + 5] * ay;
  const bgx = table[b + 3] * bx + table[b + 4] * by;
  const bgy = table[b + 4] * bx + table[b + 5] * by;
  const aLength = Math.sqrt(ax * agx + ay * agy) + 1e-6;
  const bLength = Math.sqrt(bx * bgx + by * bgy) + 1e-6;
  const gx = agx / aLength - bgx / bLength;
  const gy = agy / aLength - bgy / bLength;
  return lead / Math.max(Math.sqrt(gx * gx + gy * gy), 0.4);
}
