import { readSafetensors } from '../io/safetensors';
import { readTorch } from '../io/torch/read-torch';
import { StateDict, stateDict, StateDictOptions } from '../io/torch/state-dict';

/** Whose order of axes and whose names weights have. */
export type Layout = 'pytorch' | 'tensorflow';

/** What `saveWeights` writes, and Hugging Face's files of TensorFlow weights, in the metadata of safetensors. */
export const TENSORFLOW_FORMAT = { format: 'tf' };

/** Weights of a file, by their names in it: safetensors by that ending, else what torch.save wrote. */
export function readWeights(
  file: string,
  options: StateDictOptions = {},
): { arrays: StateDict; layout: Layout } {
  if (!file.endsWith('.safetensors'))
    return { arrays: stateDict(readTorch(file), options), layout: 'pytorch' };
  const { arrays, metadata } = readSafetensors(file);
  const layout = metadata.format === TENSORFLOW_FORMAT.format ? 'tensorflow' : 'pytorch';
  const { prefix = '' } = options;
  if (prefix === '') return { arrays, layout };
  const named: StateDict = Object.create(null);
  for (const [name, array] of Object.entries(arrays)) {
    if (name.startsWith(prefix)) named[name.slice(prefix.length)] = array;
  }
  return { arrays: named, layout };
}
