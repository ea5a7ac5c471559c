import type { FeatureMap } from '../../nn/layers';
import { tf } from '../../runtime';
import { kindOf, Weight } from './fill';

/** A model from symbolic inputs of these shapes (without the batch) to what `build` makes of them. */
export function modelOf(
  shapes: (number | null)[][],
  build: (...inputs: tf.SymbolicTensor[]) => FeatureMap | FeatureMap[],
): tf.LayersModel {
  const inputs = shapes.map((shape) => tf.input({ shape }));
  const outputs = [build(...inputs)].flat() as tf.SymbolicTensor[];
  return tf.model({ inputs, outputs: outputs.map(unrepeated) });
}

/** A layers model warns where a map leaves it twice, as output and as skip. */
function unrepeated(output: tf.SymbolicTensor, index: number, outputs: readonly tf.SymbolicTensor[]) {
  return outputs.indexOf(output) === index
    ? output
    : (tf.layers.activation({ activation: 'linear' }).apply(output) as tf.SymbolicTensor);
}

/** Numbers in the weights that training changes: kernels, biases, batch normalisation's γ and β. */
export const trainableParameters = (model: tf.LayersModel): number =>
  model.trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);

/** The kind and shape of each weight, in order: `['bias 8', 'kernel 3×3×1×8', …]`. */
export const weightNames = (weights: readonly Weight[]): string[] =>
  weights.map((weight) => `${kindOf(weight)} ${weight.shape.join('×')}`).sort();

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
