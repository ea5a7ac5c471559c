import { windowStarts } from '../inference/tiling';
import { elementsOf } from '../metrics/grid';
import { type Decision, listed } from '../planning/decision';
import type { Configuration } from '../planning/plan';
import { poolingPlan } from '../planning/pooling';

/** Seconds of one training step, and of predicting one window. */
export interface StepTimes {
  step: number;
  predict: number;
}

export interface BudgetOptions {
  /** For training and the prediction of the held-out cases together. */
  seconds: number;
  configuration: Configuration;
  /** Sizes of the preprocessed images that are held out, [slices, rows, columns]. */
  heldOut: readonly (readonly number[])[];
  /** Times a network of a configuration. */
  measure(configuration: Configuration): Promise<StepTimes>;
  /** Milliseconds; to know how long measuring took. */
  now?: () => number;
}

export interface Budget {
  configuration: Configuration;
  epochs: number;
  /** Steps of an epoch. */
  iterations: number;
  /** What the epochs may take together, which is a little more than was measured. */
  seconds: number;
  decisions: Decision[];
}

/** Voxels that a patch has at most: what two cores train a few thousand times in a coffee break. */
const LARGEST_PATCH = { 2: 192 ** 2, 3: 64 ** 3 } as Readonly<Record<number, number>>;
/** Voxels of a batch at most, and patches in it: smaller batches leave the processor waiting. */
const LARGEST_BATCH = { 2: 4 * 192 ** 2, 3: 2 * 64 ** 3 } as Readonly<Record<number, number>>;
const [LEAST_PATCHES, MOST_PATCHES] = [2, 8];
/** Channels of the first stage that are tried, and of the last at most. */
const WIDTHS = [8, 12, 16, 24, 32];
const MOST_FEATURES = 256;
/** A wider network learns more in a step; with fewer steps than these it has not learned it yet. */
const ENOUGH_STEPS = { 2: 1000, 3: 400 } as Readonly<Record<number, number>>;
const STEPS_AN_EPOCH = 50;
const LEAST_EPOCHS = 10;
/** Of the time left: for steps; the rest is for validation patches, checkpoints, and a busy machine. */
const TRAINING_SHARE = 0.9;
const LONGEST_SHARE = 0.95;
/** Of the time, at most, for finding the width, and for predicting what is held out. */
const [MEASURING_SHARE, HELD_OUT_SHARE] = [0.1, 0.3];
/** Reading, resampling and writing of a case: so many times its windows' time, and seconds. */
const [CASE_FACTOR, CASE_SECONDS] = [1.3, 0.1];

/**
 * What to train in a given time: a smaller network than the plan's, on smaller patches, and how long. Widths are tried
 * from the narrowest on, each by timing its steps on this machine; the widest that still makes enough steps is taken.
 *
 * @throws RangeError for a time that is no positive number
 */
export async function planBudget(options: BudgetOptions): Promise<Budget> {
  const { seconds, configuration, heldOut, measure, now = () => performance.now() } = options;
  if (!(seconds > 0 && seconds < Infinity)) {
    throw new RangeError(`planBudget: got ${seconds} seconds; expected a positive number`);
  }
  const begun = now();
  const left = () => seconds - (now() - begun) / 1000;
  const small = smaller(configuration);
  const dimensions = small.patchSize.length;
  const windows = heldOut.reduce((sum, shape) => sum + windowCount(shape, small.patchSize), 0);
  const stepsIn = (time: number, { step, predict }: StepTimes) => {
    const held = Math.min(
      HELD_OUT_SHARE * time,
      windows * predict * CASE_FACTOR + heldOut.length * CASE_SECONDS,
    );
    return { held, steps: Math.floor(((time - held) * TRAINING_SHARE) / step) };
  };
  let width = WIDTHS[0];
  let times = await measure(withWidth(small, width));
  const tried = [{ width, ...times }];
  for (const wider of WIDTHS.slice(1)) {
    // Twice the channels are two to four times the work: no wider network is timed that cannot be taken.
    const enough = stepsIn(left(), times).steps >= ENOUGH_STEPS[dimensions] * (wider / width);
    if (!enough || left() < (1 - MEASURING_SHARE) * seconds) break;
    const measured = await measure(withWidth(small, wider));
    tried.push({ width: wider, ...measured });
    if (stepsIn(left(), measured).steps < ENOUGH_STEPS[dimensions]) break;
    [width, times] = [wider, measured];
  }
  const time = left();
  const { held, steps } = stepsIn(time, times);
  const epochs = Math.max(LEAST_EPOCHS, Math.round(steps / STEPS_AN_EPOCH));
  const iterations = Math.max(1, Math.floor(steps / epochs));
  const chosen = withWidth(small, width);
  const network = networkDecision(chosen, tried, ENOUGH_STEPS[dimensions]);
  const length = lengthDecision({ seconds, held, windows, epochs, iterations, step: times.step });
  const decisions = [...sizeDecisions(configuration, chosen), network, length];
  return { configuration: chosen, epochs, iterations, seconds: (time - held) * LONGEST_SHARE, decisions };
}

/** The plan's configuration with a patch and a batch for a processor; stages follow nnU-Net's rule. */
function smaller(configuration: Configuration): Configuration {
  const { patchSize, spacing } = configuration;
  const dimensions = patchSize.length;
  const scale = Math.min(1, (LARGEST_PATCH[dimensions] / elementsOf(patchSize)) ** (1 / dimensions));
  const wanted = patchSize.map((side) => Math.max(1, Math.floor(side * scale)));
  const { divisors } = poolingPlan(spacing, wanted);
  // The next multiples below, of as many poolings or fewer.
  const below = wanted.map((side, axis) => Math.max(1, Math.floor(side / divisors[axis])) * divisors[axis]);
  const { patch, poolings, strides, kernels } = poolingPlan(spacing, below);
  const fitting = Math.floor(LARGEST_BATCH[dimensions] / elementsOf(patch));
  return {
    ...configuration,
    patchSize: patch,
    poolings,
    strides,
    kernels,
    batchSize: Math.min(Math.max(fitting, LEAST_PATCHES), MOST_PATCHES),
  };
}

function withWidth(configuration: Configuration, width: number): Configuration {
  const features = configuration.strides.map((_, stage) => Math.min(MOST_FEATURES, width * 2 ** stage));
  return { ...configuration, features };
}

/** Windows that a sliding window of that size takes, half overlapping, slice by slice for 2-D windows. */
function windowCount(shape: readonly number[], window: readonly number[]): number {
  const sides = shape.slice(-window.length);
  const slices = window.length === 2 ? shape[0] : 1;
  const counts = sides.map(
    (size, axis) => windowStarts('nnunet', Math.max(size, window[axis]), window[axis], 0.5).length,
  );
  return slices * elementsOf(counts);
}

function sizeDecisions(planned: Configuration, chosen: Configuration): Decision[] {
  const { patchSize, batchSize } = chosen;
  const most = LARGEST_PATCH[patchSize.length];
  const patch =
    patchSize.join() === planned.patchSize.join()
      ? `the plan's: no larger than ${most} voxels`
      : `the plan's ${listed(planned.patchSize)} is for a GPU; in the same proportions, at most ${most} voxels, so that a ` +
        'step takes a processor about a second';
  return [
    {
      subject: 'patch size',
      value: patchSize,
      reason: patch,
      data: { planned: planned.patchSize, most },
    },
    {
      subject: 'batch size',
      value: batchSize,
      reason:
        `${LEAST_PATCHES} to ${MOST_PATCHES} patches, as many as have ${LARGEST_BATCH[patchSize.length]} voxels together: ` +
        'more steps teach more than larger ones',
      data: { planned: planned.batchSize, most: LARGEST_BATCH[patchSize.length] },
    },
    {
      subject: 'optimizer',
      value: 'AdamW',
      reason: "in so few steps it comes further than nnU-Net's SGD, which is for 250,000",
      data: {},
    },
  ];
}

function networkDecision(
  { features, strides }: Configuration,
  tried: ({ width: number } & StepTimes)[],
  enough: number,
): Decision {
  const list = tried.map(({ width, step }) => `${width} channels ${step.toPrecision(2)} s a step`).join(', ');
  return {
    subject: 'network',
    value: features,
    reason:
      `${strides.length} stages, as the patch asks; measured here: ${list}; the widest of these that makes ${enough} steps ` +
      'in the time, or else the narrowest',
    data: { widths: tried.map(({ width }) => width), steps: tried.map(({ step }) => step), enough },
  };
}

function lengthDecision(data: {
  seconds: number;
  held: number;
  windows: number;
  epochs: number;
  iterations: number;
  step: number;
}): Decision {
  const { seconds, held, windows, epochs, iterations, step } = data;
  const minutes = (time: number) => `${(time / 60).toPrecision(2)} min`;
  return {
    subject: 'length',
    value: [epochs, iterations],
    reason:
      `${minutes(seconds)} are left; ${minutes(held)} for the ${windows} windows of the held-out cases; ${epochs} epochs of ` +
      `${iterations} steps take ${minutes(epochs * iterations * step)}; the learning rate falls to 0 over them`,
    data,
  };
}
