import { flatWeights, makeNetwork } from '../../lib/check/8-4-training/network';
import { ReadPass, trainingEpochs } from '../../lib/check/8-4-training/passes';
import { maskOf, pixelsOf, taskOf, TrainingInput } from '../../lib/check/8-4-training/problem';
import { binaryCrossEntropy } from '../../lib/losses/binary-cross-entropy';
import { tf } from '../../lib/runtime';
import { restoreWeights, snapshotWeights } from '../../lib/train/weights';

const LEARNING_RATE = 1e-3;
const POSITIVE_WEIGHT = 9;

export interface FollowedEpoch {
  /** Loss and number of images of each batch. */
  losses: number[];
  counts: number[];
  /** Without the positive weight. */
  plainLosses: number[];
  /** Validation loss after the epoch, and what mistakes make of it. */
  validation: number;
  plainValidation: number;
  inTrainingMode: number;
  /** After the epoch. */
  weights: Float32Array;
}

export interface Followed {
  epochs: FollowedEpoch[];
  /** Weights after each step. */
  steps: Float32Array[];
}

/**
 * Trains as the student did, batch by batch on the images that passed, whatever their order and places: the losses,
 * weights and validation losses that a right loop has with them. Undefined where the batches make no whole epochs of
 * the training images.
 *
 * @param positiveWeight of the loss whose gradients are followed; 9 is right
 */
export function follow(
  passes: readonly ReadPass[],
  input: TrainingInput,
  positiveWeight = POSITIVE_WEIGHT,
): Followed | undefined {
  const batches = trainingEpochs(passes, input.images);
  const isForeign = ({ numbers }: ReadPass) => numbers.some((number) => number < 0);
  if (batches.length !== input.epochs || batches.flat().some(isForeign)) return undefined;
  const model = makeNetwork(input.seed);
  const optimizer: tf.Optimizer = tf.train.adam(LEARNING_RATE);
  const followed: Followed = { epochs: [], steps: [] };
  tf.tidy(() => {
    const { validation } = taskOf(input);
    for (const epoch of batches) {
      const losses: number[] = [];
      const plainLosses: number[] = [];
      for (const pass of epoch) {
        const shape = [pass.count, input.side, input.side, 1];
        const images = tf.tensor(pass.images, shape);
        const masks = tf.tensor(Float32Array.from(maskOf(pass.images)), shape);
        const before = snapshotWeights(model);
        const lossOf = (weight: number) => weightedLoss(model, { images, masks }, true, weight);
        plainLosses.push(lossOf(1).dataSync()[0]);
        restoreWeights(model, before); // that pass has moved the running statistics
        const { value, grads } = tf.variableGrads(() => lossOf(positiveWeight));
        optimizer.applyGradients(grads);
        losses.push(value.dataSync()[0]);
        followed.steps.push(flatWeights(model));
      }
      const counts = epoch.map(({ count }) => count);
      followed.epochs.push({
        losses,
        counts,
        plainLosses,
        ...validated(model, validation),
        weights: flatWeights(model),
      });
    }
  });
  optimizer.dispose();
  model.dispose();
  return followed;
}

/** What a loop without shuffle and augmentation sends through the network. */
export function passesInOrder(input: TrainingInput): ReadPass[] {
  const { images, batchSize, epochs } = input;
  const numbers = Array.from({ length: images }, (_, number) => number);
  const epoch = Array.from({ length: Math.ceil(images / batchSize) }, (_, batch): ReadPass => {
    const some = numbers.slice(batch * batchSize, (batch + 1) * batchSize);
    const pixels = Float32Array.from(some.flatMap((number) => [...pixelsOf(input, number)]));
    return { training: true, count: some.length, images: pixels, weights: new Float32Array(), numbers: some };
  });
  return Array.from({ length: epochs }, () => epoch).flat();
}

type Images = { images: tf.Tensor; masks: tf.Tensor };

function weightedLoss(
  model: tf.LayersModel,
  { images, masks }: Images,
  training: boolean,
  weight: number,
): tf.Scalar {
  return binaryCrossEntropy(masks, model.apply(images, { training }) as tf.Tensor, {
    positiveWeight: weight,
  });
}

function validated(model: tf.LayersModel, data: Images) {
  const lossOf = (training: boolean, weight: number) =>
    weightedLoss(model, data, training, weight).dataSync()[0];
  const before = snapshotWeights(model);
  const inTrainingMode = lossOf(true, POSITIVE_WEIGHT);
  restoreWeights(model, before);
  return { validation: lossOf(false, POSITIVE_WEIGHT), plainValidation: lossOf(false, 1), inTrainingMode };
}
