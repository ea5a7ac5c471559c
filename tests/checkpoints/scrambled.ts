import { tf } from '../../lib/runtime';

/**
 * Gives every weight seeded values, so that each takes part in the output: around 1 for scales and variances, else around
 * 0, in kernels so that numbers neither grow nor vanish from layer to layer.
 */
export function scrambled<Model extends tf.LayersModel>(model: Model, seed = 1): Model {
  model.weights.forEach((weight, index) => {
    tf.tidy(() => {
      const shape = weight.shape as number[];
      const inputs = tf.util.sizeFromShape(shape.slice(0, -1));
      const limit = shape.length === 1 ? 0.5 : Math.sqrt(6 / inputs);
      const values = tf.randomUniform(shape, -limit, limit, 'float32', seed + index);
      const isScale = /gamma|variance/.test(weight.originalName);
      weight.write(isScale ? tf.add(values, 1) : values);
    });
  });
  return model;
}

/** Value i is cos(0.3·i). */
export function waves(shape: number[]): tf.Tensor {
  const count = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: count }, (_, index) => Math.cos(0.3 * index)),
    shape,
  );
}
