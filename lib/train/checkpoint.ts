import { existsSync, readFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors, NamedArray } from '../io/safetensors';
import { writeFileWhole } from '../io/write-file';
import { tf } from '../runtime';
import { restoreWeights, variables, WeightSnapshot } from './weights';

/** Everything that a training run needs to go on where it stopped. */
export interface TrainingState<Record> {
  records: Record[];
  bestEpoch: number;
  bestWeights: WeightSnapshot;
}

const MODEL = 'model';
const BEST = 'best';
const OPTIMIZER = 'optimizer';

const key = (group: string, index: number, name: string) =>
  `${group}/${String(index).padStart(4, '0')}/${name}`;

/** Writes weights, best weights, optimizer and history to one safetensors file, beside first and then renamed. */
export async function saveCheckpoint<Record>(
  file: string,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  { records, bestEpoch, bestWeights }: TrainingState<Record>,
): Promise<void> {
  const arrays: { [name: string]: NamedArray } = {};
  variables(model).forEach((variable, index) => {
    const { originalName } = model.weights[index];
    arrays[key(MODEL, index, originalName)] = { shape: variable.shape, values: floats(variable) };
    arrays[key(BEST, index, originalName)] = { shape: variable.shape, values: bestWeights[index] };
  });
  const state = await optimizer.getWeights();
  state.forEach(({ name, tensor }, index) => {
    const values = tensor.dtype === 'int32' ? (tensor.dataSync() as Int32Array) : floats(tensor);
    arrays[key(OPTIMIZER, index, name)] = { shape: tensor.shape, values };
  });
  const [iterations] = state; // a scalar made for this call; the others belong to the optimizer
  iterations.tensor.dispose();
  const metadata = { records: JSON.stringify(records), bestEpoch: String(bestEpoch) };
  writeFileWhole(file, encodeSafetensors({ arrays, metadata }));
}

const floats = (tensor: tf.Tensor) => Float32Array.from(tensor.dataSync());

/**
 * Restores model and optimizer from a checkpoint.
 *
 * @returns the state, or undefined where there is no such file
 * @throws Error for a damaged file or one of another network; model and optimizer are unchanged then
 */
export async function loadCheckpoint<Record>(
  file: string,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
): Promise<TrainingState<Record> | undefined> {
  if (!existsSync(file)) return undefined;
  const { arrays, metadata } = decodeSafetensors(readFileSync(file), file);
  const group = (name: string) =>
    Object.keys(arrays)
      .filter((entry) => entry.startsWith(`${name}/`))
      .sort()
      .map((entry) => ({ name: entry.split('/').slice(2).join('/'), ...arrays[entry] }));
  const current = group(MODEL);
  const best = group(BEST);
  requireSameNetwork(file, model, current);
  requireSameNetwork(file, model, best);
  const state: TrainingState<Record> = {
    records: JSON.parse(metadata.records ?? '[]') as Record[],
    bestEpoch: Number(metadata.bestEpoch),
    bestWeights: best.map(({ values }) => values as Float32Array),
  };
  restoreWeights(
    model,
    current.map(({ values }) => values as Float32Array),
  );
  const weights = group(OPTIMIZER).map(({ name, shape, values }) => ({
    name,
    tensor: tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32'),
  }));
  await optimizer.setWeights(weights);
  tf.dispose(weights.map(({ tensor }) => tensor));
  return state;
}

function requireSameNetwork(file: string, model: tf.LayersModel, arrays: NamedArray[]): void {
  const expected = variables(model).map(({ shape }) => `[${shape}]`);
  const got = arrays.map(({ shape }) => `[${shape}]`);
  const different = expected.findIndex((shape, index) => shape !== got[index]);
  if (got.length === expected.length && different < 0) return;
  const what =
    different < 0 || different >= got.length
      ? `got ${got.length} weights; the model has ${expected.length}`
      : `got shape ${got[different]} for '${model.weights[different].originalName}'; the model has ${expected[different]}`;
  throw new Error(
    `${file}: ${what}. The checkpoint is of another network: choose another file or build that network`,
  );
}
