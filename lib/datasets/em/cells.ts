import { square } from './noise';

/** An ellipsoid inside a cell, in the cell's coordinates. */
export interface Mitochondrion {
  x: number;
  y: number;
  z: number;
  /** Half axes in pixels and pages. */
  long: number;
  short: number;
  pages: number;
  /** Direction of the long axis, a unit vector. */
  alongX: number;
  alongY: number;
}

/** One neurite through the stack. Its section is an ellipse before the neighbours press on it. */
export interface Cell {
  x: number;
  y: number;
  /** Mean radius of the section in pixels. */
  radius: number;
  /** How the centre moves and the radius changes from page to page. */
  driftX: number;
  driftY: number;
  growth: number;
  /** Metric of the ellipse: d² = xx·dx² + 2·xy·dx·dy + yy·dy². */
  xx: number;
  xy: number;
  yy: number;
  /** Brightness of the cytoplasm against the mean. */
  tint: number;
  /** Vesicles for each 1,000 square pixels. */
  vesicles: number;
  mitochondria: Mitochondrion[];
}

/** Cells reach into the picture from this far outside, in pixels. */
const MARGIN = 70;

/** The most that a section is stretched: the square of how much its metric exceeds distance in pixels. */
export const STRETCH = 1.9;

/** Radii in pixels, how densely cells of a kind are tried, and how many of them hold a mitochondrion. */
const KINDS = [
  { smallest: 52, largest: 78, triesPerSquare: 1.2, mitochondria: 0.9 },
  { smallest: 26, largest: 44, triesPerSquare: 14, mitochondria: 0.5 },
  { smallest: 13, largest: 23, triesPerSquare: 90, mitochondria: 0.15 },
  { smallest: 7, largest: 12, triesPerSquare: 160, mitochondria: 0 },
];
/** The side of the squares that `triesPerSquare` counts in, in pixels. */
const SQUARE = 128;

/** Throws cells of falling size at the picture and keeps those that find room. */
export function placeCells(size: number, random: () => number): Cell[] {
  const cells: Cell[] = [];
  const side = size + 2 * MARGIN;
  const between = (low: number, high: number) => low + (high - low) * random();
  for (const { smallest, largest, triesPerSquare, mitochondria } of KINDS) {
    for (let tries = Math.ceil((triesPerSquare * side * side) / SQUARE ** 2); tries > 0; tries--) {
      const x = between(-MARGIN, size + MARGIN);
      const y = between(-MARGIN, size + MARGIN);
      const radius = between(smallest, largest);
      const crowded = cells.some((other) => {
        const apart = 0.86 * (radius + other.radius);
        return square(x - other.x) + square(y - other.y) < square(apart);
      });
      if (crowded) continue;
      const [alongX, alongY] = direction(random);
      const stretch = between(1, STRETCH);
      const [long, short] = [1 / stretch, stretch];
      const cell: Cell = {
        x,
        y,
        radius,
        driftX: between(-1.6, 1.6),
        driftY: between(-1.6, 1.6),
        growth: between(-0.012, 0.012),
        xx: long * alongX * alongX + short * alongY * alongY,
        xy: (long - short) * alongX * alongY,
        yy: long * alongY * alongY + short * alongX * alongX,
        tint: between(-20, 16),
        vesicles: random() < 0.3 ? between(1.5, 5) : between(0, 0.8),
        mitochondria: [],
      };
      if (random() < mitochondria) cell.mitochondria.push(placeMitochondrion(cell, random));
      cells.push(cell);
    }
  }
  return cells;
}

function placeMitochondrion({ radius }: Cell, random: () => number): Mitochondrion {
  const between = (low: number, high: number) => low + (high - low) * random();
  const short = Math.min(between(0.26, 0.42) * radius, 21);
  const [alongX, alongY] = direction(random);
  return {
    x: between(-0.35, 0.35) * radius,
    y: between(-0.35, 0.35) * radius,
    z: between(-2, 32),
    long: short * between(1.1, 1.9),
    short,
    pages: between(5, 13),
    alongX,
    alongY,
  };
}

/** A unit vector of random direction. */
function direction(random: () => number): [number, number] {
  for (;;) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    const length = Math.sqrt(x * x + y * y);
    if (length > 0.1 && length <= 1) return [x / length, y / length];
  }
}
