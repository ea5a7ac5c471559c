import type { Batch } from '../datasets/segmentation-data';
import { tf } from '../runtime';
import { variables } from './weights';

/** Compares true masks and logits of the same shape [B, H, W, C]; → scalar. */
export type Loss = (masks: tf.Tensor, logits: tf.Tensor) => tf.Scalar;

/**
 * One training step: forward in training mode, loss, gradients, update of the weights.
 *
 * @returns the loss before the update, averaged as the loss does
 */
export function trainStep(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  loss: Loss,
  { images, masks }: Batch,
): number {
  const value = optimizer.minimize(
    () => loss(masks, model.apply(images, { training: true }) as tf.Tensor),
    true,
    variables(model, true),
  ) as tf.Scalar;
  const [number] = value.dataSync();
  value.dispose();
  return number;
}

/**
 * Loss over a set of images in inference mode (running statistics, no gradients), averaged over the images, so that a
 * smaller last batch counts less.
 *
 * @throws RangeError for a batch size that is no positive integer
 */
export function evaluateLoss(
  model: tf.LayersModel,
  loss: Loss,
  { images, masks }: Batch,
  batchSize = 8,
): number {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`evaluateLoss: got batchSize ${batchSize}; expected an integer of at least 1`);
  }
  const [count] = images.shape;
  let total = 0;
  for (let start = 0; start < count; start += batchSize) {
    const size = Math.min(batchSize, count - start);
    total += tf.tidy(() => {
      const logits = model.predict(images.slice(start, size)) as tf.Tensor;
      return loss(masks.slice(start, size), logits).dataSync()[0] * size;
    });
  }
  return total / count;
}
