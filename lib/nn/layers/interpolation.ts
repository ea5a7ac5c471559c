import { tf } from '../../runtime';

export type Interpolation = 'linear' | 'nearest';

/**
 * Weights of `factor · length` outputs in `length` inputs along one axis: [factor · length, length], rows sum to 1.
 *
 * Output i lies at (i + ½) / factor − ½ between the inputs' centres, held within them (PyTorch's
 * `align_corners=False`); 'nearest' takes the input that covers it.
 */
export function interpolationMatrix(
  length: number,
  factor: number,
  interpolation: Interpolation,
): tf.Tensor2D {
  const rows = length * factor;
  const weights = new Float32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const centre = Math.min(Math.max((row + 0.5) / factor - 0.5, 0), length - 1);
    const position = interpolation === 'nearest' ? Math.floor(row / factor) : centre;
    const below = Math.floor(position);
    weights[row * length + below] += 1 - (position - below);
    if (position > below) weights[row * length + below + 1] += position - below;
  }
  return tf.tensor2d(weights, [rows, length]);
}

/**
 * Enlarges a feature map by whole factors, axis by axis as matrix products, last axis first, so that the largest
 * product is one large matrix: 'linear' is bilinear or trilinear. The gradient is the transposed products.
 *
 * Shape: [B, H, W, C] → [B, factors[0] · H, factors[1] · W, C]; 3-D likewise.
 */
export function enlarge(x: tf.Tensor, factors: readonly number[], interpolation: Interpolation): tf.Tensor {
  return tf.tidy(() =>
    factors.reduceRight((map, factor, index) => {
      if (factor === 1) return map;
      const axis = index + 1;
      const { shape } = map;
      const weights = interpolationMatrix(shape[axis], factor, interpolation);
      const before = tf.util.sizeFromShape(shape.slice(0, axis));
      const lines = tf.reshape(map, [before, shape[axis], -1]);
      const longer = tf.matMul(tf.expandDims(weights, 0), lines); // [before, factor · length, after]
      return tf.reshape(longer, [...shape.slice(0, axis), shape[axis] * factor, ...shape.slice(axis + 1)]);
    }, x),
  );
}
