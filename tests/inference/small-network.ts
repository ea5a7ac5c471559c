import type { Image, Predict } from '../../lib';
import { tf } from '../../lib';
import { hashed } from '../nn/hashed';

const [CHANNELS, HIDDEN, CLASSES] = [2, 4, 3];

/** The network of tests/goldens/sliding-window.py: it knows where its image ends, so that misplaced windows show. */
export function smallNetwork(dimensions: number): Predict {
  return (batch) =>
    tf.tidy(() => {
      const hidden = tf.relu(convolve(batch, dimensions, 0, CHANNELS, HIDDEN));
      return convolve(hidden, dimensions, 2, HIDDEN, CLASSES);
    });
}

function convolve(
  x: tf.Tensor,
  dimensions: number,
  number: number,
  inputs: number,
  outputs: number,
): tf.Tensor {
  const sides = Array<number>(dimensions).fill(3);
  const size = tf.util.sizeFromShape(sides) * inputs * outputs;
  const order = [...sides.map((_, axis) => axis + 2), 1, 0];
  const kernel = tf.transpose(tf.tensor(hashed(number, size, 0.3), [outputs, inputs, ...sides]), order);
  const y =
    dimensions === 2
      ? tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same')
      : tf.conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, 1, 'same');
  return tf.add(y, tf.tensor1d(hashed(number + 1, outputs, 0.3)));
}

/** The images of the goldens: [2, …shape] of PyTorch, channels last. */
export function imageOf(shape: readonly number[]): Image<Float32Array> {
  const places = shape.reduce((product, size) => product * size, 1);
  const values = hashed(100, CHANNELS * places);
  const data = new Float32Array(values.length);
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let place = 0; place < places; place++)
      data[place * CHANNELS + channel] = values[channel * places + place];
  }
  return { data, shape, channels: CHANNELS };
}

/** What the goldens store of an output. */
export const stored = (values: ArrayLike<number>) =>
  Array.from({ length: 301 }, (_, k) => values[Math.floor((k * values.length) / 301)]);

export function largestDifference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = got.length === expected.length ? 0 : Infinity;
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(got[index] - expected[index]);
    most = difference <= most ? most : difference; // NaN is no small difference
  }
  return most;
}
