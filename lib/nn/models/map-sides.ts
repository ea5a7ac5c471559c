import { tf } from '../../runtime';

/** For a side that goes from one length to another: which inputs output i sums, each with its weight. */
export type Taps = (from: number, to: number) => (i: number) => [index: number, weight: number][];

/**
 * Changes the sides of a map by sums along its columns, then along its rows, each as a product with a matrix whose
 * rows are the taps; so the gradient is the product with the transposed one. A side that keeps its length stays as it
 * is.
 *
 * Shape: [B, H, W, C] → [B, sides[0], sides[1], C].
 */
export function mapSides(x: tf.Tensor4D, sides: readonly [number, number], taps: Taps): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, height, width, channels] = x.shape;
    const [newHeight, newWidth] = sides;
    let map: tf.Tensor = x;
    if (newWidth !== width) {
      const rows = tf.reshape(map, [batch * height, width, channels]);
      map = tf.matMul(weights(width, newWidth, taps), rows); // [B·H, W', C]
    }
    if (newHeight !== height) {
      const columns = tf.reshape(map, [batch, height, newWidth * channels]);
      map = tf.matMul(weights(height, newHeight, taps), columns); // [B, H', W'·C]
    }
    return tf.reshape(map, [batch, newHeight, newWidth, channels]);
  });
}

/** [1, to, from] */
function weights(from: number, to: number, taps: Taps): tf.Tensor {
  const values = new Float32Array(to * from);
  const tapsOf = taps(from, to);
  for (let i = 0; i < to; i++) {
    for (const [index, weight] of tapsOf(i)) values[i * from + index] += weight;
  }
  return tf.tensor(values, [1, to, from]);
}
