import { tf } from '../../lib/runtime';

/** The goldens' formula: value i of tensor number t is sin(0.7·i + t). */
export function sine(number: number, shape: readonly number[]): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, index) =>
    Math.sin(0.7 * index + number),
  );
  return tf.tensor(values, [...shape]);
}
