import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileWhole } from '../io/write-file';
import type { Decision } from '../planning/decision';
import type { Configuration, DatasetPlan } from '../planning/plan';
import { readPlansJson } from '../planning/read-plans-json';
import { readDatasetJson, type DatasetDescription } from './dataset-json';
import type { OptimizerName } from './training-optimizer';
import { readJson, type RawDataset } from './raw-dataset';

export type ConfigurationName = keyof DatasetPlan['configurations'];

/** 0, 1, 2 …, or 'all': trained on all cases, and none held out. */
export type Fold = number | 'all';

/** What was settled when a results folder's first fold began, and holds for all of its folds. */
export interface TrainingSettings {
  /** Name of the raw data set's folder, and a hash of its dataset.json and of the training cases' ids. */
  dataset: { name: string; key: string };
  configuration: ConfigurationName;
  /** The plan's, or what a budget of time made of it. */
  network: Configuration;
  epochs: number;
  /** Steps of an epoch. */
  iterations: number;
  /** What the epochs may take together; where the machine becomes slower, there are fewer of them. */
  seconds?: number;
  optimizer: OptimizerName;
  seed: number;
  /** What the caller asked for. */
  asked: TrainingRequest;
  decisions: Decision[];
}

export interface TrainingRequest {
  configuration?: ConfigurationName;
  minutes?: number;
  epochs?: number;
  iterations?: number;
  seed?: number;
}

const FORMAT = 'segcourse training 1';

/**
 * The files of a results folder: dataset.json, plans.json and splits_final.json as nnU-Net's, training.json,
 * postprocessing.json (whether only the largest components are kept), preprocessed/ (may be deleted when all folds are trained), and for each fold fold_0/ with weights.safetensors,
 * checkpoint.safetensors, progress.html, progress.png, summary.json and validation/.
 */
export function resultsFiles(folder: string) {
  return {
    dataset: join(folder, 'dataset.json'),
    plans: join(folder, 'plans.json'),
    splits: join(folder, 'splits_final.json'),
    training: join(folder, 'training.json'),
    postprocessing: join(folder, 'postprocessing.json'),
    preprocessed: join(folder, 'preprocessed'),
    lock: join(folder, 'training.lock'),
  };
}

export function foldFiles(folder: string, fold: Fold) {
  const own = join(folder, `fold_${fold}`);
  return {
    folder: own,
    checkpoint: join(own, 'checkpoint.safetensors'),
    weights: join(own, 'weights.safetensors'),
    progress: join(own, 'progress'),
    validation: join(own, 'validation'),
    summary: join(own, 'summary.json'),
  };
}

export async function datasetKey({ folder, cases }: RawDataset): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(folder, 'dataset.json')));
  return hash.update(cases.map(({ id }) => id).join('\n')).digest('hex');
}

export function writeJson(file: string, value: unknown): void {
  writeFileWhole(file, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
}

export function writeSettings(folder: string, settings: TrainingSettings): void {
  writeJson(resultsFiles(folder).training, { format: FORMAT, ...settings });
}

/** @throws Error for a training.json of something else */
export async function readSettings(folder: string): Promise<TrainingSettings | undefined> {
  const file = resultsFiles(folder).training;
  if (!existsSync(file)) return undefined;
  const { format, ...settings } = (await readJson(file)) as TrainingSettings & { format?: unknown };
  if (format === FORMAT) return settings;
  throw new Error(
    `${file}: got format ${JSON.stringify(format)}; expected '${FORMAT}': it is of another version or program; train into ` +
      'another folder',
  );
}

/** A trained model as `predict` takes it. */
export interface Results {
  folder: string;
  dataset: DatasetDescription;
  plan: DatasetPlan;
  settings: TrainingSettings;
  /** Those whose training ended. */
  folds: Fold[];
}

/**
 * Opens what `trainFold` wrote.
 *
 * @throws Error naming what is missing: the folder, one of its files, or a fold whose training has ended
 */
export async function openResults(folder: string): Promise<Results> {
  const files = resultsFiles(folder);
  const absent = [files.dataset, files.plans, files.training].filter((file) => !existsSync(file));
  if (absent.length > 0) {
    const got = existsSync(folder)
      ? `no ${absent.map((file) => file.slice(folder.length + 1)).join(', ')}`
      : 'no such folder';
    throw new Error(`${folder}: got ${got}; expected a results folder, as segcourse train writes it`);
  }
  const settings = (await readSettings(folder))!;
  const folds = foldsOf(folder);
  if (folds.length === 0) {
    throw new Error(
      `${folder}: got no fold with weights; expected fold_0/weights.safetensors or another: let segcourse train end`,
    );
  }
  return {
    folder,
    dataset: readDatasetJson(await readJson(files.dataset), files.dataset),
    plan: readPlansJson(await readJson(files.plans), files.plans),
    settings,
    folds,
  };
}

function foldsOf(folder: string): Fold[] {
  return readdirSync(folder)
    .map((name) => /^fold_(\d+|all)$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .map((name): Fold => (name === 'all' ? name : Number(name)))
    .filter((fold) => existsSync(foldFiles(folder, fold).weights))
    .sort((a, b) => Number(a) - Number(b));
}
