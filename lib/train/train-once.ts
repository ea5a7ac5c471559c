import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../datasets/data-folder';
import { decodeSafetensors, encodeSafetensors } from '../io/safetensors';
import { writeFileWhole } from '../io/write-file';
import { randomState, restoreRandomState, type RandomState, type tf } from '../runtime';
import { settingsKey } from './settings-key';
import { restoreWeights, snapshotWeights, variables } from './weights';

export interface TrainOnceOptions<Result> {
  /** The beginning of the file's name. */
  name: string;
  /**
   * All that the training follows from besides the initial weights and the streams of `setSeed`: data, numbers, and the
   * functions that are yours, which count by their source.
   */
  settings: Readonly<Record<string, unknown>>;
  /** Trains also where the weights are there; `$SEGCOURSE_RETRAIN` = 1 by default. */
  again?: boolean;
  /** Whether the training came to its end and is to be kept; by default, where its result is not `interrupted`. */
  whole?: (result: Result) => boolean;
  /** Runs in the place of `train` where the weights were there, such as to draw what training would have drawn. */
  loaded?: (result: Result) => void | Promise<void>;
}

interface Kept {
  key: string;
  made: string;
  seconds: number;
  result: unknown;
  random: RandomState;
  weights: string;
}

const FORMAT = 'segcourse trained 1';

/**
 * Trains a model once. The first time `train` runs, and its weights and result are kept in the data folder; the next time
 * the same training is asked for, the model gets those weights, the result is returned, and nothing is trained. Another
 * network, seed, setting or line of a function in the settings is another training.
 *
 * ```ts
 * const { records } = await trainOnce(model, { name: 'membranes', settings: { data, training, epochs } }, () =>
 *   fit(model, { batches: (epoch) => batches(data, { indices: training, batchSize: 8, epoch }), loss, epochs }),
 * );
 * ```
 *
 * It says in one line which of the two happened. A file that is damaged, or of another kind, is made anew.
 *
 * @param train must leave the model as it is to be kept
 * @returns what `train` returned, as JSON keeps it
 * @throws RangeError for a name that is no file's; TypeError for settings that have no value of their own; both before
 * any work
 */
export async function trainOnce<Result>(
  model: tf.LayersModel,
  options: TrainOnceOptions<Result>,
  train: () => Promise<Result>,
): Promise<Result> {
  const { again = process.env.SEGCOURSE_RETRAIN === '1', whole = isWhole } = options;
  const { file, key } = placeOf(model, options);
  const found = again ? undefined : read(file, key, model);
  if (found) {
    const { kept, weights } = found;
    restoreWeights(model, weights);
    restoreRandomState(kept.random);
    console.log(
      `Loaded: the weights of this training, which took ${duration(kept.seconds)} on ${kept.made} (${path.basename(file)}; \`again: true\` trains anew).`,
    );
    await options.loaded?.(kept.result as Result);
    return kept.result as Result;
  }
  const started = performance.now();
  const result = await train();
  if (whole(result)) write(file, model, { key, result, seconds: (performance.now() - started) / 1000 });
  return result;
}

/** When a training that was kept was made, and how long it took. */
export type TrainedRecord = Pick<Kept, 'made' | 'seconds'>;

/**
 * Whether `trainOnce` would load a training, to be asked with the model, options and streams that it would get.
 *
 * @returns undefined where it would train
 */
export function trainedRecord(
  model: tf.LayersModel,
  options: Pick<TrainOnceOptions<unknown>, 'name' | 'settings'>,
): TrainedRecord | undefined {
  const { file, key } = placeOf(model, options);
  const kept = read(file, key, model)?.kept;
  return kept && { made: kept.made, seconds: kept.seconds };
}

function placeOf(
  model: tf.LayersModel,
  { name, settings }: Pick<TrainOnceOptions<unknown>, 'name' | 'settings'>,
): { file: string; key: string } {
  if (!/^[\w.-]+$/.test(name) || name.startsWith('.')) {
    throw new RangeError(`trainOnce: got name "${name}"; expected letters, digits, dots and dashes`);
  }
  const initial = { weights: snapshotWeights(model), shapes: model.weights.map(({ shape }) => shape) };
  const key = settingsKey({ settings, initial, random: randomState() });
  return { file: path.join(dataFolder(), 'trained', `${name}-${key}.safetensors`), key };
}

const isWhole = (result: unknown): boolean =>
  (result as { interrupted?: boolean } | undefined)?.interrupted !== true;

const duration = (seconds: number): string =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

/** What was kept, verified; undefined where there is nothing that can be used. */
function read(
  file: string,
  key: string,
  model: tf.LayersModel,
): { kept: Kept; weights: Float32Array[] } | undefined {
  try {
    const { arrays, metadata } = decodeSafetensors(readFileSync(file), file);
    const kept = JSON.parse(metadata.trained ?? '') as Kept;
    const weights = Object.keys(arrays)
      .sort()
      .map((place) => arrays[place].values as Float32Array);
    const sizes = variables(model).map(({ size }) => size);
    const fits = String(weights.map(({ length }) => length)) === String(sizes);
    const isSame = kept.key === key && kept.weights === settingsKey({ weights });
    return metadata.format === FORMAT && fits && isSame ? { kept, weights } : undefined;
  } catch {
    return undefined;
  }
}

function write(
  file: string,
  model: tf.LayersModel,
  training: Pick<Kept, 'key' | 'result' | 'seconds'>,
): void {
  const weights = snapshotWeights(model);
  const arrays = model.weights.map(({ shape }, index) => [
    String(index).padStart(4, '0'),
    { shape: shape as number[], values: weights[index] },
  ]);
  const kept: Kept = {
    ...training,
    made: new Date().toISOString().slice(0, 10),
    random: randomState(),
    weights: settingsKey({ weights }),
  };
  const metadata = { format: FORMAT, trained: JSON.stringify(kept) };
  try {
    writeFileWhole(file, encodeSafetensors({ arrays: Object.fromEntries(arrays), metadata }));
  } catch (error) {
    console.log(
      `trainOnce: the weights could not be kept (${(error as Error).message}); the model has them.`,
    );
  }
}
