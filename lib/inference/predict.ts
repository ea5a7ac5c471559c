import { tf } from '../runtime';

/**
 * What computes the classes' numbers of a batch of images: a model's `predict`, or what `mirrored`, `ensemble` and their
 * like make of one. Of several outputs (deep supervision) the first is taken: the one at the images' full size.
 *
 * Shape: [B, H, W, C] → [B, H, W, classes], or [B, D, H, W, C] → [B, D, H, W, classes]
 */
export type Predict = (batch: tf.Tensor) => tf.Tensor | tf.Tensor[];

/** The only or first output. Call it within `tf.tidy`, which disposes of the others. */
export function firstOutput(predict: Predict, batch: tf.Tensor): tf.Tensor {
  const outputs = predict(batch);
  return Array.isArray(outputs) ? outputs[0] : outputs;
}

/**
 * One batch from samples to samples; no tensor is left.
 *
 * @param shape [B, …sizes, C]
 * @returns [B, …sizes, classes]
 * @throws RangeError where the prediction is not of the batch's sizes
 */
export function predictSamples(
  owner: string,
  predict: Predict,
  samples: Float32Array,
  shape: readonly number[],
): { data: Float32Array; classes: number } {
  const output = tf.tidy(() => tf.cast(firstOutput(predict, tf.tensor(samples, [...shape])), 'float32'));
  try {
    const classes = output.shape.at(-1) ?? 0;
    const expected = [...shape.slice(0, -1), classes];
    if (classes < 1 || output.shape.join() !== expected.join()) {
      throw new RangeError(
        `${owner}: got a prediction of shape [${output.shape.join(', ')}] for images of [${shape.join(', ')}]; ` +
          `expected [${shape.slice(0, -1).join(', ')}, classes]: the network must keep the sizes of its images`,
      );
    }
    return { data: output.dataSync<'float32'>(), classes };
  } finally {
    output.dispose();
  }
}
