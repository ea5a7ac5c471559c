import { availableParallelism } from 'node:os';
import type { Configuration } from '../planning/plan';
import { tf } from '../runtime';
import { trainStep, type TrainingBatch } from '../train/step';
import { buildNetwork } from './build-network';
import type { StepTimes } from './budget';
import type { DatasetDescription } from './dataset-json';
import { patchBatches, type PatchBatchOptions } from './patch-batches';
import { trainingLoss } from './training-loss';
import { trainingOptimizer, type OptimizerName } from './training-optimizer';

/** The first step compiles kernels, and is not counted. */
const STEPS = 3;

/**
 * Seconds that a training step and the prediction of a window take on this machine, as it is loaded now: the least of
 * some. The threads that make batches take cores from the step: their time counts by share.
 */
export async function measureStep(
  network: Configuration,
  { labels, channels }: Pick<DatasetDescription, 'labels' | 'channels'>,
  name: OptimizerName,
  options: Omit<PatchBatchOptions, 'network' | 'labels' | 'count' | 'epoch' | 'augment'>,
): Promise<StepTimes> {
  const model = buildNetwork(network, { labels, channels });
  const { optimizer } = trainingOptimizer(name);
  const loss = trainingLoss(labels, network.batchDice);
  const times = { step: Infinity, predict: Infinity, batch: Infinity };
  const seconds = (begun: number) => (performance.now() - begun) / 1000;
  try {
    let begun = performance.now();
    let counted = false;
    const batches = patchBatches({
      ...options,
      network,
      labels,
      count: STEPS,
      epoch: 0,
      augment: true,
      workers: 0,
    });
    for await (const batch of batches) {
      const batchTime = seconds(begun);
      const step = timed(() => trainStep(model, optimizer, loss, batch));
      const predict = timed(() => predictOne(model, batch));
      if (counted) {
        times.batch = Math.min(times.batch, batchTime);
        times.step = Math.min(times.step, step);
        times.predict = Math.min(times.predict, predict / network.batchSize);
      }
      counted = true;
      begun = performance.now();
    }
  } finally {
    optimizer.dispose();
    model.dispose();
  }
  return { step: times.step + times.batch / availableParallelism(), predict: times.predict };
}

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1000;
}

function predictOne(model: tf.LayersModel, { images }: TrainingBatch): void {
  tf.tidy(() => {
    const outputs = model.predict(images);
    return (Array.isArray(outputs) ? outputs[0] : outputs).dataSync();
  });
}
