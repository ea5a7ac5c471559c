import type { Part } from './shape-drawings';

/** Where and how an object stands in the picture. */
export interface Placement {
  row: number;
  column: number;
  /** Pixels of one unit of the drawing. */
  size: number;
  /** Mirrored left to right. */
  mirrored: boolean;
  /** Direction of the drawing's x axis: a unit vector (column, row). */
  along: readonly [number, number];
}

/** Calls `draw` for each pixel whose centre lies in the part. */
export function drawPart(
  part: Part,
  { row, column, size, mirrored, along }: Placement,
  height: number,
  width: number,
  draw: (at: number) => void,
): void {
  const reach = Math.ceil(0.85 * size) + 1;
  const top = Math.max(Math.floor(row) - reach, 0);
  const bottom = Math.min(Math.ceil(row) + reach, height - 1);
  const left = Math.max(Math.floor(column) - reach, 0);
  const right = Math.min(Math.ceil(column) + reach, width - 1);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const dx = (x - column) / size;
      const dy = (y - row) / size;
      const u = dx * along[0] + dy * along[1];
      if (isInside(part, mirrored ? -u : u, dy * along[0] - dx * along[1])) draw(y * width + x);
    }
  }
}

function isInside(part: Part, x: number, y: number): boolean {
  if (part.kind === 'ellipse') {
    const dx = (2 * (x - part.x)) / part.width;
    const dy = (2 * (y - part.y)) / part.height;
    return dx * dx + dy * dy <= 1;
  }
  const { points } = part;
  if (part.kind === 'line') {
    return points.slice(1).some((to, index) => segmentDistance(points[index], to, x, y) <= part.width / 2);
  }
  let inside = false;
  for (let index = 0, before = points.length - 1; index < points.length; before = index++) {
    const [ax, ay] = points[index];
    const [bx, by] = points[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function segmentDistance(
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
  x: number,
  y: number,
): number {
  const [vx, vy] = [bx - ax, by - ay];
  const along = Math.min(Math.max(((x - ax) * vx + (y - ay) * vy) / (vx * vx + vy * vy), 0), 1);
  const [dx, dy] = [x - ax - along * vx, y - ay - along * vy];
  return Math.sqrt(dx * dx + dy * dy);
}
