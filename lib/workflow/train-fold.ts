import { saveWeights } from '../checkpoints/save-weights';
import type { DatasetPlan } from '../planning/plan';
import { setSeed, tf } from '../runtime';
import { fit } from '../train/fit';
import type { History, TrainingObserver } from '../train/fit-options';
import { polynomialRate } from '../train/schedules';
import { buildNetwork } from './build-network';
import type { StoredCase } from './stored-case';
import type { ScoreSummary } from './label-scores';
import { keptBatches, patchBatches } from './patch-batches';
import { Predictor } from './predict-case';
import type { RawDataset } from './raw-dataset';
import { paceOf } from './pace';
import { foldFiles, resultsFiles, writeJson, type Fold, type TrainingSettings } from './results';
import type { CaseSplit } from './splits';
import { trainingLoss } from './training-loss';
import { trainingOptimizer } from './training-optimizer';
import { chartWriter } from './training-observers';
import { validate } from './validation';

/** nnU-Net's. */
const CLIP_NORM = 12;
/** Batches of the held-out cases whose loss is told after each epoch. */
const VALIDATION_BATCHES = 4;

export interface FoldOptions {
  /** The results folder. */
  folder: string;
  raw: RawDataset;
  plan: DatasetPlan;
  settings: TrainingSettings;
  /** All training cases. */
  stored: readonly StoredCase[];
  fold: Fold;
  split: CaseSplit;
  observers?: TrainingObserver[];
  /** After each held-out case that is predicted at the end. */
  onCase?: (done: number, total: number) => void;
  /** Stops the training between two steps. */
  signal?: AbortSignal;
  /** Threads that cut and augment patches; as `prefetchedBatches`. */
  workers?: number;
}

export interface FoldResult {
  fold: Fold;
  history: History;
  /** Missing where the training was interrupted. */
  summary?: ScoreSummary;
}

/**
 * Trains one fold and predicts its held-out cases. A run that was stopped, or killed, goes on where its last epoch ended,
 * to the same weights, to the last bit.
 *
 * @throws Error for a checkpoint of another network, or a loss that is not finite, and what the disk refuses
 */
export async function trainFold(options: FoldOptions): Promise<FoldResult> {
  const { folder, raw, plan, settings, stored, fold, split, signal, workers } = options;
  const { network, epochs, iterations } = settings;
  const { labels } = raw.dataset;
  const { preprocessed } = resultsFiles(folder);
  const files = foldFiles(folder, fold);
  const of = (ids: readonly string[]) => stored.filter(({ id }) => ids.includes(id));
  const seed = settings.seed + (fold === 'all' ? 0 : fold);
  setSeed(seed);
  const model = buildNetwork(network, raw.dataset);
  const { optimizer, rate } = trainingOptimizer(settings.optimizer);
  const decay = polynomialRate({ rate, length: 1 });
  let pace = paceOf([], settings);
  const patches = { folder: preprocessed, network, labels, seed, workers, signal };
  const validation = await keptBatches({ ...patches, cases: of(split.val), count: VALIDATION_BATCHES });
  const notes = settings.decisions.map(({ subject, reason }) => `${subject}: ${reason}`);
  try {
    const history = await fit<tf.Tensor | tf.Tensor[]>(model, {
      batches: (epoch) =>
        patchBatches({ ...patches, cases: of(split.train), count: iterations, epoch, augment: true }),
      loss: trainingLoss(labels, network.batchDice),
      epochs,
      optimizer,
      schedule: (step) => decay(pace.progress(step)),
      scheduleBy: 'step',
      endsAfter(records) {
        pace = paceOf(records, settings);
        return records.length >= pace.epochs;
      },
      clipNorm: CLIP_NORM,
      ...(validation.length > 0 && { validation: () => validation }),
      checkpoint: files.checkpoint,
      keep: 'last',
      observers: [
        chartWriter(files.progress, `${raw.name}, fold ${fold}`, notes),
        ...(options.observers ?? []),
      ],
      signal,
    });
    if (history.interrupted) return { fold, history };
    saveWeights(files.weights, model);
    const predictor = new Predictor([model], network);
    const heldOut = of(split.val);
    const { onCase } = options;
    const summary = await validate({
      ...{ raw, plan, predictor, preprocessed, heldOut, folder: files.validation, onCase, signal },
    });
    const seconds = history.records.reduce((sum, record) => sum + record.seconds, 0);
    writeJson(files.summary, { fold, epochs: history.records.length, iterations, seconds, ...summary });
    return { fold, history, summary };
  } finally {
    tf.dispose(validation.flatMap(({ images, masks }) => [images, masks]));
    optimizer.dispose();
    model.dispose();
  }
}
