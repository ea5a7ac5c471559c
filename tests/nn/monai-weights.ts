import { tf } from '../../lib/runtime';
import { sine } from './sine';

/** What the goldens add to the formula for a weight of this name. */
const OFFSETS: Record<string, number> = { gamma: 1, moving_variance: 1, alpha: 0.25 };
/** What may stand behind a convolution, in PyTorch's order. */
const SUFFIXES = ['', '_bn', '_in', '_prelu'];

/**
 * Gives a model the weights that the goldens' scripts give MONAI's: value i of parameter p is sin(0.7·i + p) / 5, plus
 * the offset of its kind.
 *
 * @param convolutions names of the convolutions in the order in which PyTorch lists MONAI's; normalisation and PReLU
 * follow each
 */
export function fillAsMonai(model: tf.LayersModel, convolutions: readonly string[]): void {
  let parameter = 0;
  tf.tidy(() => {
    for (const name of convolutions.flatMap((convolution) =>
      SUFFIXES.map((suffix) => convolution + suffix),
    )) {
      const layer = model.layers.find((candidate) => candidate.name === name);
      if (layer === undefined) continue;
      const values = layer.weights.map(({ originalName, shape }) => {
        const sizes = shape as number[];
        const offset = OFFSETS[originalName.replace(/^.*\//, '').replace(/_\d+$/, '')] ?? 0;
        return tf.add(tf.div(inPyTorchLayout(parameter++, sizes), 5), offset);
      });
      if (values.length > 0) layer.setWeights(values);
    }
  });
  const weights = model.layers.flatMap((layer) => layer.weights);
  if (parameter !== weights.length) {
    throw new Error(`filled ${parameter} of ${weights.length} weights`);
  }
}

/** Kernels: [out, in, ...sides] → [...sides, in, out]; transposed ones [in, out, ...sides] → [...sides, out, in]. */
function inPyTorchLayout(parameter: number, shape: number[]): tf.Tensor {
  if (shape.length < 4 || shape.every((side) => side === 1)) return sine(parameter, shape);
  const rank = shape.length;
  const sides = Array.from({ length: rank - 2 }, (_, axis) => axis);
  const [first, second] = [shape[rank - 1], shape[rank - 2]];
  const kernel = sine(parameter, [first, second, ...shape.slice(0, -2)]);
  return tf.transpose(kernel, [...sides.map((axis) => axis + 2), 1, 0]);
}

/** cos(rate · index + shift) over the tensor's values in order: the goldens' images and targets. */
export function waves(shape: readonly number[], rate: number, shift = 0): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const values = Float32Array.from({ length: size }, (_, index) => Math.cos(rate * index + shift));
  return tf.tensor(values, [...shape]);
}

/** The values that the goldens store of a tensor: 61 spread evenly over it. */
export function stored(tensor: tf.Tensor): tf.Tensor1D {
  const values = tensor.dataSync();
  return tf.tensor1d(Array.from({ length: 61 }, (_, k) => values[Math.floor((k * values.length) / 61)]));
}

/** Trainable parameters of a model. */
export const trainableParameters = (model: tf.LayersModel) =>
  model.trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
