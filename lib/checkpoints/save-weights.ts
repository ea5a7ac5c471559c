import { encodeSafetensors, NamedArray } from '../io/safetensors';
import { writeFileWhole } from '../io/write-file';
import { tf } from '../runtime';
import { modelWeights } from './model-weights';
import { TENSORFLOW_FORMAT } from './read-weights';

/**
 * Writes all weights of a model to a safetensors file, by layer and weight (`conv1_1/kernel`), in TensorFlow.js's order
 * of axes; `loadWeights` reads them back. Written beside and renamed.
 *
 * @param file path that ends in .safetensors
 * @throws RangeError for another ending
 */
export function saveWeights(file: string, model: tf.LayersModel): void {
  if (!file.endsWith('.safetensors')) {
    throw new RangeError(`saveWeights: got '${file}'; expected a name that ends in .safetensors`);
  }
  const arrays: Record<string, NamedArray> = Object.create(null);
  for (const [name, { shape, variable }] of modelWeights('saveWeights', model)) {
    arrays[name] = { shape, values: variable.read().dataSync() as Float32Array };
  }
  writeFileWhole(file, encodeSafetensors({ arrays, metadata: { ...TENSORFLOW_FORMAT, model: model.name } }));
}
