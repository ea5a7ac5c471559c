import { recomputed, tf } from '../runtime';
import type { BestWeights } from './best-weights';
import type { EpochRecord } from './epoch-record';
import type { FitOptions, TrainingObserver } from './fit-options';
import { clipGradientNorm, clipGradientValue, GradientAccumulator } from './gradients';
import { learningRateOf, setLearningRate } from './learning-rate';
import { batchGradients, ModelOutput, TrainingBatch, updateWeights } from './step';
import type { WeightAverage } from './weight-average';

/** What a run of `fit` works with. */
export interface Run {
  model: tf.LayersModel;
  optimizer: tf.Optimizer;
  best: BestWeights;
  average?: WeightAverage;
  observers: TrainingObserver[];
  /** Of the epochs so far. */
  records: EpochRecord[];
  /** Updates since the run began. */
  steps: number;
}

export interface EpochResult {
  trainLoss: number;
  learningRate?: number;
  gradientNorm?: number;
}

/** One training epoch, or undefined where the run was stopped: then its last step may lack batches. */
export async function trainEpoch<Output extends ModelOutput>(
  run: Run,
  options: FitOptions<Output>,
  epoch: number,
): Promise<EpochResult | undefined> {
  const { batches, accumulate = 1 } = options;
  const steps = new EpochSteps(run, options, epoch);
  try {
    let batchNumber = 0;
    for await (const batch of batches(epoch)) {
      batchNumber++;
      steps.add(batch, accumulate > 1 ? `, batch ${batchNumber}` : '');
      if (batchNumber % accumulate === 0) steps.update();
      await new Promise(setImmediate); // lets messages through, an interrupt among them
      if (run.best.stopped) return undefined;
    }
    // Batches that are prefetched end by the same signal, early or before the first: the model has its best weights by now.
    if (run.best.stopped) return undefined;
    if (batchNumber % accumulate !== 0) steps.update();
    if (batchNumber === 0) {
      throw new RangeError(`fit: got no batch in epoch ${epoch}; expected at least one`);
    }
    return run.best.stopped ? undefined : steps.result();
  } finally {
    steps.dispose();
  }
}

/** Collects batches to steps, and steps to the numbers of an epoch. */
class EpochSteps<Output extends ModelOutput> {
  readonly #accumulator = new GradientAccumulator();
  #step = 1;
  /** Of the step: its loss times its images, and which they are as far as that is known. */
  #loss = 0;
  #indices: number[] = [];
  /** Of the epoch. */
  #total = 0;
  #images = 0;
  #norms = 0;

  constructor(
    private readonly run: Run,
    private readonly options: FitOptions<Output>,
    private readonly epoch: number,
  ) {}

  /** @throws Error for images or a loss that are not finite */
  add(batch: TrainingBatch, where: string): void {
    const { images, indices = [] } = batch;
    const [size] = images.shape;
    const place = this.#place(where, indices);
    // Not every network hands NaN on to its loss: a fused ReLU may make 0 of it.
    if (!Number.isFinite(tf.tidy(() => tf.sum(images).dataSync()[0]))) {
      throw new Error(`fit: got NaN or infinity in the images of ${place}; repair them or leave them out`);
    }
    const compute = () => batchGradients(this.run.model, this.options.loss, batch);
    const { loss, gradients } = this.options.recompute ? recomputed(compute) : compute();
    this.#accumulator.add(gradients, size);
    requireFinite(loss, `loss of ${place}`);
    this.#loss += loss * size;
    this.#indices.push(...indices);
  }

  /** @throws Error for gradients whose norm is asked for and not finite */
  update(): void {
    const { model, optimizer, average, observers } = this.run;
    const { schedule, scheduleBy = 'epoch', clipNorm, clipValue } = this.options;
    if (schedule) {
      setLearningRate(optimizer, schedule(scheduleBy === 'epoch' ? this.epoch - 1 : this.run.steps));
    }
    const { images } = this.#accumulator;
    const gradients = this.#accumulator.take();
    let gradientNorm: number | undefined;
    try {
      if (clipValue !== undefined) clipGradientValue(gradients, clipValue);
      if (clipNorm !== undefined) {
        gradientNorm = clipGradientNorm(gradients, clipNorm);
        requireFinite(gradientNorm, `norm of the gradients of ${this.#place('', this.#indices)}`);
        this.#norms += gradientNorm;
      }
      updateWeights(model, optimizer, gradients);
    } finally {
      tf.dispose(gradients);
    }
    average?.update();
    this.run.steps++;
    const details = { steps: this.run.steps, learningRate: learningRateOf(optimizer), gradientNorm };
    for (const observer of observers) {
      observer.onStep?.(this.epoch, this.#step, this.#loss / images, details);
    }
    this.#total += this.#loss;
    this.#images += images;
    this.#step++;
    this.#loss = 0;
    this.#indices = [];
  }

  result(): EpochResult {
    const gradientNorm = this.options.clipNorm === undefined ? undefined : this.#norms / (this.#step - 1);
    return {
      trainLoss: this.#total / this.#images,
      learningRate: learningRateOf(this.run.optimizer),
      gradientNorm,
    };
  }

  dispose(): void {
    this.#accumulator.dispose();
  }

  #place(where: string, indices: number[]): string {
    const images = indices.length > 0 ? ` (images ${indices.join(', ')})` : '';
    return `epoch ${this.epoch}, step ${this.#step}${where}${images}`;
  }
}

/** @throws Error naming what is NaN or infinite */
export function requireFinite(value: number | undefined, what: string): void {
  if (value === undefined || Number.isFinite(value)) return;
  throw new Error(
    `fit: the ${what} is ${value}; lower the learning rate or look for NaN in the images or masks`,
  );
}
