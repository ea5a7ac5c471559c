import assert from 'node:assert/strict';
import { tf } from '../lib/runtime';

type Scalar = import('@tensorflow/tfjs-core').Scalar;
type Tensor = import('@tensorflow/tfjs-core').Tensor;
export type ScalarFunction = (x: Tensor) => Scalar;

/**
 * df/dx by central differences, (f(x + h·e) − f(x − h·e)) / 2h for each unit vector e.
 *
 * In float32 the rounding of f limits the result to about ε·|f|/h: take `step` near 1 where f is linear or quadratic
 * in x (no truncation error), 1e-2 elsewhere, and keep f small.
 *
 * @returns tensor of x's shape
 */
export function numericGradient(f: ScalarFunction, x: Tensor, step = 1e-2): Tensor {
  const values = Float32Array.from(x.dataSync());
  const at = (index: number, shift: number): number => {
    const moved = values.slice();
    moved[index] += shift;
    return tf.tidy(() => f(tf.tensor(moved, x.shape)).dataSync()[0]);
  };
  const slopes = Array.from(values, (_, index) => (at(index, step) - at(index, -step)) / (2 * step));
  return tf.tensor(slopes, x.shape);
}

/** Asserts that tfjs's gradient of f at x is its numeric one: |difference| ≤ tolerance · max(1, |numeric|) everywhere. */
export function assertGradient(f: ScalarFunction, x: Tensor, { step = 1e-2, tolerance = 1e-3 } = {}): void {
  tf.tidy(() => assertClose(tf.grad(f)(x), numericGradient(f, x, step).arraySync(), tolerance));
}

/** Asserts equal shapes and |difference| ≤ tolerance · max(1, |expected|) everywhere. */
export function assertClose(actual: Tensor, expected: Tensor | unknown, tolerance: number): void {
  tf.tidy(() => {
    const wanted = expected instanceof tf.Tensor ? expected : tf.tensor(expected as number[]);
    assert.deepEqual(actual.shape, wanted.shape);
    const [left, right] = [actual.dataSync(), wanted.dataSync()];
    left.forEach((value, index) => {
      const limit = tolerance * Math.max(1, Math.abs(right[index]));
      assert.ok(
        Math.abs(value - right[index]) <= limit,
        `[${index}]: got ${value}, expected ${right[index]} ± ${limit}`,
      );
    });
  });
}

/** Runs the body and asserts that it left no tensor behind. */
export function assertNoLeak(body: () => void): void {
  const before = tf.memory().numTensors;
  body();
  assert.equal(tf.memory().numTensors - before, 0, 'tensors left behind');
}

/** A scalar that depends on every element of y, each with a seeded weight of its own. */
export function weigh(y: Tensor): Scalar {
  return tf.sum(tf.mul(y, tf.randomNormal(y.shape, 0, 1, 'float32', 3)));
}
