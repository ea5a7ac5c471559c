import { writeFileWhole } from '../io/write-file';
import { randomState, restoreRandomState, tf } from '../runtime';
import { BestWeights } from './best-weights';
import { loadCheckpoint, saveCheckpoint } from './checkpoint';
import { optimizerArrays } from './checkpoint-optimizer';
import { EarlyStopping } from './early-stopping';
import { EpochRecord, scoreOf } from './epoch-record';
import { requireFinite, Run, trainEpoch } from './fit-epoch';
import { FitOptions, History, requireFitOptions } from './fit-options';
import { Adam } from './optimizers/adam';
import { evaluateLoss, ModelOutput } from './step';
import { tensorBoard } from './tensor-board';
import { WeightAverage } from './weight-average';
import { encodeWeights } from './weights';

/**
 * Trains a model: for each epoch the steps over its batches, then the validation loss.
 *
 * ```ts
 * const epochs = 100;
 * const history = await fit(model, {
 *   batches: (epoch) => batches(data, { indices: training, batchSize: 8, augment: true, epoch, seed: 1 }),
 *   loss: (masks, logits) => diceLoss(masks, logits),
 *   validation,
 *   epochs,
 *   optimizer: new SGD({ learningRate: 0.01, momentum: 0.99, nesterov: true, weightDecay: 3e-5 }),
 *   schedule: polynomialRate({ rate: 0.01, length: epochs }),
 *   clipNorm: 12,
 *   checkpoint: 'runs/first.safetensors',
 *   observers: [trainingDisplay(epochs)],
 * });
 * ```
 *
 * An interrupt (the notebook's stop button) or `signal` ends the run between two steps. The model then holds the best
 * weights (before the first epoch ends, what its steps made of them), the checkpoint everything up to the last whole
 * epoch. A run that goes on from there, or was killed and goes on, ends with the same weights, to the last bit, as one
 * that never stopped.
 *
 * @throws RangeError for an option out of its range or an epoch without batches; Error for a checkpoint of another
 * network or optimizer, or a loss that is not finite: the message names step and images, and the best weights are kept
 */
export async function fit<Output extends ModelOutput = tf.Tensor>(
  model: tf.LayersModel,
  options: FitOptions<Output>,
): Promise<History> {
  requireFitOptions(options);
  const { epochs, keep = 'best' } = options;
  const stopping = options.earlyStopping && new EarlyStopping(options.earlyStopping);
  const run = openRun(model, options);
  const { best, average, observers } = run;
  const end = async (interrupted: boolean): Promise<History> => {
    const { records } = run;
    const history = { records, bestEpoch: best.epoch, interrupted, stoppedEarly: stopping?.stopped ?? false };
    for (const observer of observers) await observer.onEnd?.(history);
    return history;
  };
  try {
    if (options.tensorBoard !== undefined) observers.push(tensorBoard(options.tensorBoard));
    await resume(run, options);
    run.records.forEach((record) => stopping?.offer(scoreOf(record)));
    const ended = () => run.records.length > 0 && options.endsAfter?.(run.records) === true;
    while (run.records.length < epochs && !best.stopped && !stopping?.stopped && !ended()) {
      const record = await runEpoch(run, options);
      if (record === undefined) break;
      run.records.push(record);
      stopping?.offer(scoreOf(record));
      await save(run, options, stopping?.stopped === true || ended());
      const random = randomState();
      for (const observer of observers) await observer.onEpoch?.(record);
      restoreRandomState(random);
    }
    if (keep === 'best') best.restore();
    else if (!best.stopped) average?.swap();
    return await end(best.stopped);
  } catch (error) {
    best.restore();
    await end(true);
    throw error;
  } finally {
    best.close();
    average?.dispose();
    if (!options.optimizer) run.optimizer.dispose();
  }
}

function openRun<Output extends ModelOutput>(model: tf.LayersModel, options: FitOptions<Output>): Run {
  const { optimizer = new Adam(), ema, observers = [], signal } = options;
  const average =
    ema === undefined ? undefined : new WeightAverage(model, typeof ema === 'number' ? { decay: ema } : ema);
  return {
    model,
    optimizer,
    average,
    best: new BestWeights(model, signal),
    observers: [...observers],
    records: [],
    steps: 0,
  };
}

/** An epoch and its validation, or undefined where the run was stopped. */
async function runEpoch<Output extends ModelOutput>(
  run: Run,
  options: FitOptions<Output>,
): Promise<EpochRecord | undefined> {
  const { model, best, average } = run;
  const { validation, loss } = options;
  const epoch = run.records.length + 1;
  const started = performance.now();
  const trained = await trainEpoch(run, options, epoch);
  if (trained === undefined) return undefined;
  const finish = (): EpochRecord => {
    const data = typeof validation === 'function' ? validation() : validation;
    const validationLoss = data && evaluateLoss(model, loss, data);
    requireFinite(validationLoss, `validation loss of epoch ${epoch}`);
    const record = { epoch, ...trained, validationLoss, seconds: (performance.now() - started) / 1000 };
    best.offer(epoch, scoreOf(record));
    return record;
  };
  return average ? average.swapped(finish) : finish();
}

async function save<Output extends ModelOutput>(
  { model, optimizer, best, average, records, steps }: Run,
  { checkpoint, epochs }: FitOptions<Output>,
  stopped: boolean,
): Promise<void> {
  if (checkpoint === undefined) return;
  const files = typeof checkpoint === 'string' ? { last: checkpoint } : checkpoint;
  const epoch = records.length;
  if (files.best !== undefined && best.epoch === epoch) {
    writeFileWhole(files.best, encodeWeights(model, best.snapshot()));
  }
  if (epoch % (files.every ?? 1) !== 0 && epoch !== epochs && !stopped) return;
  await saveCheckpoint(files.last, model, optimizer, {
    records,
    bestEpoch: best.epoch,
    bestWeights: best.snapshot(),
    steps,
    ...(average ? { average: { weights: average.snapshot(), updates: average.updates } } : {}),
  });
}

async function resume<Output extends ModelOutput>(
  run: Run,
  { checkpoint }: FitOptions<Output>,
): Promise<void> {
  if (checkpoint === undefined) return;
  const { model, optimizer, best, average } = run;
  await optimizerArrays(model, optimizer); // throws for one that cannot be saved, before any work
  const file = typeof checkpoint === 'string' ? checkpoint : checkpoint.last;
  const state = await loadCheckpoint(file, model, optimizer);
  if (state === undefined) return;
  if ((state.average !== undefined) !== (average !== undefined)) {
    const [got, expected] = state.average ? ['averaged', 'no averaged'] : ['no averaged', 'averaged'];
    throw new Error(
      `fit: got ${got} weights in ${file}; expected ${expected} ones, as ema says: go on with the options that the run ` +
        'began with, or choose another file',
    );
  }
  if (state.average) average?.resume(state.average.updates, state.average.weights);
  run.records.push(...state.records);
  run.steps = state.steps ?? 0;
  if (state.bestEpoch > 0) {
    best.resume(state.bestEpoch, scoreOf(run.records[state.bestEpoch - 1]), state.bestWeights);
  }
}
