import { requireGrid } from '../metrics/grid';
import { findContours } from './contours';

/** A closed line [column, row, column, row …], its last point the first; 0 is the middle of the first pixel. */
export type Ring = Float64Array;

/** What a ring encloses, without what the rings of its holes enclose. */
export interface Polygon {
  /** Of positive area by Σ (x₁·y₂ − x₂·y₁) / 2: clockwise as a picture is seen, with its rows going down. */
  outer: Ring;
  /** Of negative area. */
  holes: Ring[];
}

/**
 * The polygons of what lies above a level, with their holes. Beyond the image lies 0, so that all are closed; elements
 * hang together over edges, so that no polygon touches itself but where a value is the level exactly.
 *
 * @param values a mask or probabilities, row-major
 * @param shape [height, width]
 * @param level above 0, default 0.5
 * @returns in scan order
 * @throws RangeError for a shape that does not fit, and a level that is not above 0 and finite
 */
export function maskPolygons(values: ArrayLike<number>, shape: readonly number[], level = 0.5): Polygon[] {
  requireGrid('maskPolygons', values, shape);
  if (shape.length !== 2) {
    throw new RangeError(`maskPolygons: got shape [${shape.join(', ')}]; expected [height, width]`);
  }
  if (!(level > 0 && level < Infinity)) {
    throw new RangeError(`maskPolygons: got level ${level}; expected a finite number above 0`);
  }
  const [height, width] = shape;
  const framed = new Float64Array((height + 2) * (width + 2));
  for (let at = 0; at < values.length; at++) {
    framed[(Math.floor(at / width) + 1) * (width + 2) + 1 + (at % width)] = values[at];
  }
  const rings = findContours(framed, [height + 2, width + 2], { level, orientation: 'low' })
    .filter(({ closed }) => closed)
    .map(({ points }) => withoutStraightPoints(points.map((place) => place - 1)));
  const shells = rings.map((ring) => ({ ring, area: areaOf(ring), box: boxOf(ring) }));
  const polygons = shells
    .filter(({ area }) => area > 0)
    .map((shell) => ({ ...shell, polygon: { outer: shell.ring, holes: [] as Ring[] } }));
  const bySize = [...polygons].sort((a, b) => a.area - b.area);
  for (const { ring, area } of shells) {
    if (area >= 0) continue;
    const [x, y] = ring;
    bySize
      .find(({ box, ring: outer }) => inBox(box, x, y) && encloses(outer, x, y))
      ?.polygon.holes.push(ring);
  }
  return polygons.map(({ polygon }) => polygon);
}

/** [row, column …] as [column, row …] without the points in the middle of straight lines. */
function withoutStraightPoints(points: Float64Array): Ring {
  const count = points.length / 2 - 1;
  const kept: number[] = [];
  const at = (index: number) => 2 * ((index + count) % count);
  for (let index = 0; index < count; index++) {
    const [before, here, after] = [at(index - 1), at(index), at(index + 1)];
    const turn =
      (points[here] - points[before]) * (points[after + 1] - points[here + 1]) -
      (points[here + 1] - points[before + 1]) * (points[after] - points[here]);
    if (turn !== 0) kept.push(points[here + 1], points[here]);
  }
  kept.push(kept[0], kept[1]);
  return Float64Array.from(kept);
}

/** Σ (x₁·y₂ − x₂·y₁) / 2 */
export function areaOf(ring: Ring): number {
  let sum = 0;
  for (let at = 0; at + 3 < ring.length; at += 2)
    sum += ring[at] * ring[at + 3] - ring[at + 2] * ring[at + 1];
  return sum / 2;
}

function boxOf(ring: Ring): readonly [left: number, top: number, right: number, bottom: number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < ring.length; at += 2) {
    left = Math.min(left, ring[at]);
    right = Math.max(right, ring[at]);
    top = Math.min(top, ring[at + 1]);
    bottom = Math.max(bottom, ring[at + 1]);
  }
  return [left, top, right, bottom];
}

const inBox = ([left, top, right, bottom]: readonly number[], x: number, y: number) =>
  x >= left && x <= right && y >= top && y <= bottom;

/** Whether a ray from the point crosses the ring an odd number of times. */
function encloses(ring: Ring, x: number, y: number): boolean {
  let inside = false;
  for (let at = 0; at + 3 < ring.length; at += 2) {
    const [x1, y1, x2, y2] = [ring[at], ring[at + 1], ring[at + 2], ring[at + 3]];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}
