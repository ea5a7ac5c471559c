/**
 * Where a line of one value crosses a grid, as one number: 3·(index of a pixel) for the pixel itself, + 1 for the edge to
 * its right neighbour, + 2 for that to the one below. Lines that meet have the same number.
 */
export type Crossing = number;

/** Pairs of crossings, from a first to a second: lower values lie to the left. */
export interface Segments {
  from: Crossing[];
  to: Crossing[];
  grid: ContourGrid;
}

interface ContourGrid {
  values: ArrayLike<number>;
  width: number;
  level: number;
}

const [TOP, BOTTOM, LEFT, RIGHT] = [0, 1, 2, 3];

/**
 * Sides of a square between which a segment runs, by which of its corners lie above the level (1 upper left, 2 upper
 * right, 4 lower left, 8 lower right). In 6 and 9 opposite corners do: this is where the others hang together.
 */
const SIDES: readonly (readonly number[])[] = [
  [],
  [TOP, LEFT],
  [RIGHT, TOP],
  [RIGHT, LEFT],
  [LEFT, BOTTOM],
  [TOP, BOTTOM],
  [RIGHT, TOP, LEFT, BOTTOM],
  [RIGHT, BOTTOM],
  [BOTTOM, RIGHT],
  [TOP, LEFT, BOTTOM, RIGHT],
  [BOTTOM, TOP],
  [BOTTOM, LEFT],
  [LEFT, RIGHT],
  [TOP, RIGHT],
  [LEFT, TOP],
  [],
];
/** The same where the corners above the level hang together. */
const SIDES_HIGH: Readonly<Record<number, readonly number[]>> = {
  6: [LEFT, TOP, RIGHT, BOTTOM],
  9: [TOP, RIGHT, BOTTOM, LEFT],
};

/** The segments of all squares of four neighbours, in scan order. */
export function contourSegments(
  values: ArrayLike<number>,
  width: number,
  level: number,
  connectedHigh: boolean,
): Segments {
  const segments: Segments = { from: [], to: [], grid: { values, width, level } };
  const crossings = [0, 0, 0, 0];
  for (let row = 0; row + 1 < values.length / width; row++) {
    for (let column = 0; column + 1 < width; column++) {
      const corner = row * width + column;
      const [a, b, c, d] = [
        values[corner],
        values[corner + 1],
        values[corner + width],
        values[corner + width + 1],
      ];
      const above = (a > level ? 1 : 0) + (b > level ? 2 : 0) + (c > level ? 4 : 0) + (d > level ? 8 : 0);
      if (above === 0 || above === 15 || Number.isNaN(a + b + c + d)) continue;
      crossings[TOP] = crossingOf(segments.grid, corner, 1);
      crossings[BOTTOM] = crossingOf(segments.grid, corner + width, 1);
      crossings[LEFT] = crossingOf(segments.grid, corner, 2);
      crossings[RIGHT] = crossingOf(segments.grid, corner + 1, 2);
      const sides = (connectedHigh && SIDES_HIGH[above]) || SIDES[above];
      for (let side = 0; side < sides.length; side += 2) {
        const [from, to] = [crossings[sides[side]], crossings[sides[side + 1]]];
        // A corner exactly at the level is a point; the squares around draw lines to it.
        if (from === to) continue;
        segments.from.push(from);
        segments.to.push(to);
      }
    }
  }
  return segments;
}

/** Where the line crosses the edge from a pixel to the next in its row (1) or column (2): on it, or at one of the pixels. */
function crossingOf(grid: ContourGrid, pixel: number, edge: 1 | 2): Crossing {
  const next = pixel + (edge === 1 ? 1 : grid.width);
  const start = edge === 1 ? pixel % grid.width : Math.floor(pixel / grid.width);
  const place = start + fraction(grid, pixel, next);
  if (place === start) return 3 * pixel;
  return place === start + 1 ? 3 * next : 3 * pixel + edge;
}

function fraction({ values, level }: ContourGrid, from: number, to: number): number {
  return values[from] === values[to] ? 0 : (level - values[from]) / (values[to] - values[from]);
}

/** Row and column of a crossing. */
export function pointOf({ grid }: Segments, crossing: Crossing): [row: number, column: number] {
  const pixel = Math.floor(crossing / 3);
  const edge = crossing - 3 * pixel;
  const row = Math.floor(pixel / grid.width);
  const column = pixel - row * grid.width;
  if (edge === 1) return [row, column + fraction(grid, pixel, pixel + 1)];
  if (edge === 2) return [row + fraction(grid, pixel, pixel + grid.width), column];
  return [row, column];
}
