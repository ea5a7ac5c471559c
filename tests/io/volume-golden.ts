import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import type { Volume } from '../../lib/io/image';

/** A file that nibabel read: sizes and affine for (i, j, k), values as (k, j, i, rest). */
export interface VolumeCase {
  name: string;
  shape: number[];
  values: string;
  affine: number[][];
  codes: string;
  file: string;
}

/** Bytes that a golden holds deflated. */
export function inflated(base64: string): Uint8Array {
  return new Uint8Array(inflateSync(Buffer.from(base64, 'base64')));
}

export function float64s(base64: string): number[] {
  return [...new Float64Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer)];
}

/** That an affine brings (slice, row, column) = (k, j, i) to where nibabel's brings (i, j, k). */
export function assertSamePlaces(
  affine: readonly number[],
  expected: readonly (readonly number[])[],
  tolerance = 1e-5,
): void {
  assert.equal(affine.length, 16);
  for (const [i, j, k] of [
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [3, 2, 1],
  ]) {
    expected.forEach((row, axis) => {
      const place = row[0] * i + row[1] * j + row[2] * k + row[3];
      const [slice, perRow, column, origin] = affine.slice(4 * axis, 4 * axis + 4);
      const got = slice * k + perRow * j + column * i + origin;
      assert.ok(Math.abs(got - place) <= tolerance, `axis ${axis} of (${i}, ${j}, ${k}): ${got}, ${place}`);
    });
  }
}

/** That a volume is what nibabel read: sizes, every value, and where every voxel lies. */
export function assertVolume(volume: Volume, { shape, values, affine }: VolumeCase): void {
  const [width, height = 1, depth = 1, ...rest] = shape;
  assert.deepEqual([...volume.shape], [depth, height, width]);
  assert.equal(
    volume.channels,
    rest.reduce((product, size) => product * size, 1),
  );
  const expected = float64s(values);
  const rounded = volume.data instanceof Float32Array ? expected.map(Math.fround) : expected;
  assert.deepEqual([...volume.data], rounded);
  assertSamePlaces(volume.affine, affine);
}
