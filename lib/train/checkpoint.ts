import { existsSync, readFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors, NamedArray } from '../io/safetensors';
import { writeFileWhole } from '../io/write-file';
import { randomState, restoreRandomState, tf } from '../runtime';
import { decodeMetadata, encodeMetadata } from './checkpoint-metadata';
import { optimizerArrays, optimizerMismatch, restoreOptimizer, SlotArray } from './checkpoint-optimizer';
import type { EpochRecord } from './epoch-record';
import { restoreWeights, snapshotWeights, variables, WeightSnapshot } from './weights';

/** Everything that a training run needs to go on where it stopped, beside its model, optimizer and random streams. */
export interface TrainingState {
  records: EpochRecord[];
  /** 0 before the first epoch. */
  bestEpoch: number;
  bestWeights: WeightSnapshot;
  /** Updates of the weights since the run began: the position of a schedule by steps; 0 by default. */
  steps?: number;
  /** Where the weights are averaged: the average, and its number of updates. */
  average?: { weights: WeightSnapshot; updates: number };
}

const MODEL = 'model';
const BEST = 'best';
const AVERAGE = 'average';
const OPTIMIZER = 'optimizer';

const numbered = (index: number) => String(index).padStart(4, '0');

/**
 * Writes weights, best weights, averaged weights, optimizer, history and the random streams of `setSeed` to one
 * safetensors file, beside first and then renamed: whoever reads it meets the whole old one or the whole new one.
 *
 * @throws Error for an optimizer that cannot be saved or has trained weights of another model
 */
export async function saveCheckpoint(
  file: string,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  { records, bestEpoch, bestWeights, steps = 0, average }: TrainingState,
): Promise<void> {
  const arrays: { [name: string]: NamedArray } = {};
  const add = (group: string, snapshot: WeightSnapshot) =>
    snapshot.forEach((values, index) => {
      const { originalName, shape } = model.weights[index];
      arrays[`${group}/${numbered(index)}/${originalName}`] = { shape: shape as number[], values };
    });
  add(MODEL, snapshotWeights(model));
  add(BEST, bestWeights);
  if (average) add(AVERAGE, average.weights);
  (await optimizerArrays(model, optimizer)).forEach(({ weight, slot, shape, values }, index) => {
    const of = weight === undefined ? [] : [numbered(weight)];
    arrays[[OPTIMIZER, numbered(index), ...of, slot].join('/')] = { shape, values };
  });
  const training = { records, bestEpoch, steps, averageUpdates: average?.updates ?? 0 };
  const metadata = {
    optimizer: optimizer.getClassName(),
    ...encodeMetadata({ ...training, random: randomState() }),
  };
  writeFileWhole(file, encodeSafetensors({ arrays, metadata }));
}

/**
 * Restores model, optimizer and the random streams of `setSeed` from a checkpoint.
 *
 * @returns the state, or undefined where there is no such file
 * @throws Error for a damaged file, one of another network or of another optimizer; nothing is changed then
 */
export async function loadCheckpoint(
  file: string,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
): Promise<TrainingState | undefined> {
  if (!existsSync(file)) return undefined;
  const { arrays, metadata } = decodeSafetensors(readFileSync(file), file);
  const { records, bestEpoch, steps, averageUpdates, random } = decodeMetadata(file, metadata);
  const group = (name: string) =>
    Object.keys(arrays)
      .filter((entry) => entry.startsWith(`${name}/`))
      .sort()
      .map((entry) => ({ path: entry.split('/').slice(2), ...arrays[entry] }));
  const current = networkWeights(file, model, group(MODEL));
  const bestWeights = networkWeights(file, model, group(BEST));
  const averaged = group(AVERAGE);
  const average = averaged.length > 0 && {
    weights: networkWeights(file, model, averaged),
    updates: averageUpdates,
  };
  const slots = group(OPTIMIZER).map(({ path: [first, second], ...array }): SlotArray =>
    second === undefined ? { slot: first, ...array } : { weight: Number(first), slot: second, ...array },
  );
  requireOptimizer(file, model, optimizer, slots, metadata.optimizer);

  await restoreOptimizer(model, optimizer, slots);
  restoreWeights(model, current);
  restoreRandomState(random);
  return { records, bestEpoch, bestWeights, steps, ...(average ? { average } : {}) };
}

/** The history in a checkpoint. @throws Error for a file that is damaged, or no checkpoint */
export function readCheckpointHistory(file: string): Pick<TrainingState, 'records' | 'bestEpoch'> {
  const { records, bestEpoch } = decodeMetadata(file, decodeSafetensors(readFileSync(file), file).metadata);
  return { records, bestEpoch };
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

function requireOptimizer(
  file: string,
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  slots: SlotArray[],
  name = 'none',
): void {
  const expected = optimizer.getClassName();
  if (name !== expected) {
    throw new Error(
      `${file}: got the state of optimizer ${name}; expected ${expected}: train on with ${name}`,
    );
  }
  const mismatch = optimizerMismatch(model, slots);
  if (mismatch !== undefined)
    throw new Error(`${file}: ${mismatch}; the file is damaged: delete it and train again`);
}
