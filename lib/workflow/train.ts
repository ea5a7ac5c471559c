import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withFileLock } from '../io/file-lock';
import { elementsOf } from '../metrics/grid';
import type { Configuration, DatasetPlan } from '../planning/plan';
import { plansJson } from '../planning/plans-json';
import type { TrainingObserver } from '../train/fit-options';
import { storeCases } from './case-store';
import type { StoredCase } from './stored-case';
import { requireSpace, writableFolder } from './disk';
import { readerName } from './planning-dataset';
import { readJson, type RawDataset } from './raw-dataset';
import {
  datasetKey,
  foldFiles,
  readSettings,
  resultsFiles,
  writeJson,
  writeSettings,
  type Fold,
  type TrainingRequest,
  type TrainingSettings,
} from './results';
import { decidePostprocessing, decisionLine } from './postprocessing';
import { splitsOf, type CaseSplit } from './splits';
import { settleTraining } from './settle-training';
import { trainFold, type FoldResult } from './train-fold';
import { chosenConfiguration, requireRequest, requireSameRequest, splitOf } from './training-request';

const OWNER = 'trainDataset';

export interface TrainOptions extends TrainingRequest {
  /** Default [0]. */
  folds?: readonly Fold[];
  /** A splits_final.json to begin with; by default nnU-Net's folds. */
  splits?: string;
  /** Told what was settled and done, a line each. */
  onNotice?: (line: string) => void;
  onProgress?: (stage: string, done: number, total: number) => void;
  /** Those that follow a fold's training. */
  observers?: (fold: Fold, settings: TrainingSettings) => TrainingObserver[];
  /** Stops the work; the same call goes on from there. */
  signal?: AbortSignal;
  /** Threads that cut and augment patches; as `prefetchedBatches`. */
  workers?: number;
  /** When the time of `minutes` began to run, by `performance.now()`; by default at the call. */
  since?: number;
}

/**
 * Trains networks on a data set in nnU-Net's raw layout, by a plan, into one results folder: preprocesses the cases, then
 * trains each fold and predicts and scores its held-out cases; these say whether predictions should keep only the largest
 * component of a label (postprocessing.json). Run again, it goes on where it stopped, also after a kill.
 *
 * With `minutes`, network, patch, batch and length are chosen so that all of it fits into the time on this machine.
 * Without, they are the plan's, for 1000 epochs of 250 steps.
 *
 * @param raw of `openRawDataset`
 * @param folder where results go; see `resultsFiles`
 * @throws RangeError for options that do not fit; Error where the folder holds the training of another data set or with
 *   other options, cannot be written to, or has no space; what reading, preprocessing and training throw
 */
export async function trainDataset(
  raw: RawDataset,
  plan: DatasetPlan,
  folder: string,
  options: TrainOptions = {},
): Promise<FoldResult[]> {
  const { folds = [0], since = performance.now(), minutes = 0, signal, onNotice, onProgress } = options;
  requireRequest(OWNER, options);
  if (folds.length === 0) throw new RangeError(`${OWNER}: got no fold; expected at least one, such as [0]`);
  const name = chosenConfiguration(OWNER, plan, options.configuration);
  const network = plan.configurations[name]!;
  requirePlan(plan, raw);
  writableFolder(OWNER, folder);
  const files = resultsFiles(folder);
  const ids = raw.cases.map(({ id }) => id);

  const work = async (): Promise<FoldResult[]> => {
    const known = await readSettings(folder);
    if (known) await requireSameTraining(folder, known, raw, options);
    const splits = await splitsOf(known ? files.splits : options.splits, ids);
    const parts = folds.map((fold) => ({ fold, split: splitOf(OWNER, splits, ids, fold) }));
    if (!known) {
      requireSpace(OWNER, folder, storeBytes(raw, plan, network));
      await beginResults(folder, raw, plan, splits);
    }
    const stored = await storeCases(files.preprocessed, raw, {
      plan,
      configuration: known?.network ?? network,
      signal,
      onCase: (done, total) => onProgress?.('Preprocessing', done, total),
    });
    const [{ split }] = parts;
    const seconds = (minutes * 60 - (performance.now() - since) / 1000) / folds.length;
    const settings =
      known ??
      (await settleTraining(raw, network, options, {
        name,
        seconds,
        stored,
        split,
        store: files.preprocessed,
      }));
    if (!known) writeSettings(folder, settings);
    settings.decisions.forEach(({ subject, reason }) => onNotice?.(`${subject}: ${reason}`));
    const results = await trainFolds(raw, plan, folder, { ...options, parts, settings, stored });
    if (!signal?.aborted) {
      const trained = splits
        .map(({ val }, fold) => ({ fold, heldOut: val }))
        .filter(({ fold }) => existsSync(foldFiles(folder, fold).summary));
      const decided = await decidePostprocessing(folder, raw, trained);
      decided?.decisions.forEach((decision) => onNotice?.(decisionLine(decision)));
    }
    return results;
  };
  return withFileLock(files.lock, work, (owner) =>
    onNotice?.(`waiting for ${owner}, which trains into ${folder}`),
  );
}

interface Folds {
  parts: readonly { fold: Fold; split: CaseSplit }[];
  settings: TrainingSettings;
  stored: readonly StoredCase[];
}

async function trainFolds(
  raw: RawDataset,
  plan: DatasetPlan,
  folder: string,
  { parts, settings, stored, ...options }: TrainOptions & Folds,
): Promise<FoldResult[]> {
  const { observers, onNotice, onProgress, signal, workers } = options;
  const results: FoldResult[] = [];
  for (const { fold, split } of parts) {
    const { summary } = foldFiles(folder, fold);
    if (existsSync(summary)) {
      onNotice?.(`fold ${fold} is trained already: ${summary}`);
      continue;
    }
    const result = await trainFold({
      ...{ folder, raw, plan, settings, stored, fold, split, signal, workers },
      observers: observers?.(fold, settings),
      onCase: (done, total) => onProgress?.(`Predicting the held-out cases of fold ${fold}`, done, total),
    });
    results.push(result);
    if (result.history.interrupted) break;
  }
  return results;
}

/** @throws RangeError for the plan of a data set with other channels */
function requirePlan({ intensities }: DatasetPlan, { folder, dataset }: RawDataset): void {
  const { channels } = dataset;
  if (intensities.length === channels.length) return;
  throw new RangeError(
    `${OWNER}: got a plan for ${intensities.length} channels; ${folder} has ${channels.length}: ${channels.join(', ')}: plan ` +
      'this data set',
  );
}

async function requireSameTraining(
  folder: string,
  known: TrainingSettings,
  raw: RawDataset,
  request: TrainOptions,
): Promise<void> {
  if (known.dataset.key !== (await datasetKey(raw))) {
    const same = known.dataset.name === raw.name ? ', as it was when training began' : '';
    throw new Error(
      `${folder}: got ${raw.folder}; the folder holds a training of ${known.dataset.name}${same}: train into another folder`,
    );
  }
  requireSameRequest(folder, known, request);
  const { splits } = resultsFiles(folder);
  if (
    request.splits === undefined ||
    isDeepStrictEqual(await readJson(request.splits), await readJson(splits))
  )
    return;
  throw new Error(
    `${folder}: got ${request.splits}; its training began with other folds, ${splits}: leave the option out to go on, or ` +
      'train into another folder',
  );
}

/** Copies what describes the data set, and writes plan and folds. */
async function beginResults(
  folder: string,
  raw: RawDataset,
  plan: DatasetPlan,
  splits: readonly CaseSplit[],
): Promise<void> {
  const files = resultsFiles(folder);
  writeJson(files.dataset, await readJson(join(raw.folder, 'dataset.json')));
  const reader = readerName(raw.dataset, { shapes: [plan.originalMedianShape] });
  writeJson(files.plans, plansJson(plan, { datasetName: raw.name, reader }));
  writeJson(files.splits, splits);
}

/** Of the preprocessed cases: images of 4 bytes for each channel, masks of 2; by the median image. */
function storeBytes(
  { cases, dataset }: RawDataset,
  { originalMedianShape }: DatasetPlan,
  { medianShape }: Configuration,
): number {
  const slices = medianShape.length === 2 ? originalMedianShape[0] : 1;
  return cases.length * slices * elementsOf(medianShape) * (4 * dataset.channels.length + 2);
}
