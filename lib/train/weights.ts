import { encodeSafetensors } from '../io/safetensors';
import { tf } from '../runtime';

/** Copies of all weights of a model, running statistics included, in the model's order. */
export type WeightSnapshot = Float32Array[];

/** The variables behind a model's weights; with `trainableOnly`, those that the optimizer changes. */
export function variables(model: tf.LayersModel, trainableOnly = false): tf.Variable[] {
  const weights = trainableOnly ? model.trainableWeights : model.weights;
  return weights.map((weight) => weight.read() as tf.Variable);
}

export function snapshotWeights(model: tf.LayersModel): WeightSnapshot {
  return variables(model).map((variable) => Float32Array.from(variable.dataSync()));
}

/** @throws RangeError where the snapshot does not fit the model; the model is unchanged then */
export function restoreWeights(model: tf.LayersModel, snapshot: WeightSnapshot): void {
  const targets = variables(model);
  if (snapshot.length !== targets.length) {
    throw new RangeError(
      `restoreWeights: got ${snapshot.length} arrays; the model has ${targets.length} weights`,
    );
  }
  targets.forEach(({ size, name }, index) => {
    if (snapshot[index].length !== size) {
      throw new RangeError(
        `restoreWeights: got ${snapshot[index].length} values for '${name}'; it has ${size}`,
      );
    }
  });
  targets.forEach((variable, index) => {
    const value = tf.tensor(snapshot[index], variable.shape);
    variable.assign(value);
    value.dispose();
  });
}

/** A snapshot as a safetensors file, by the weights' names such as 'conv/kernel', in tfjs's layout. */
export function encodeWeights(model: tf.LayersModel, snapshot: WeightSnapshot): Uint8Array {
  const named = model.weights.map(({ originalName, shape }, index) => [
    originalName,
    { shape: shape as number[], values: snapshot[index] },
  ]);
  return encodeSafetensors({ arrays: Object.fromEntries(named), metadata: {} });
}
