/** A surface of triangles. */
export interface Surface {
  /** z, y and x of each vertex: [z₀, y₀, x₀, z₁, …], in the unit of the spacing. */
  vertices: Float64Array;
  /** Vertices of each triangle, counterclockwise in x, y, z as seen from outside. */
  triangles: Uint32Array;
}

/** The area of all triangles, in the square of the vertices' unit. Equals `skimage.measure.mesh_surface_area`. */
export function surfaceArea({ vertices, triangles }: Surface): number {
  let sum = 0;
  eachTriangle(vertices, triangles, (normal) => (sum += Math.hypot(...normal) / 2));
  return sum;
}

/** What a closed surface encloses, in the third power of the vertices' unit: Σ a · (b × c) / 6 (divergence theorem). */
export function enclosedVolume({ vertices, triangles }: Surface): number {
  let sum = 0;
  eachTriangle(vertices, triangles, (normal, corner) => {
    sum += normal[0] * corner[0] + normal[1] * corner[1] + normal[2] * corner[2];
  });
  return sum / 6;
}

type Vector = [x: number, y: number, z: number];

/** Calls back with the normal (b − a) × (c − a) of each triangle, and its corner a, as x, y, z. */
export function eachTriangle(
  vertices: Float64Array,
  triangles: Uint32Array,
  call: (normal: Vector, corner: Vector) => void,
): void {
  const point = (vertex: number): Vector => [
    vertices[3 * vertex + 2],
    vertices[3 * vertex + 1],
    vertices[3 * vertex],
  ];
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [point(triangles[at]), point(triangles[at + 1]), point(triangles[at + 2])];
    const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
    call([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx], a);
  }
}
