import { existsSync, readFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors, NamedArray } from '../io/safetensors';
import { writeFileWhole } from '../io/write-file';
import { tf } from '../runtime';
import { areEpochRecords, EpochRecord } from './epoch-record';
import { restoreWeights, variables, WeightSnapshot } from './weights';

/** Everything that a training run needs to go on where it stopped. */
export interface TrainingState {
  records: EpochRecord[];
  /** 0 before the first epoch. */
  bestEpoch: number;
  bestWeights: WeightSnapshot;
}

const MODEL = 'model';
const BEST = 'best';
const OPTIMIZER = 'optimizer';

const key = (group: string, index: number, name: string) =>
  `${group}/${String(index).padStart(4, '0')}/${name}`;

/** Writes weights, best weights, optimizer and history to one safetensors file, beside first and then renamed. */
export async function saveCheckpoint(
  file: string,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  { records, bestEpoch, bestWeights }: TrainingState,
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
  const metadata = {
    optimizer: optimizer.getClassName(),
    records: JSON.stringify(records),
    bestEpoch: String(bestEpoch),
  };
  writeFileWhole(file, encodeSafetensors({ arrays, metadata }));
}

const floats = (tensor: tf.Tensor) => Float32Array.from(tensor.dataSync());

/**
 * Restores model and optimizer from a checkpoint.
 *
 * @returns the state, or undefined where there is no such file
 * @throws Error for a damaged file, one of another network or of another optimizer; model and optimizer are unchanged
 * then
 */
export async function loadCheckpoint(
  file: string,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
): Promise<TrainingState | undefined> {
  if (!existsSync(file)) return undefined;
  const { arrays, metadata } = decodeSafetensors(readFileSync(file), file);
  const group = (name: string) =>
    Object.keys(arrays)
      .filter((entry) => entry.startsWith(`${name}/`))
      .sort()
      .map((entry) => ({ name: entry.split('/').slice(2).join('/'), ...arrays[entry] }));
  const current = networkWeights(file, model, group(MODEL));
  const bestWeights = networkWeights(file, model, group(BEST));
  const slots = group(OPTIMIZER);
  requireOptimizer(file, model, optimizer, slots, metadata.optimizer);
  const state = { ...history(file, metadata), bestWeights };

  restoreWeights(model, current);
  await setOptimizer(optimizer, slots);
  return state;
}

function networkWeights(file: string, model: tf.LayersModel, arrays: NamedArray[]): WeightSnapshot {
  const expected = variables(model).map(({ shape }) => `[${shape}]`);
  const got = arrays.map(
    ({ shape, values }) => `[${shape}]${values instanceof Float32Array ? '' : ' of integers'}`,
  );
  const different = expected.findIndex((shape, index) => shape !== got[index]);
  if (got.length === expected.length && different < 0)
    return arrays.map(({ values }) => values as Float32Array);
  const what =
    different < 0 || different >= got.length
      ? `got ${got.length} weights; the model has ${expected.length}`
      : `got shape ${got[different]} for '${model.weights[different].originalName}'; the model has ${expected[different]}`;
  throw new Error(
    `${file}: ${what}. The checkpoint is of another network: choose another file or build that network`,
  );
}

/** The step count, then slots (Adam: all first moments, all second moments), each as large as a trainable variable. */
function requireOptimizer(
  file: string,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  [iterations, ...slots]: NamedArray[],
  name = 'none',
): void {
  const expected = optimizer.getClassName();
  if (name !== expected) {
    throw new Error(
      `${file}: got the state of optimizer ${name}; expected ${expected}: train on with ${name}`,
    );
  }
  const sorted = (arrays: { shape: number[] }[]) =>
    arrays
      .map(({ shape }) => `[${shape}]`)
      .sort()
      .join(' ');
  const trainable = variables(model, true);
  const rounds = Array.from({ length: slots.length / trainable.length }, (_, round) =>
    slots.slice(round * trainable.length, (round + 1) * trainable.length),
  );
  const fits =
    iterations?.values instanceof Int32Array &&
    iterations.values.length === 1 &&
    slots.length % trainable.length === 0 &&
    slots.every(({ values }) => values instanceof Float32Array) &&
    rounds.every((round) => sorted(round) === sorted(trainable));
  if (!fits) {
    throw new Error(
      `${file}: got ${slots.length} arrays of optimizer state that do not match the ${trainable.length} trainable ` +
        'weights; the file is damaged: delete it and train again',
    );
  }
}

function history(file: string, metadata: Record<string, string>): Omit<TrainingState, 'bestWeights'> {
  const bestEpoch = Number(metadata.bestEpoch);
  const records = parse(metadata.records);
  if (
    !areEpochRecords(records) ||
    !Number.isInteger(bestEpoch) ||
    bestEpoch < 0 ||
    bestEpoch > records.length
  ) {
    throw new Error(
      `${file}: got a history that is no list of epochs with finite losses, or best epoch ${metadata.bestEpoch}; ` +
        'the file is damaged: delete it and train again',
    );
  }
  return { records, bestEpoch };
}

function parse(json = ''): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

async function setOptimizer(
  optimizer: tf.Optimizer,
  slots: (NamedArray & { name: string })[],
): Promise<void> {
  // tfjs forgets the slots it replaces, which are variables of their own.
  const replaced = await optimizer.getWeights();
  const weights = slots.map(({ name, shape, values }) => ({
    name,
    tensor: tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32'),
  }));
  await optimizer.setWeights(weights);
  tf.dispose([...replaced, ...weights].map(({ tensor }) => tensor));
}
