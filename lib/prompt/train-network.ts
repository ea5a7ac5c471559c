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
import { drawTrainingCrop, OBJECTS, SIDE, type Random, type TrainingCrop } from './training-crop';
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

export const TRAINING_PLAN: TrainingPlan = { steps: 2000, crops: 8, rate: 3e-3, seed: 0, every: 100 };
/** Steps that a crop stays, each with one click more: the network sees its own errors. */
const ROUNDS = 4;
/** Share of crops of what the network is for. */
const OWN = 6 / 7;

/** How far a training is. */
export interface PromptTrainingProgress {
  step: number;
  steps: number;
  /** Mean over the last steps. */
  loss: number;
}

/** Scenes whose objects are to be found. */
export interface TrainingScenes {
  /** What the network is for: six crops of seven. */
  own: readonly Scene[];
  /** What it shall know, too. */
  others: readonly Scene[];
}

/** A crop with the prompts of its objects. */
export interface PromptedCrop extends TrainingCrop {
  prompts: MapPrompts[];
  /** Steps that it stays. */
  left: number;
}

/**
 * Trains the network as Segment Anything is: a first prompt, then clicks where its own mask is wrong. A crop stays for four
 * steps, and each step sees crops in all four rounds: the statistics of batch normalisation are the same for a first click as
 * for a fourth, and no mask is computed without being learnt from. What a step sees follows from the seed and its number, so
 * a run that was killed goes on to the same weights.
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
      const crops: PromptedCrop[] = [];
      let sum = 0;
      for (let step = first; step < last; step++) {
        const random = seededRandom(mixSeeds(plan.seed, step));
        for (let at = 0; at < plan.crops; at++) {
          if (crops[at]?.left > 0) continue;
          const scenes = random() < OWN || others.length === 0 ? own : others;
          // The first crops of a series leave one after the other: from then on all rounds are there.
          crops[at] = promptedCrop(scenes, step === first ? 1 + (at % ROUNDS) : ROUNDS, random);
        }
        setLearningRate(optimizer, rate(step));
        sum += promptStep(network, optimizer, crops, random);
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

/** A new crop, whose objects are pointed at for the first time. */
export function promptedCrop(scenes: readonly Scene[], left: number, random: Random): PromptedCrop {
  const crop = drawTrainingCrop(scenes, random);
  return { ...crop, prompts: crop.objects.map((object) => firstPrompts(object, random)), left };
}

/** One update of the weights, after which each object of the crops has one click more; → the loss. */
export function promptStep(
  { encoder, decoder, whole }: PromptNetwork,
  optimizer: tf.Optimizer,
  crops: readonly PromptedCrop[],
  random: Random,
): number {
  const objects = crops.flatMap((crop) => crop.objects);
  const shape = [objects.length, SIDE, SIDE];
  return tidied(() => {
    const pixels = tf.tensor(joined(crops.map(({ image }) => image)), [crops.length, SIDE, SIDE, 3]);
    const masks = tf.tensor(joined(objects), [...shape, 1]);
    const maps = tf.tensor(mapsOf(crops.flatMap(({ prompts }) => prompts)), [...shape, PROMPT_MAPS]);
    const ofObject = tf.tensor1d(
      objects.map((_, at) => Math.floor(at / OBJECTS)),
      'int32',
    );
    let probabilities: Float32Array = new Float32Array();
    const { value, grads } = tf.variableGrads(
      () => {
        const embedding = encoder.apply(pixels, { training: true }) as tf.Tensor[];
        const prompted = [...embedding.map((map) => tf.gather(map, ofObject)), maps];
        const logits = decoder.apply(prompted, { training: true }) as tf.Tensor;
        probabilities = tf.sigmoid(logits).dataSync() as Float32Array;
        return combinedLoss(masks, logits);
      },
      variables(whole, true),
    );
    updateWeights(whole, optimizer, grads);
    crops.forEach((crop, number) => {
      crop.left--;
      if (crop.left === 0) return;
      crop.prompts = crop.prompts.map((before, object) => {
        const at = number * OBJECTS + object;
        const own = probabilities.slice(at * SIDE * SIDE, (at + 1) * SIDE * SIDE);
        return nextPrompts(before, crop.objects[object], own, random);
      });
    });
    return value.dataSync()[0];
  });
}

function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(parts.length * parts[0].length);
  parts.forEach((part, at) => all.set(part, at * part.length));
  return all;
}

function mapsOf(prompts: readonly MapPrompts[]): Float32Array {
  const size = SIDE * SIDE * PROMPT_MAPS;
  const maps = new Float32Array(prompts.length * size);
  prompts.forEach((prompt, at) =>
    drawPrompts(maps.subarray(at * size, (at + 1) * size), [SIDE, SIDE], prompt),
  );
  return maps;
}
