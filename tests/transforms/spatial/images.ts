import assert from 'node:assert/strict';
import type { Image } from '../../../lib/io/image';
import { hashed } from '../../nn/hashed';

/** The array that tests/goldens/hashed.py makes of the same number, as an image of one channel. */
export function hashedImage(number: number, shape: readonly number[]): Image<Float32Array> {
  const count = shape.reduce((product, size) => product * size, 1);
  return { data: hashed(number, count), shape, channels: 1 };
}

/** Labels 0 … classes − 1 from the same numbers. */
export function hashedLabels(number: number, shape: readonly number[], classes: number): Image<Uint8Array> {
  const { data } = hashedImage(number, shape);
  return { data: Uint8Array.from(data, (value) => ((value + 1) / 2) * classes), shape, channels: 1 };
}

/** Two images of one channel as one of two. */
export function interleaved(first: Image<Float32Array>, second: Image<Float32Array>): Image<Float32Array> {
  const data = new Float32Array(2 * first.data.length);
  first.data.forEach((value, index) => data.set([value, second.data[index]], 2 * index));
  return { data, shape: first.shape, channels: 2 };
}

/** Fails where a value is off by more than the tolerance, naming the worst. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  let worst = 0;
  for (let index = 0; index < actual.length; index++) {
    const error = Math.abs(actual[index] - expected[index]);
    if (!(error <= Math.abs(actual[worst] - expected[worst]))) worst = index;
  }
  const error = Math.abs(actual[worst] - expected[worst]);
  assert.ok(
    error <= tolerance,
    `element ${worst} is ${actual[worst]}; expected ${expected[worst]} ± ${tolerance}`,
  );
}
