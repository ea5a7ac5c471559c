import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marchingCubes } from '../../lib/postprocessing/marching-cubes';
import { smoothSurface } from '../../lib/postprocessing/smooth-surface';
import { encodeStl, writeStl } from '../../lib/postprocessing/stl';
import { enclosedVolume, surfaceArea, type Surface } from '../../lib/postprocessing/surface';
import { seededRandom } from '../../lib/runtime/seed';
import { decodePixels, golden } from '../golden';

interface Golden {
  cases: {
    shape: number[];
    values: string;
    level: number | null;
    spacing: number[];
    vertices: number;
    faces: number;
    area: number;
    places?: string;
    digest: string;
  }[];
}

const SIDE = 21;
/** 10 minus the distance to the middle: no corner is exactly at the level 4.1, so that no triangle is a point. */
const hill = Float32Array.from({ length: SIDE ** 3 }, (_, at) => {
  const [z, y, x] = [Math.floor(at / SIDE ** 2), Math.floor(at / SIDE) % SIDE, at % SIDE];
  return 10 - Math.hypot(z - 10, y - 10, x - 10);
});
const ball = (options = {}) => marchingCubes(hill, [SIDE, SIDE, SIDE], { level: 4.1, ...options });

/** Each edge of a closed surface belongs to two triangles, which run along it in opposite directions. */
function assertClosed({ triangles }: Surface): void {
  const edges = new Map<string, number>();
  for (let at = 0; at < triangles.length; at += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const edge = `${triangles[at + corner]},${triangles[at + ((corner + 1) % 3)]}`;
      edges.set(edge, (edges.get(edge) ?? 0) + 1);
    }
  }
  for (const [edge, count] of edges) {
    assert.equal(edges.get(edge.split(',').reverse().join()), count);
  }
}

describe('marchingCubes', () => {
  it('equals scikit-image, order of vertices and triangles included', () => {
    for (const { shape, level, spacing, ...expected } of golden<Golden>('marching-cubes').cases) {
      const surface = marchingCubes(decodePixels('float32', expected.values), shape, {
        spacing,
        ...(level !== null && { level }),
      });
      const what = shape.join(' × ');
      assert.equal(surface.vertices.length, 3 * expected.vertices, what);
      assert.equal(surface.triangles.length, 3 * expected.faces, what);
      const digest = createHash('sha256').update(new Uint8Array(surface.triangles.buffer)).digest('hex');
      assert.equal(digest, expected.digest, what);
      assert.ok(Math.abs(surfaceArea(surface) / expected.area - 1) < 1e-6, what);
      if (expected.places === undefined) continue;
      const places = decodePixels('float32', expected.places);
      surface.vertices.forEach((place, at) => assert.ok(Math.abs(place - places[at]) < 1e-6, what));
    }
  });

  it('gives a ball its area and its volume, in units of the spacing, its triangles outwards', () => {
    const surface = ball();
    assertClosed(surface);
    assert.ok(Math.abs(enclosedVolume(surface) / ((4 / 3) * Math.PI * 5.9 ** 3) - 1) < 0.02);
    assert.ok(Math.abs(surfaceArea(surface) / (4 * Math.PI * 5.9 ** 2) - 1) < 0.02);
    const stretched = ball({ spacing: [2, 1, 0.5] });
    assert.ok(Math.abs(enclosedVolume(stretched) / enclosedVolume(surface) - 1) < 1e-12);
    assert.ok(Math.abs(enclosedVolume(ball({ spacing: [3, 1, 1] })) / enclosedVolume(surface) - 3) < 1e-12);
  });

  it('closes a surface at the border where it is told what lies outside', () => {
    const random = seededRandom(7);
    const mask = Uint8Array.from({ length: 6 * 7 * 8 }, () => (random() < 0.5 ? 1 : 0));
    assertClosed(marchingCubes(mask, [6, 7, 8], { outside: 0 }));
    const full = marchingCubes(new Uint8Array(27).fill(1), [3, 3, 3], { level: 0.5, outside: 0 });
    assertClosed(full);
    assert.deepEqual(
      [Math.min(...full.vertices), Math.max(...full.vertices)].map((place) => place.toFixed(6)),
      ['-0.500000', '2.500000'],
    );
  });

  it('gives nothing where nothing is on the other side', () => {
    assert.deepEqual(marchingCubes(new Float32Array(8), [2, 2, 2], { level: 1 }), {
      vertices: new Float64Array(0),
      triangles: new Uint32Array(0),
    });
  });

  it('refuses what has no surface', () => {
    const values = new Float32Array(8);
    assert.throws(
      () => marchingCubes(values, [2, 4]),
      /got shape \[2, 4\]; expected \[depth, height, width\]/,
    );
    assert.throws(() => marchingCubes(values, [8, 1, 1]), /got shape \[8, 1, 1\]; expected .* at least 2/);
    assert.throws(
      () => marchingCubes([0, 0, 0, NaN, 0, 0, 0, 0], [2, 2, 2]),
      /got NaN at index 3; expected finite/,
    );
    assert.throws(() => marchingCubes(values, [2, 2, 2], { level: Infinity }), /got level Infinity/);
    assert.throws(() => marchingCubes(values, [2, 2, 2], { spacing: [1, 1] }), /got spacing \[1, 1\]/);
  });
});

describe('smoothSurface', () => {
  const mask = Uint8Array.from(hill, (value) => (value > 4 ? 1 : 0));
  const steps = marchingCubes(mask, [SIDE, SIDE, SIDE], { level: 0.5 });
  /** Of the distances of vertices to the middle. */
  const roughness = ({ vertices }: Surface) => {
    const radii = Array.from({ length: vertices.length / 3 }, (_, at) =>
      Math.hypot(...[0, 1, 2].map((axis) => vertices[3 * at + axis] - 10)),
    );
    const mean = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
    return Math.sqrt(radii.reduce((sum, radius) => sum + (radius - mean) ** 2, 0) / radii.length);
  };

  it('takes the steps of voxels away, and keeps the volume', () => {
    const before = steps.vertices.slice();
    const smooth = smoothSurface(steps);
    assert.ok(roughness(smooth) < 0.75 * roughness(steps));
    assert.ok(Math.abs(enclosedVolume(smooth) / enclosedVolume(steps) - 1) < 0.02);
    assert.deepEqual(steps.vertices, before);
    const shrunk = smoothSurface(steps, { back: 0 });
    assert.ok(enclosedVolume(shrunk) < 0.97 * enclosedVolume(steps));
  });

  it('refuses options out of range', () => {
    assert.throws(() => smoothSurface(steps, { iterations: -1 }), /got -1 iterations; expected an integer/);
    assert.throws(
      () => smoothSurface(steps, { step: 0.5, back: -0.4 }),
      /got step 0.5 and back -0.4; expected/,
    );
  });
});

describe('STL', () => {
  /** Normals and corners of the triangles. */
  const read = (bytes: Uint8Array) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = view.getUint32(80, true);
    assert.equal(bytes.length, 84 + 50 * count);
    return Array.from({ length: count }, (_, triangle) =>
      [0, 1, 2, 3].map((vector) =>
        [0, 1, 2].map((axis) => view.getFloat32(84 + 50 * triangle + 12 * vector + 4 * axis, true)),
      ),
    );
  };
  const assertOutwards = (bytes: Uint8Array, middle: readonly number[]) => {
    const triangles = read(bytes);
    assert.ok(triangles.length > 500);
    for (const [normal, a, b, c] of triangles) {
      const [u, v] = [b, c].map((corner) => corner.map((place, axis) => place - a[axis]));
      const cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      const outward = (vector: number[]) =>
        vector.reduce((sum, part, axis) => sum + part * (a[axis] - middle[axis]), 0);
      assert.ok(outward(normal) > 0 && (outward(cross) > 0 || Math.hypot(...cross) < 1e-6));
      assert.ok(Math.abs(Math.hypot(...normal) - 1) < 1e-5);
    }
  };

  it('holds x, y, z with spacing and origin, and normals that point outwards', () => {
    const bytes = encodeStl(ball({ spacing: [3, 2, 1] }), { origin: [300, 200, 100] });
    assert.notEqual(Buffer.from(bytes.subarray(0, 5)).toString(), 'solid');
    assertOutwards(bytes, [110, 220, 330]);
    const xs = read(bytes).flatMap((triangle) => triangle.slice(1).map(([x]) => x));
    assert.ok(Math.abs(Math.min(...xs) - 104.1) < 0.1 && Math.abs(Math.max(...xs) - 115.9) < 0.1);
  });

  it('is placed by an affine, mirrored or not', () => {
    for (const sign of [1, -1]) {
      const affine = [0, 0, sign * 0.5, 7, 0, 2, 0, -5, 3, 0, 0, 1, 0, 0, 0, 1];
      assertOutwards(encodeStl(ball(), { affine }), [sign * 5 + 7, 15, 31]);
    }
  });

  it('is written to a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-stl-'));
    try {
      writeStl(join(folder, 'ball.stl'), ball());
      assert.deepEqual(
        new Uint8Array(readFileSync(join(folder, 'ball.stl'))),
        new Uint8Array(encodeStl(ball())),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('refuses places that are none', () => {
    const affine = new Array<number>(16).fill(0);
    assert.throws(() => encodeStl(ball(), { affine }), /got affine .*; expected 16 finite numbers/);
    assert.throws(
      () => encodeStl(ball(), { origin: [0, NaN, 0] }),
      /got origin \[0, NaN, 0\]; expected finite/,
    );
    assert.throws(
      () => encodeStl(ball(), { affine, origin: [0, 0, 0] }),
      /got origin and affine; expected one/,
    );
  });
});
