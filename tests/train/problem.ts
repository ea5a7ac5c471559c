import { tf } from '../../lib/runtime';

/** The small problem of tests/goldens/training.py: a layer whose tanh shall be y. */
export interface Problem {
  kernel: tf.Variable;
  bias: tf.Variable;
  loss(): tf.Scalar;
  /** Kernel and bias, flat. */
  weights(): number[];
  dispose(): void;
}

export function problem(): Problem {
  const wave = (function_: (angle: number) => number, factor: number, offset: number, shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, index) =>
        function_(index * factor + offset),
      ),
      shape,
    );
  const [kernel, bias] = tf.tidy(() => [
    tf.variable(wave(Math.sin, 0.7, 1, [3, 2])),
    tf.variable(wave((angle) => Math.cos(angle) / 2, 1, 0, [2])),
  ]);
  const x = wave(Math.sin, 0.9, 0, [5, 3]);
  const y = wave(Math.cos, 1.3, 0, [5, 2]);
  return {
    kernel,
    bias,
    loss: () =>
      tf.tidy(() => {
        const output = tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, kernel as unknown as tf.Tensor2D), bias));
        return tf.mul(tf.mean(tf.square(tf.sub(output, y))), 4) as tf.Scalar;
      }),
    weights: () => [...kernel.dataSync(), ...bias.dataSync()],
    dispose: () => tf.dispose([kernel, bias, x, y]),
  };
}

/** The weights after the first steps, by the number of the step. */
export function weightsBySteps(
  steps: readonly number[],
  step: (problem: Problem, index: number) => void,
): number[][] {
  const each = problem();
  const results: number[][] = [];
  for (let index = 0; index < Math.max(...steps); index++) {
    step(each, index);
    if (steps.includes(index + 1)) results.push(each.weights());
  }
  each.dispose();
  return results;
}

/** |difference| ≤ tolerance everywhere; → the largest difference otherwise, for the message. */
export function largestDifference(actual: number[], expected: number[]): number {
  if (actual.length !== expected.length) return Infinity;
  return Math.max(...actual.map((value, index) => Math.abs(value - expected[index])));
}
