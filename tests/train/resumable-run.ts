import { batches } from '../../lib/datasets/batches';
import { setSeed, tf } from '../../lib/runtime';
import { fit } from '../../lib/train/fit';
import type { FitOptions, History } from '../../lib/train/fit-options';
import { AdamW } from '../../lib/train/optimizers/adam';
import { SGD } from '../../lib/train/optimizers/sgd';
import { cosineRate, warmUp } from '../../lib/train/schedules';
import { snapshotWeights, WeightSnapshot } from '../../lib/train/weights';
import { loss, sample, sampleData } from './sample';

export const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  SGD: () => new SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  AdamW: () => new AdamW({ learningRate: 0.02, decayed: 'kernels' }),
  'tf.train.adam': () => tf.train.adam(0.02),
  'tf.train.rmsprop': () => tf.train.rmsprop(0.01, 0.9, 0.5),
};

export interface Outcome {
  history: History;
  weights: WeightSnapshot;
}

/** A run of four epochs with everything in it that is random or remembers something. */
export async function resumableRun(
  optimizerName: string,
  options: Partial<FitOptions> = {},
): Promise<Outcome> {
  setSeed(21);
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'first', filters: 4, kernelSize: 3, padding: 'same', inputShape: [8, 8, 1] }),
      tf.layers.batchNormalization({ name: 'normalised' }),
      tf.layers.activation({ activation: 'relu' }),
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.conv2d({ name: 'last', filters: 1, kernelSize: 3, padding: 'same' }),
    ],
  });
  const data = sampleData(10, 3);
  const validation = sample(4, 99);
  const optimizer = OPTIMIZERS[optimizerName]();
  try {
    const history = await fit(model, {
      // no seed: order, flips and turns come from the streams of setSeed
      batches: () => batches(data, { batchSize: 2, augment: true }),
      loss,
      validation,
      epochs: 4,
      optimizer,
      schedule: warmUp(cosineRate({ rate: 0.02, length: 9 }), { length: 3 }),
      scheduleBy: 'step',
      clipNorm: 0.5,
      clipValue: 0.3,
      accumulate: 2,
      ema: { decay: 0.9, warmUp: true },
      earlyStopping: { patience: 4, minDelta: 1e-4 },
      keep: 'last',
      ...options,
    });
    return { history, weights: snapshotWeights(model) };
  } finally {
    tf.dispose([validation.images, validation.masks]);
    optimizer.dispose();
    model.dispose();
  }
}
