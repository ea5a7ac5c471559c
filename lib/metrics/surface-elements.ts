type Point = readonly number[];
type Triangle = readonly [Point, Point, Point];

/**
 * The length (2 axes) or area (3 axes) of the surface inside each neighbourhood of 2×2 or 2×2×2 elements, indexed by
 * its code: bit k is set where corner k is inside, and bit a of k is the corner's position along axis rank − 1 − a.
 * For corners 1 and 3 of 2×2, the right column, that is code 0b1010.
 *
 * The surface crosses every edge of the cell between an inside and an outside corner at its middle (marching squares
 * and cubes, Lorensen and Cline 1987). On a face whose diagonal corners agree it keeps apart those of which the cell
 * has fewer, the inside ones or the outside ones. Closed polygons are cut into the triangles of the largest area in
 * the unit cube; spacing stretches these afterwards. Two choices that make the sizes those of DeepMind's
 * surface-distance package (Nikolov et al. 2018), whose table they are compared with.
 *
 * @param spacing distance of neighbours along each of 2 or 3 axes
 */
export function elementSizes(spacing: readonly number[]): Float64Array {
  return spacing.length === 2 ? contourLengths(spacing) : surfaceAreas(spacing);
}

function contourLengths(spacing: readonly number[]): Float64Array {
  return Float64Array.from({ length: 16 }, (_, code) => {
    const segments = faceSegments([0, 1, 3, 2], isSet(code), 2);
    return sum(segments.map(([a, b]) => Math.hypot(...stretched(a, b, spacing))));
  });
}

let cubeTriangles: readonly (readonly Triangle[])[] | undefined;

function surfaceAreas(spacing: readonly number[]): Float64Array {
  cubeTriangles ??= Array.from({ length: 256 }, (_, code) => trianglesOf(code));
  return Float64Array.from(cubeTriangles, (triangles) => sum(triangles.map((one) => area(one, spacing))));
}

/** The corners of the cube's six faces, each in the order around the face. */
const FACES = [1, 2, 4].flatMap((axis) => {
  const [a, b] = [1, 2, 4].filter((other) => other !== axis);
  return [0, axis].map((side) => [side, side + a, side + a + b, side + b]);
});

function trianglesOf(code: number): Triangle[] {
  const inside = [0, 1, 2, 3, 4, 5, 6, 7].filter(isSet(code)).length;
  const fewer = isSet(inside <= 4 ? code : 255 - code);
  const segments = FACES.flatMap((face) => faceSegments(face, fewer, 3));
  return closedPolygons(segments).flatMap((polygon) => largestTriangulation(polygon).triangles);
}

const isSet = (code: number) => (corner: number) => (code & (1 << corner)) !== 0;

/** Where the surface crosses a face: middles of edges, in pairs; two pairs where only diagonal corners agree. */
function faceSegments(
  face: readonly number[],
  kept: (corner: number) => boolean,
  rank: number,
): [Point, Point][] {
  const middles = face.map((corner, at) => {
    const next = face[(at + 1) % 4];
    if (kept(corner) === kept(next)) return undefined;
    return Array.from({ length: rank }, (_, axis) => {
      const bit = rank - 1 - axis;
      return (((corner >> bit) & 1) + ((next >> bit) & 1)) / 2;
    });
  });
  const crossed = middles.filter((middle) => middle !== undefined);
  if (crossed.length === 2) return [[crossed[0], crossed[1]]];
  if (crossed.length === 0) return [];
  const first = kept(face[0]) ? 0 : 1;
  return [first, first + 2].map((at) => [crossed[(at + 3) % 4], crossed[at]]);
}

function closedPolygons(segments: readonly (readonly [Point, Point])[]): Point[][] {
  const left = segments.map(([a, b]) => ({ a, b }));
  const same = (one: Point, other: Point) => one.every((value, axis) => value === other[axis]);
  const polygons: Point[][] = [];
  for (let start = left.pop(); start !== undefined; start = left.pop()) {
    const polygon = [start.a];
    for (let end = start.b; !same(end, start.a);) {
      polygon.push(end);
      const at = left.findIndex(({ a, b }) => same(a, end) || same(b, end));
      const [{ a, b }] = left.splice(at, 1);
      end = same(a, end) ? b : a;
    }
    polygons.push(polygon);
  }
  return polygons;
}

/** Of the ways to cut a polygon by diagonals into triangles, that of the largest area. */
function largestTriangulation(polygon: readonly Point[]): { triangles: Triangle[]; size: number } {
  let largest = { triangles: [] as Triangle[], size: 0 };
  const last = polygon.length - 1;
  for (let at = 1; at < last; at++) {
    const triangle: Triangle = [polygon[0], polygon[at], polygon[last]];
    const before = largestTriangulation(polygon.slice(0, at + 1));
    const after = largestTriangulation(polygon.slice(at));
    const size = area(triangle, [1, 1, 1]) + before.size + after.size;
    if (size > largest.size) {
      largest = { triangles: [triangle, ...before.triangles, ...after.triangles], size };
    }
  }
  return largest;
}

function area([a, b, c]: Triangle, spacing: readonly number[]): number {
  const [u0, u1, u2] = stretched(a, b, spacing);
  const [v0, v1, v2] = stretched(a, c, spacing);
  return Math.hypot(u1 * v2 - u2 * v1, u2 * v0 - u0 * v2, u0 * v1 - u1 * v0) / 2;
}

const stretched = (from: Point, to: Point, spacing: readonly number[]) =>
  spacing.map((step, axis) => step * (to[axis] - from[axis]));

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
