import type { Batch } from '../datasets/segmentation-data';
import { tf } from '../runtime';
import { BestWeights } from './best-weights';
import { loadCheckpoint, saveCheckpoint } from './checkpoint';
import { EpochRecord, scoreOf } from './epoch-record';
import { evaluateLoss, Loss, trainStep } from './step';

/** Follows a training run, for instance to draw it. */
export interface TrainingObserver {
  onStep?(epoch: number, step: number, loss: number): void;
  onEpoch?(record: EpochRecord): void | Promise<void>;
  /** Also after an error, with `interrupted` true. */
  onEnd?(history: History): void | Promise<void>;
}

export interface FitOptions {
  /** The batches of one epoch, counted from 1; who yields a batch disposes of it, as `batches` does. */
  batches: (epoch: number) => Iterable<Batch>;
  loss: Loss;
  optimizer?: tf.Optimizer;
  validation?: Batch;
  epochs: number;
  /** File that is written after every epoch; a run with the same file goes on where it stopped. */
  checkpoint?: string;
  /** Which weights the model holds at the end: those with the lowest validation loss, or the last. */
  keep?: 'best' | 'last';
  observers?: TrainingObserver[];
  /** Stops the run, as an interrupt of the notebook does; the best weights are kept. */
  signal?: AbortSignal;
}

export interface History {
  records: EpochRecord[];
  /** Epoch of the lowest validation loss (training loss where there is no validation set); 0 before the first. */
  bestEpoch: number;
  /** True where the run was stopped before its last epoch. */
  interrupted: boolean;
}

/**
 * Trains a model: for each epoch the steps over its batches, then the validation loss.
 *
 * An interrupt (the notebook's stop button) or `signal` ends the run between two steps. The model then holds the best
 * weights (before the first epoch ends, what its steps made of them), the checkpoint everything up to the last whole
 * epoch.
 *
 * @throws RangeError for epochs below 1 or an epoch without batches; Error for a checkpoint of another network, or a
 * loss that is not finite (the step is named; the best weights are kept)
 */
export async function fit(model: tf.LayersModel, options: FitOptions): Promise<History> {
  const { batches, loss, validation, epochs, checkpoint, keep = 'best', observers = [], signal } = options;
  if (!Number.isSafeInteger(epochs) || epochs < 1) {
    throw new RangeError(`fit: got epochs ${epochs}; expected an integer of at least 1`);
  }
  const optimizer = options.optimizer ?? tf.train.adam(1e-3);
  const records: EpochRecord[] = [];
  const best = new BestWeights(model, signal);
  const end = async (interrupted: boolean): Promise<History> => {
    const history = { records, bestEpoch: best.epoch, interrupted };
    for (const observer of observers) await observer.onEnd?.(history);
    return history;
  };
  try {
    const resumed = checkpoint ? await loadCheckpoint(checkpoint, model, optimizer) : undefined;
    if (resumed) {
      records.push(...resumed.records);
      const { bestEpoch, bestWeights } = resumed;
      if (bestEpoch > 0) best.resume(bestEpoch, scoreOf(records[bestEpoch - 1]), bestWeights);
    }
    for (let epoch = records.length + 1; epoch <= epochs && !best.stopped; epoch++) {
      const started = performance.now();
      const trainLoss = await trainEpoch(model, optimizer, loss, batches(epoch), epoch, best, observers);
      if (trainLoss === undefined) break;
      const validationLoss = validation && evaluateLoss(model, loss, validation);
      requireFinite(validationLoss, `validation loss of epoch ${epoch}`);
      const record = { epoch, trainLoss, validationLoss, seconds: (performance.now() - started) / 1000 };
      records.push(record);
      best.offer(epoch, scoreOf(record));
      if (checkpoint) {
        const state = { records, bestEpoch: best.epoch, bestWeights: best.snapshot() };
        await saveCheckpoint(checkpoint, model, optimizer, state);
      }
      for (const observer of observers) await observer.onEpoch?.(record);
    }
    if (keep === 'best') best.restore();
    return await end(best.stopped);
  } catch (error) {
    best.restore();
    await end(true);
    throw error;
  } finally {
    best.close();
    if (!options.optimizer) optimizer.dispose();
  }
}

function requireFinite(value: number | undefined, what: string): void {
  if (value === undefined || Number.isFinite(value)) return;
  throw new Error(`fit: the ${what} is ${value}; lower the learning rate or look for NaN in the images`);
}

/** Average loss over the epoch's images, or undefined where the run was stopped. */
async function trainEpoch(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  loss: Loss,
  batches: Iterable<Batch>,
  epoch: number,
  best: BestWeights,
  observers: TrainingObserver[],
): Promise<number | undefined> {
  let total = 0;
  let images = 0;
  let step = 0;
  for (const batch of batches) {
    const [size] = batch.images.shape;
    const value = trainStep(model, optimizer, loss, batch);
    step++;
    requireFinite(value, `loss of epoch ${epoch}, step ${step}`);
    total += value * size;
    images += size;
    for (const observer of observers) observer.onStep?.(epoch, step, value);
    await new Promise(setImmediate); // lets messages through, an interrupt among them
    if (best.stopped) return undefined;
  }
  if (images === 0) throw new RangeError(`fit: got no batch in epoch ${epoch}; expected at least one`);
  return total / images;
}
