import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { tf } from '../runtime';
import { variables } from './weights';

/** What a model gives: a tensor, or several where it is supervised at several depths. */
export type ModelOutput = tf.Tensor | tf.Tensor[];

/** Compares true masks and what the model made of the images; → scalar, a mean over the images. */
export type Loss<Output extends ModelOutput = tf.Tensor> = (masks: tf.Tensor, output: Output) => tf.Scalar;

/** Images and their masks, of any number of dimensions: a type rather than an interface, so that `tf.dispose` takes it. */
export type TrainingBatch = {
  /** Shape: [batch, …] */
  images: tf.Tensor;
  /** Shape: [batch, …], as the loss takes them */
  masks: tf.Tensor;
  /** Which images of the data these are, to name them where a loss is not finite. */
  indices?: number[];
};

/**
 * Loss of a batch in training mode, and its gradients by the trainable weights' names, which the caller disposes of. The
 * weights stay as they are.
 */
export function batchGradients<Output extends ModelOutput = tf.Tensor>(
  model: tf.LayersModel,
  loss: Loss<Output>,
  { images, masks }: TrainingBatch,
): { loss: number; gradients: NamedTensorMap } {
  const { value, grads } = tf.variableGrads(
    () => loss(masks, model.apply(images, { training: true }) as Output),
    variables(model, true),
  );
  const [number] = value.dataSync();
  value.dispose();
  return { loss: number, gradients: grads };
}

/** Moves the model's weights along their gradients, always in the model's order, which tfjs's optimizers rely on. */
export function updateWeights(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  gradients: NamedTensorMap,
): void {
  optimizer.applyGradients(variables(model, true).map(({ name }) => ({ name, tensor: gradients[name] })));
}

/**
 * One training step: forward in training mode, loss, gradients, update of the weights.
 *
 * @returns the loss before the update, averaged as the loss does
 */
export function trainStep<Output extends ModelOutput = tf.Tensor>(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  loss: Loss<Output>,
  batch: TrainingBatch,
): number {
  const { loss: value, gradients } = batchGradients(model, loss, batch);
  updateWeights(model, optimizer, gradients);
  tf.dispose(gradients);
  return value;
}

/**
 * Loss over a set of images in inference mode (running statistics, no gradients), averaged over the images, so that a
 * smaller last batch counts less.
 *
 * @param data the images as one batch or as several, such as `batches(data, { indices, batchSize, shuffle: false })`
 * @param batchSize images that are computed at once
 * @throws RangeError for a batch size that is no positive integer, or no images
 */
export function evaluateLoss<Output extends ModelOutput = tf.Tensor>(
  model: tf.LayersModel,
  loss: Loss<Output>,
  data: TrainingBatch | Iterable<TrainingBatch>,
  batchSize = 8,
): number {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`evaluateLoss: got batchSize ${batchSize}; expected an integer of at least 1`);
  }
  let total = 0;
  let count = 0;
  for (const { images, masks } of Symbol.iterator in data ? data : [data]) {
    const [size] = images.shape;
    for (let start = 0; start < size; start += batchSize) {
      const some = Math.min(batchSize, size - start);
      total += tf.tidy(() => {
        const output = model.predict(images.slice(start, some)) as Output;
        return loss(masks.slice(start, some), output).dataSync()[0] * some;
      });
    }
    count += size;
  }
  if (count === 0) throw new RangeError('evaluateLoss: got no images; expected at least one');
  return total / count;
}
