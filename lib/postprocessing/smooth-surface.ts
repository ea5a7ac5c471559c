import type { Surface } from './surface';

export interface SmoothSurfaceOptions {
  /** How often; default 10. */
  iterations?: number;
  /** Which share of the way to the mean of its neighbours a vertex goes, above 0 and below 1; default 0.5. */
  step?: number;
  /**
   * How far it then goes back: below −step. Default −0.53: the surface keeps its volume (Taubin 1995); 0 is Laplacian
   * smoothing, which shrinks it.
   */
  back?: number;
}

/**
 * A surface without the steps of its voxels: each vertex moves towards the mean of its neighbours and back (Taubin 1995,
 * "A signal processing approach to fair surface design").
 *
 * @returns new vertices, the same triangles
 * @throws RangeError for options out of range
 */
export function smoothSurface(
  { vertices, triangles }: Surface,
  { iterations = 10, step = 0.5, back = -0.53 }: SmoothSurfaceOptions = {},
): Surface {
  if (!Number.isSafeInteger(iterations) || iterations < 0) {
    throw new RangeError(`smoothSurface: got ${iterations} iterations; expected an integer of at least 0`);
  }
  if (!(step > 0 && step < 1) || !(back === 0 || (back < -step && back > -1))) {
    throw new RangeError(
      `smoothSurface: got step ${step} and back ${back}; expected a step between 0 and 1, and 0 or a number from −1 to −step`,
    );
  }
  const moved = { vertices: vertices.slice(), triangles };
  for (let iteration = 0; iteration < iterations; iteration++) {
    towardsNeighbours(moved, step);
    if (back !== 0) towardsNeighbours(moved, back);
  }
  return moved;
}

function towardsNeighbours({ vertices, triangles }: Surface, share: number): void {
  const sums = new Float64Array(vertices.length);
  const counts = new Int32Array(vertices.length / 3);
  for (let at = 0; at < triangles.length; at += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const vertex = triangles[at + corner];
      counts[vertex] += 2;
      for (const other of [triangles[at + ((corner + 1) % 3)], triangles[at + ((corner + 2) % 3)]]) {
        for (let axis = 0; axis < 3; axis++) sums[3 * vertex + axis] += vertices[3 * other + axis];
      }
    }
  }
  for (let at = 0; at < vertices.length; at++) {
    const count = counts[Math.floor(at / 3)];
    if (count > 0) vertices[at] += share * (sums[at] / count - vertices[at]);
  }
}
