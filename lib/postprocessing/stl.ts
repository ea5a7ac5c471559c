import { writeFileWhole } from '../io/write-file';
import { eachTriangle, type Surface } from './surface';

export interface StlOptions {
  /** Where the vertex 0, 0, 0 lies [z, y, x], in the vertices' unit; default 0. */
  origin?: readonly [z: number, y: number, x: number];
  /**
   * A volume's affine, 4 × 4 row by row, of (slice, row, column, 1) to (x, y, z, 1): for surfaces in elements (spacing 1),
   * to place them in the scanner's space.
   */
  affine?: readonly number[];
}

const [HEADER, RECORD] = [80, 50];

/**
 * A surface as binary STL, in x, y, z; normals point outwards.
 *
 * @throws RangeError for an origin or an affine that is not finite or turns space into a plane, and both of them
 */
export function encodeStl(surface: Surface, options: StlOptions = {}): Uint8Array {
  const { vertices, triangles } = placed(surface, options);
  const bytes = Buffer.alloc(HEADER + 4 + (RECORD * triangles.length) / 3);
  // No "solid" at the start: that is how readers know the form in text.
  bytes.write('binary STL by segcourse', 0, 'latin1');
  let at = bytes.writeUInt32LE(triangles.length / 3, HEADER);
  let triangle = 0;
  eachTriangle(vertices, triangles, (normal) => {
    const length = Math.hypot(...normal) || 1;
    for (const part of normal) at = bytes.writeFloatLE(part / length, at);
    for (const vertex of triangles.subarray(triangle, triangle + 3)) {
      for (const axis of [2, 1, 0]) at = bytes.writeFloatLE(vertices[3 * vertex + axis], at);
    }
    triangle += 3;
    at += 2;
  });
  return bytes;
}

/** Writes a surface as a binary STL file, beside and renamed. */
export function writeStl(file: string, surface: Surface, options: StlOptions = {}): void {
  writeFileWhole(file, encodeStl(surface, options));
}

/** The surface in space, its triangles turned where the map mirrors. */
function placed({ vertices, triangles }: Surface, { origin, affine }: StlOptions): Surface {
  if (origin && affine) throw new RangeError('encodeStl: got origin and affine; expected one of them');
  if (!affine) {
    const shift = origin ?? [0, 0, 0];
    if (shift.some((value) => !Number.isFinite(value))) {
      throw new RangeError(`encodeStl: got origin [${shift.join(', ')}]; expected finite numbers z, y, x`);
    }
    return { vertices: vertices.map((place, at) => place + shift[at % 3]), triangles };
  }
  const [a, b, c, , d, e, f, , g, h, i] = affine;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (affine.length !== 16 || !affine.every(Number.isFinite) || determinant === 0) {
    throw new RangeError(
      `encodeStl: got affine [${affine.join(', ')}]; expected 16 finite numbers, row by row, that can be inverted`,
    );
  }
  const moved = new Float64Array(vertices.length);
  for (let at = 0; at < vertices.length; at += 3) {
    for (let axis = 0; axis < 3; axis++) {
      const [s, r, k, shift] = affine.slice(4 * axis, 4 * axis + 4);
      // x, y, z go where z, y, x are kept.
      moved[at + 2 - axis] = s * vertices[at] + r * vertices[at + 1] + k * vertices[at + 2] + shift;
    }
  }
  // (z, y, x) in the order x, y, z is itself a mirror image.
  return { vertices: moved, triangles: determinant < 0 ? triangles : turned(triangles) };
}

function turned(triangles: Uint32Array): Uint32Array {
  const result = triangles.slice();
  for (let at = 0; at < result.length; at += 3) [result[at], result[at + 2]] = [result[at + 2], result[at]];
  return result;
}
