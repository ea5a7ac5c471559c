import { tf, tidied } from '../../runtime';
import { filledMap, fillWeights, kindOf } from './fill';
import type { Plain } from '../plain';
import { weightNames } from './model';

/** How a model is to be run for its values. */
export type Run = {
  /** Of the weights and of the inputs. */
  seed: number;
  /** Of the inputs, with the batch. */
  shapes: number[][];
  training: boolean;
};

/** What a model makes of filled inputs with filled weights. */
export function valuesOf(model: tf.LayersModel, { seed, shapes, training }: Run): Plain {
  return tidied(() => {
    fillWeights(model.weights, seed);
    const outputs = [model.apply(filledInputs(seed, shapes), { training })].flat() as tf.Tensor[];
    return outputs.map(mapValues);
  });
}

/** A feature map as plain data. */
export const mapValues = (map: tf.Tensor) => ({
  shape: map.shape,
  values: Float32Array.from(map.dataSync()),
});

export const filledInputs = (seed: number, shapes: number[][]) =>
  shapes.map((shape, index) => filledMap(`${seed}/input ${index}`, shape));

/** The weights that a model has, each as kind and shape; those that training changes, and the others. */
export const weightsOf = (model: tf.LayersModel): Plain => ({
  trainable: weightNames(model.trainableWeights),
  others: weightNames(model.nonTrainableWeights),
});

/** How each weight starts: kind, shape, mean, standard deviation and share beyond two standard deviations. */
export function initialStatistics(model: tf.LayersModel): Plain {
  return model.weights.map((weight) => {
    const values = Float32Array.from(tidied(() => weight.read().dataSync()));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const beyond = values.filter((value) => Math.abs(value - mean) > 2 * deviation).length / values.length;
    return { kind: kindOf(weight), shape: weight.shape as number[], mean, deviation, beyond };
  });
}

/**
 * The size (root of the sum of squares) of the gradient at each trainable weight, for filled weights and the mean
 * square of the outputs in inference mode; by kind and shape, smallest first.
 */
export function gradientSizes(model: tf.LayersModel, { seed, shapes }: Pick<Run, 'seed' | 'shapes'>): Plain {
  return tidied(() => {
    fillWeights(model.weights, seed);
    const inputs = filledInputs(seed, shapes);
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const names = model.trainableWeights.map((weight) => `${kindOf(weight)} ${weight.shape.join('×')}`);
    const { grads } = tf.variableGrads(() => {
      const outputs = [model.apply(inputs, { training: false })].flat() as tf.Tensor[];
      return tf.addN(outputs.map((output) => output.square().mean())) as tf.Scalar;
    }, variables);
    return variables
      .map((variable, index) => ({ weight: names[index], size: tf.norm(grads[variable.name]).dataSync()[0] }))
      .sort((a, b) => (a.weight < b.weight ? -1 : a.weight > b.weight ? 1 : a.size - b.size));
  });
}
