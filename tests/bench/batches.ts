/**
 * How long training waits for its data: U-Net's training step (base 64, depth 2, 8 × 128²) with images that are turned,
 * scaled, deformed elastically (cubic) and flipped, prepared by the loop itself and by threads ahead of it.
 *
 * npm run bench -- batches [--epochs 3] [--images 64] [--workers 1]
 *
 * Epochs of the ways alternate, so that a slow minute of the machine slows all of them.
 */
import { parseArgs } from 'node:util';
import {
  Adam,
  BasicUNet,
  batches,
  binaryCrossEntropy,
  prefetchedBatches,
  setSeed,
  tf,
  trainStep,
} from '../../lib';
import type { SegmentationData, TrainingBatch } from '../../lib';
import { seededRandom } from '../../lib/runtime/seed';
import { augment } from './batches-augment';
import { mean, median, verdict } from './process';

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '3' },
    images: { type: 'string', default: '64' },
    workers: { type: 'string' },
  },
});
const SIZE = 128;
/** Milliseconds of waiting that do not matter in a step of hundreds. */
const NO_WAIT = 5;

function noise(pages: number): SegmentationData {
  const random = seededRandom(0);
  const shape = { pages, height: SIZE, width: SIZE };
  const images = Float32Array.from({ length: pages * SIZE * SIZE }, random);
  return {
    images: { data: images, ...shape },
    masks: { data: Uint8Array.from(images, (value) => Number(value < 0.22)), ...shape },
  };
}

interface Timing {
  /** Milliseconds from asking for a batch until it is there, the epoch's first left out. */
  waits: number[];
  first: number;
  steps: number[];
}

async function main(): Promise<void> {
  setSeed(0);
  const data = noise(Number(values.images));
  const model = new BasicUNet({ inputChannels: 1 });
  const optimizer = new Adam({ learningRate: 1e-3 });
  const workers = values.workers === undefined ? undefined : Number(values.workers);
  const transform = { module: require.resolve('./batches-augment'), name: 'augment' };
  const ways: Record<string, (epoch: number) => Iterable<TrainingBatch> | AsyncIterable<TrainingBatch>> = {
    'images as they are': (epoch) => batches(data, { batchSize: 8, seed: 1, epoch }),
    'by the loop': (epoch) =>
      batches(data, { batchSize: 8, augment: true, transform: augment, seed: 1, epoch }),
    'by threads': (epoch) =>
      prefetchedBatches(data, { batchSize: 8, augment: true, transform, seed: 1, epoch, workers }),
  };
  const timings: Record<string, Timing[]> = {};
  // The first epoch of each compiles and warms up.
  for (let epoch = 0; epoch <= Number(values.epochs); epoch++) {
    for (const [way, load] of Object.entries(ways)) {
      const timing = await runEpoch(model, optimizer, load(epoch));
      if (epoch > 0) (timings[way] ??= []).push(timing);
    }
  }
  const all = (way: string, part: 'waits' | 'steps') => timings[way].flatMap((timing) => timing[part]);
  console.table(
    Object.keys(ways).map((way) => ({
      data: way,
      'step, median ms': Math.round(median(all(way, 'steps'))),
      'wait, median ms': Number(median(all(way, 'waits')).toFixed(2)),
      'wait, longest ms': Number(Math.max(...all(way, 'waits')).toFixed(2)),
      "wait for an epoch's first, ms": Number(median(timings[way].map(({ first }) => first)).toFixed(1)),
      'step and wait, mean ms': Math.round(mean(all(way, 'steps')) + mean(all(way, 'waits'))),
    })),
  );
  const wait = median(all('by threads', 'waits'));
  verdict(
    wait < NO_WAIT,
    `training waits ${wait.toFixed(2)} ms for a batch; less than ${NO_WAIT} is asked for`,
  );
}

async function runEpoch(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  load: Iterable<TrainingBatch> | AsyncIterable<TrainingBatch>,
): Promise<Timing> {
  const waits: number[] = [];
  const steps: number[] = [];
  let asked = performance.now();
  for await (const batch of load) {
    const got = performance.now();
    waits.push(got - asked);
    trainStep(model, optimizer, (y, x) => binaryCrossEntropy(y, x, { positiveWeight: 9 }), batch);
    await new Promise(setImmediate); // as fit does
    asked = performance.now();
    steps.push(asked - got);
  }
  return { waits: waits.slice(1), first: waits[0], steps };
}

void main();
