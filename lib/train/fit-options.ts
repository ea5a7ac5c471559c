import type { tf } from '../runtime';
import type { EarlyStoppingOptions } from './early-stopping';
import type { EpochRecord } from './epoch-record';
import { requireNotNegative } from './optimizers/options';
import type { Schedule } from './schedules';
import type { Loss, ModelOutput, TrainingBatch } from './step';
import type { WeightAverageOptions } from './weight-average';

/** Follows a training run, for instance to draw it. What it draws at random changes nothing in the run. */
export interface TrainingObserver {
  /** After each update of the weights, counted from 1 in its epoch. */
  onStep?(epoch: number, step: number, loss: number, details?: StepDetails): void;
  onEpoch?(record: EpochRecord): void | Promise<void>;
  /** Also after an error, with `interrupted` true. */
  onEnd?(history: History): void | Promise<void>;
}

export interface StepDetails {
  /** Updates since the run began, this one included. */
  steps: number;
  learningRate?: number;
  /** Norm of all gradients before clipping; only where they are clipped by their norm. */
  gradientNorm?: number;
}

export interface FitOptions<Output extends ModelOutput = tf.Tensor> {
  /**
   * The batches of one epoch, counted from 1; who yields a batch disposes of it, as `batches` does. To go on from a
   * checkpoint as if never stopped, they must follow from the epoch and the streams of `setSeed` alone.
   */
  batches: (epoch: number) => Iterable<TrainingBatch> | AsyncIterable<TrainingBatch>;
  /** Of whatever the model gives: for a model with several outputs `(masks, outputs: tf.Tensor[]) => …`. */
  loss: Loss<Output>;
  epochs: number;
  /** `new Adam()` by default. One that is given stays the caller's to dispose of. */
  optimizer?: tf.Optimizer;
  /** Sets the rate before each step; without it the optimizer keeps its own. */
  schedule?: Schedule;
  /** What the schedule counts, from 0: epochs, the default, or steps (updates). */
  scheduleBy?: 'epoch' | 'step';
  /** Largest norm of all gradients together. */
  clipNorm?: number;
  /** Largest size of each number of the gradients; cut before the norm is. */
  clipValue?: number;
  /** How many batches give their gradients to one step; 1 by default. The last step of an epoch may have fewer. */
  accumulate?: number;
  /** Less memory for more time: see `recomputed`. */
  recompute?: boolean;
  /**
   * Averages the weights of all steps, by this decay, such as 0.999: validation, the best weights and the model at the
   * end are the averaged ones.
   */
  ema?: number | WeightAverageOptions;
  /** Images of the validation, at once or batch by batch. */
  validation?: TrainingBatch | (() => Iterable<TrainingBatch>);
  /** Ends the run where the validation loss (training loss without a validation) no longer falls. */
  earlyStopping?: EarlyStoppingOptions;
  /** Ends the run after an epoch where it says so of all epochs so far, as if that one had been the last. */
  endsAfter?: (records: readonly EpochRecord[]) => boolean;
  /** A file that is written after every epoch, or more on this; a run with the same file goes on where it stopped. */
  checkpoint?: string | CheckpointOptions;
  /** Which weights the model holds at the end: those with the lowest validation loss, the default, or the last. */
  keep?: 'best' | 'last';
  /** Folder for a log that TensorBoard shows: `tensorboard --logdir <folder>`. */
  tensorBoard?: string;
  observers?: TrainingObserver[];
  /** Stops the run, as an interrupt of the notebook does; the best weights are kept. */
  signal?: AbortSignal;
}

export interface CheckpointOptions {
  /** Everything that the run needs to go on. */
  last: string;
  /** Where the best weights alone are written, by their names, for whoever reads safetensors. */
  best?: string;
  /** Epochs from one writing of `last` to the next; 1 by default. The last epoch is always written. */
  every?: number;
}

export interface History {
  records: EpochRecord[];
  /** Epoch of the lowest validation loss (training loss where there is no validation set); 0 before the first. */
  bestEpoch: number;
  /** True where the run was stopped before its last epoch, by an interrupt, a signal or an error. */
  interrupted: boolean;
  /** True where the losses no longer fell, as `earlyStopping` says. */
  stoppedEarly?: boolean;
}

/** @throws RangeError for a number out of its range, or a name that is none of the valid ones */
export function requireFitOptions<Output extends ModelOutput>(options: FitOptions<Output>): void {
  const { epochs, accumulate = 1, clipNorm, clipValue, checkpoint } = options;
  requireCount('epochs', epochs);
  requireCount('accumulate', accumulate);
  if (typeof checkpoint === 'object') requireCount('checkpoint.every', checkpoint.every ?? 1);
  for (const [name, value] of Object.entries({ clipNorm, clipValue })) {
    if (value === undefined) continue;
    requireNotNegative('fit', name, value);
    if (value === 0) throw new RangeError(`fit: got ${name} 0; expected a number above 0`);
  }
  requireOneOf('scheduleBy', options.scheduleBy, ['epoch', 'step']);
  requireOneOf('keep', options.keep, ['best', 'last']);
}

function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(`fit: got ${name} ${value}; expected an integer of at least 1`);
}

function requireOneOf(name: string, value: string | undefined, valid: string[]): void {
  if (value === undefined || valid.includes(value)) return;
  throw new RangeError(`fit: got ${name} '${value}'; expected one of '${valid.join("', '")}'`);
}
