import type { Configuration } from '../planning/plan';
import { planBudget } from './budget';
import { measureStep } from './measure-step';
import type { RawDataset } from './raw-dataset';
import { datasetKey, type ConfigurationName, type TrainingRequest, type TrainingSettings } from './results';
import type { CaseSplit } from './splits';
import type { StoredCase } from './stored-case';

/** nnU-Net's length of a training. */
const [EPOCHS, ITERATIONS] = [1000, 250];
const SEED = 0;

export interface SettleOptions {
  name: ConfigurationName;
  /** For the training of one fold, where minutes are asked for. */
  seconds: number;
  stored: readonly StoredCase[];
  /** The fold that is trained first. */
  split: CaseSplit;
  /** The store of preprocessed cases. */
  store: string;
}

/** Settles network, optimizer and length of a training: the plan's, or what fits into the time on this machine. */
export async function settleTraining(
  raw: RawDataset,
  planned: Configuration,
  request: TrainingRequest,
  { name, seconds, stored, split, store }: SettleOptions,
): Promise<TrainingSettings> {
  const { minutes, epochs, iterations, seed = SEED } = request;
  const dataset = { name: raw.name, key: await datasetKey(raw) };
  const asked = { configuration: name, minutes, epochs, iterations, seed };
  const same = { dataset, configuration: name, seed, asked };
  if (minutes === undefined) {
    const length = { epochs: epochs ?? EPOCHS, iterations: iterations ?? ITERATIONS };
    return { ...same, ...length, network: planned, optimizer: 'SGD', decisions: [] };
  }
  const of = (ids: readonly string[]) => stored.filter(({ id }) => ids.includes(id));
  const patches = { folder: store, cases: of(split.train), seed };
  const { configuration: network, ...budget } = await planBudget({
    seconds,
    configuration: planned,
    heldOut: of(split.val).map(({ shape }) => shape),
    measure: (candidate) => measureStep(candidate, raw.dataset, 'AdamW', patches),
  });
  return { ...same, ...budget, network, optimizer: 'AdamW' };
}
