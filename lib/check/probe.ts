import { tf } from '../runtime';
import type { FeatureMap } from '../nn/layers';

/** Shapes of feature maps; null where a size is open. */
export const shapesOf = (...maps: FeatureMap[]) => maps.map((map) => map.shape);

/** A model from symbolic inputs of these shapes (without the batch) to what `build` makes of them. */
export function modelOf(
  shapes: (number | null)[][],
  build: (...inputs: tf.SymbolicTensor[]) => FeatureMap | FeatureMap[],
): tf.LayersModel {
  const inputs = shapes.map((shape) => tf.input({ shape }));
  return tf.model({ inputs, outputs: build(...inputs) as tf.SymbolicTensor[] });
}

/** Weights that training changes: kernels, biases, batch normalisation's γ and β. */
export function trainableParameters(model: tf.LayersModel): number {
  return model.trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
}

/** Parameters of n convolutions 3 × 3 with biases, each followed by batch normalisation. */
export function convolutionParameters(inputs: number, outputs: number, count = 2): number {
  const first = 9 * inputs * outputs + outputs;
  const further = 9 * outputs * outputs + outputs;
  return first + (count - 1) * further + count * 2 * outputs;
}

/** Parameters of a transposed convolution 2 × 2 with biases and batch normalisation. */
export function upsamplingParameters(inputs: number, outputs: number): number {
  return 4 * inputs * outputs + outputs + 2 * outputs;
}

/** Seeded noise around zero, the same at every call. */
export const noise = (shape: number[]) => tf.randomNormal(shape, 0, 1, 'float32', 8);

/** Smallest value of a map that the student's layers made. */
export const minimum = (map: FeatureMap) => (map as tf.Tensor).min().dataSync()[0];
