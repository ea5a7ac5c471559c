import { elementsOf, requireGrid, requireSpacing } from '../metrics/grid';
import { GrowingTriples } from './growing-triples';
import { MarchingCube } from './marching-cube';
import type { Surface } from './surface';

export interface MarchingCubesOptions {
  /** Where the surface lies; default halfway between the smallest and the largest value. */
  level?: number;
  /** Distance of neighbours along each axis, default 1. */
  spacing?: readonly number[];
  /**
   * What lies beyond the grid, where the surface is to be closed; 0 for masks and probabilities. Default: nothing, the
   * surface ends at the border.
   */
  outside?: number;
}

/**
 * The surface on which values of a volume are at a level, as triangles: marching cubes with topological guarantees
 * (Lewiner et al. 2003), without holes. Larger values lie inside. Equals `skimage.measure.marching_cubes`, order of
 * vertices and triangles included.
 *
 * @param values a mask, probabilities or intensities, row-major (last axis fastest); taken as float32
 * @param shape [depth, height, width], each at least 2
 * @returns without any triangle where no value is on the other side of the level
 * @throws RangeError for a shape or spacing that does not fit, values that are not finite, and a level that is not finite
 */
export function marchingCubes(
  values: ArrayLike<number>,
  shape: readonly number[],
  { level, spacing, outside }: MarchingCubesOptions = {},
): Surface {
  requireGrid('marchingCubes', values, shape);
  if (shape.length !== 3 || shape.some((size) => size < 2)) {
    throw new RangeError(
      `marchingCubes: got shape [${shape.join(', ')}]; expected [depth, height, width], each at least 2`,
    );
  }
  const step = requireSpacing('marchingCubes', shape, spacing);
  const [low, high] = extentOf(values);
  const at = level ?? 0.5 * (low + high);
  if (!Number.isFinite(at) || (outside !== undefined && !Number.isFinite(outside))) {
    throw new RangeError(`marchingCubes: got level ${at} and outside ${outside}; expected finite numbers`);
  }
  const frame = outside === undefined ? 0 : 1;
  const size = shape.map((length) => length + 2 * frame);
  const grid = frame === 0 ? new Float32Array(values) : framed(values, shape, outside!);
  const march = new March(grid, size, at);
  march.run();
  const { vertices, triangles } = march;
  const places = vertices.all.slice();
  for (let at = 0; at < places.length; at++) places[at] = (places[at] - frame) * step[at % 3];
  return { vertices: places, triangles: new Uint32Array(triangles.all) };
}

function extentOf(values: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!Number.isFinite(value)) {
      throw new RangeError(`marchingCubes: got ${value} at index ${at}; expected finite numbers`);
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [Math.fround(low), Math.fround(high)];
}

function framed(values: ArrayLike<number>, shape: readonly number[], outside: number): Float32Array {
  const [depth, height, width] = shape;
  const [rows, columns] = [height + 2, width + 2];
  const grid = new Float32Array(elementsOf([depth + 2, rows, columns])).fill(outside);
  for (let z = 0, from = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let to = ((z + 1) * rows + y + 1) * columns + 1;
      for (let x = 0; x < width; x++) grid[to++] = values[from++];
    }
  }
  return grid;
}

/** From the lower corner of a cube along x, y, z to both ends of each edge, and what number its corners have. */
const EDGE_ENDS = [
  [0, 1, [0, 0, 0], [1, 0, 0]],
  [1, 2, [1, 0, 0], [1, 1, 0]],
  [2, 3, [1, 1, 0], [0, 1, 0]],
  [3, 0, [0, 1, 0], [0, 0, 0]],
  [4, 5, [0, 0, 1], [1, 0, 1]],
  [5, 6, [1, 0, 1], [1, 1, 1]],
  [6, 7, [1, 1, 1], [0, 1, 1]],
  [7, 4, [0, 1, 1], [0, 0, 1]],
  [0, 4, [0, 0, 0], [0, 0, 1]],
  [1, 5, [1, 0, 0], [1, 0, 1]],
  [2, 6, [1, 1, 0], [1, 1, 1]],
  [3, 7, [0, 1, 0], [0, 1, 1]],
] as const;
const CORNERS = [
  [0, 0, 0],
  [1, 0, 0],
  [1, 1, 0],
  [0, 1, 0],
  [0, 0, 1],
  [1, 0, 1],
  [1, 1, 1],
  [0, 1, 1],
];
const MIDDLE = 12;

/** One pass over all cubes, slice by slice. */
class March {
  /** z, y and x of each vertex, in elements; of float32 precision. */
  readonly vertices = new GrowingTriples();
  readonly triangles = new GrowingTriples();
  private readonly cube = new MarchingCube();
  /** Vertices on the edges from each element along x, y and z, and in the middle of the cube; −1 where there is none. */
  private lower: Int32Array;
  private upper: Int32Array;

  constructor(
    private readonly values: Float32Array,
    private readonly shape: readonly number[],
    private readonly level: number,
  ) {
    [this.lower, this.upper] = [0, 1].map(() => new Int32Array(4 * shape[1] * shape[2]).fill(-1));
  }

  run(): void {
    const [depth, height, width] = this.shape;
    const { values, level } = this;
    for (let z = 0; z + 1 < depth; z++) {
      for (let y = 0; y + 1 < height; y++) {
        let a = (z * height + y) * width;
        let b = a + width;
        let c = a + height * width;
        let d = c + width;
        for (let x = 0; x + 1 < width; x++, a++, b++, c++, d++) {
          const inside =
            (values[a] > level ? 1 : 0) +
            (values[a + 1] > level ? 2 : 0) +
            (values[b + 1] > level ? 4 : 0) +
            (values[b] > level ? 8 : 0) +
            (values[c] > level ? 16 : 0) +
            (values[c + 1] > level ? 32 : 0) +
            (values[d + 1] > level ? 64 : 0) +
            (values[d] > level ? 128 : 0);
          if (inside !== 0 && inside !== 255) this.addCube(inside, x, y, z, a, c);
        }
      }
      [this.lower, this.upper] = [this.upper, this.lower.fill(-1)];
    }
  }

  private addCube(inside: number, x: number, y: number, z: number, below: number, above: number): void {
    const { cube, values, level, triangles } = this;
    const width = this.shape[2];
    const corners = cube.values;
    corners[0] = values[below] - level;
    corners[1] = values[below + 1] - level;
    corners[2] = values[below + width + 1] - level;
    corners[3] = values[below + width] - level;
    corners[4] = values[above] - level;
    corners[5] = values[above + 1] - level;
    corners[6] = values[above + width + 1] - level;
    corners[7] = values[above + width] - level;
    cube.choose(inside);
    for (let at = cube.from; at < cube.to; at += 3) {
      const first = this.vertexOn(cube.edges[at], x, y, z);
      const second = this.vertexOn(cube.edges[at + 1], x, y, z);
      const third = this.vertexOn(cube.edges[at + 2], x, y, z);
      triangles.push(third, second, first);
    }
  }

  /** The number of the vertex on an edge, which is made where there is none yet. */
  private vertexOn(edge: number, x: number, y: number, z: number): number {
    const width = this.shape[2];
    const layer = edge >= 4 && edge < 8 ? this.upper : this.lower;
    let column = x;
    let row = y;
    let kind: number;
    if (edge === MIDDLE) kind = 3;
    else if (edge >= 8) {
      kind = 2;
      if (edge === 9 || edge === 10) column++;
      if (edge >= 10) row++;
    } else {
      kind = edge & 1;
      if ((edge & 3) === 1) column++;
      else if ((edge & 3) === 2) row++;
    }
    const place = 4 * (row * width + column) + kind;
    if (layer[place] < 0) {
      layer[place] = this.vertices.length / 3;
      if (edge === MIDDLE) this.addMiddle(x, y, z);
      else this.addVertex(edge, x, y, z);
    }
    return layer[place];
  }

  private addVertex(edge: number, x: number, y: number, z: number): void {
    const [start, end, from, to] = EDGE_ENDS[edge];
    const corners = this.cube.values;
    const first = nearness(corners[start]);
    const second = nearness(corners[end]);
    const all = first + second;
    this.vertices.push(
      Math.fround(z + (from[2] * first + to[2] * second) / all),
      Math.fround(y + (from[1] * first + to[1] * second) / all),
      Math.fround(x + (from[0] * first + to[0] * second) / all),
    );
  }

  /** The mean of the corners, by how near the surface they are. */
  private addMiddle(x: number, y: number, z: number): void {
    const { values } = this.cube;
    let sumX = 0;
    let sumY = 0;
    let sumZ = 0;
    let all = 0;
    for (let corner = 0; corner < 8; corner++) {
      const weight = nearness(values[corner]);
      sumX += CORNERS[corner][0] * weight;
      sumY += CORNERS[corner][1] * weight;
      sumZ += CORNERS[corner][2] * weight;
      all += weight;
    }
    this.vertices.push(Math.fround(z + sumZ / all), Math.fround(y + sumY / all), Math.fround(x + sumX / all));
  }
}

/** Linear interpolation by these weights is that of the values, and has no division by 0 where a corner is at the level. */
const nearness = (value: number) => 1 / (Number.EPSILON + Math.abs(value));
