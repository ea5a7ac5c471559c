import { mixSeeds } from '../datasets/hash';
import { combinedLoss } from '../losses/combined';
import { seededRandom, tf, tidied } from '../runtime';
import { loadCheckpoint, saveCheckpoint } from '../train/checkpoint';
import type { EpochRecord } from '../train/epoch-record';
import { setLearningRate } from '../train/learning-rate';
import { Adam } from '../train/optimizers/adam';
import { cosineRate, warmUp } from '../train/schedules';
import { updateWeights } from '../train/step';
import { snapshotWeights, variables } from '../train/weights';
import { PROMPT_MAPS, type PromptNetwork } from './network';
import { drawPrompts, type MapPrompts } from './prompt-maps';
import { drawBatch, OBJECTS, SIDE, type Random, type TrainingBatch } from './training-batch';
import { firstPrompts, nextPrompts } from './training-prompts';
import type { Scene } from './training-scenes';

export interface TrainingPlan {
  /** Updates of the weights. */
  steps: number;
  /** Crops of a step, each with three objects. */
  crops: number;
  /** Highest learning rate of Adam, reached after the warm-up. */
  rate: number;
  seed: number;
  /** Steps from one writing of the checkpoint to the next. */
  every: number;
}

export const TRAINING_PLAN: TrainingPlan = { steps: 300, crops: 6, rate: 3e-3, seed: 0, every: 25 };
/** Clicks of a step, one after the other: the network sees its own errors. */
const ROUNDS = 3;

/** How far a training is. */
export interface PromptTrainingProgress {
  step: number;
  steps: number;
  /** Mean over the last steps. */
  loss: number;
}

/** Scenes whose objects are to be found. */
export interface TrainingScenes {
  /** What the network is for: three crops of four. */
  own: readonly Scene[];
  /** What it shall know, too. */
  others: readonly Scene[];
}

/**
 * Trains the network as Segment Anything is: a first prompt, then clicks where its own mask is wrong, the loss being the
 * mean over all rounds. What a step sees follows from the seed and its number, so a run that was killed goes on to the same
 * weights.
 *
 * @param network as it is before the first step
 * @param checkpoint file that is written every `plan.every` steps, and from which a run goes on
 * @returns the mean loss of the last steps
 */
export async function trainPromptNetwork(
  network: PromptNetwork,
  { own, others }: TrainingScenes,
  checkpoint: string,
  plan: TrainingPlan = TRAINING_PLAN,
  onProgress?: (progress: PromptTrainingProgress) => void,
): Promise<number> {
  const optimizer = new Adam();
  try {
    const state = await loadCheckpoint(checkpoint, network.whole, optimizer);
    const records: EpochRecord[] = state?.records ?? [];
    const warm = Math.ceil(plan.steps / 20);
    const rate = warmUp(cosineRate({ rate: plan.rate, length: plan.steps - warm }), { length: warm });
    while (records.length * plan.every < plan.steps) {
      const started = performance.now();
      const first = records.length * plan.every;
      const last = Math.min(first + plan.every, plan.steps);
      let sum = 0;
      for (let step = first; step < last; step++) {
        const random = seededRandom(mixSeeds(plan.seed, step));
        const scenes = (): readonly Scene[] => (random() < 0.75 || others.length === 0 ? own : others);
        const batches = Array.from({ length: plan.crops }, () => drawBatch(scenes(), 1, random));
        setLearningRate(optimizer, rate(step));
        sum += promptStep(network, optimizer, joined(batches), random);
        await new Promise(setImmediate);
      }
      const seconds = (performance.now() - started) / 1000;
      records.push({ epoch: records.length + 1, trainLoss: sum / (last - first), seconds });
      await saveCheckpoint(checkpoint, network.whole, optimizer, {
        records,
        bestEpoch: records.length,
        bestWeights: snapshotWeights(network.whole),
        steps: last,
      });
      onProgress?.({ step: last, steps: plan.steps, loss: sum / (last - first) });
    }
    return records[records.length - 1].trainLoss;
  } finally {
    optimizer.dispose();
  }
}

function joined(batches: readonly TrainingBatch[]): TrainingBatch {
  const images = new Float32Array(batches.length * SIDE * SIDE * 3);
  batches.forEach((batch, crop) => images.set(batch.images, crop * SIDE * SIDE * 3));
  return { images, objects: batches.flatMap(({ objects }) => objects) };
}

/** One update of the weights; → the mean loss of the rounds. */
export function promptStep(
  network: PromptNetwork,
  optimizer: tf.Optimizer,
  batch: TrainingBatch,
  random: Random,
): number {
  return tidied(() => {
    const { value, grads } = tf.variableGrads(
      () => promptLoss(network, batch, random),
      variables(network.whole, true),
    );
    updateWeights(network.whole, optimizer, grads);
    return value.dataSync()[0];
  });
}

/** The mean loss of all rounds: each mask is answered by one click more. → scalar */
export function promptLoss(
  { encoder, decoder }: PromptNetwork,
  batch: TrainingBatch,
  random: Random,
): tf.Scalar {
  const { images, objects } = batch;
  const shape = [objects.length, SIDE, SIDE];
  const inside = new Float32Array(objects.length * SIDE * SIDE);
  objects.forEach((object, at) => inside.set(object, at * SIDE * SIDE));
  const masks = tf.tensor(inside, [...shape, 1]);
  const pixels = tf.tensor(images, [objects.length / OBJECTS, SIDE, SIDE, 3]);
  const ofObject = tf.tensor1d(
    objects.map((_, at) => Math.floor(at / OBJECTS)),
    'int32',
  );
  const embedding = (encoder.apply(pixels, { training: true }) as tf.Tensor[]).map((map) =>
    tf.gather(map, ofObject),
  );
  let prompts: MapPrompts[] = objects.map((object) => firstPrompts(object, random));
  let total = tf.scalar(0);
  for (let round = 0; round < ROUNDS; round++) {
    const maps = tf.tensor(mapsOf(prompts), [...shape, PROMPT_MAPS]);
    const logits = decoder.apply([...embedding, maps], { training: true }) as tf.Tensor;
    total = total.add(combinedLoss(masks, logits));
    if (round === ROUNDS - 1) break;
    const values = tf.sigmoid(logits).dataSync() as Float32Array;
    prompts = prompts.map((before, at) =>
      nextPrompts(before, objects[at], values.slice(at * SIDE * SIDE, (at + 1) * SIDE * SIDE), random),
    );
  }
  return total.div(ROUNDS);
}

function mapsOf(prompts: readonly MapPrompts[]): Float32Array {
  const size = SIDE * SIDE * PROMPT_MAPS;
  const maps = new Float32Array(prompts.length * size);
  prompts.forEach((prompt, at) =>
    drawPrompts(maps.subarray(at * size, (at + 1) * size), [SIDE, SIDE], prompt),
  );
  return maps;
}
