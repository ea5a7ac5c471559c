import { tf } from '../../runtime';

/**
 * Kernel of a transposed convolution with which it interpolates bilinearly, each class by itself (Long et al. 2015,
 * section 3.3): on the diagonal of the channels w[i, j] = v[i] · v[j] with v[i] = 1 − |i − centre| / stride, elsewhere 0.
 * The kernel is twice as large as its stride, an even one; centre = stride − ½.
 *
 * Shape: [2 · stride, 2 · stride, channels, channels].
 */
export function bilinearKernel(stride: number, channels: number): tf.Tensor4D {
  return tf.tidy(() => {
    const size = 2 * stride;
    const line = Array.from({ length: size }, (_, i) => 1 - Math.abs(i - (stride - 0.5)) / stride);
    const square = tf.outerProduct(tf.tensor1d(line), tf.tensor1d(line));
    return tf.mul(tf.reshape(square, [size, size, 1, 1]), tf.eye(channels)) as tf.Tensor4D;
  });
}
