import type { tf } from '../runtime';

interface WithRate {
  learningRate?: unknown;
  setLearningRate?(rate: number): void;
}

/**
 * Sets the rate of any optimizer that has one: the library's and all of tfjs's.
 *
 * @throws RangeError for a rate below 0 or not finite; Error for an optimizer without a rate
 */
export function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  if (!Number.isFinite(rate) || rate < 0) {
    throw new RangeError(`setLearningRate: got rate ${rate}; expected a number of at least 0`);
  }
  const present = learningRateOf(optimizer);
  if (present === undefined) {
    throw new Error(
      `setLearningRate: got optimizer ${optimizer.getClassName()}, which has no learningRate; expected one of the ` +
        "library's, such as new SGD({ learningRate: 0.01 }), or of tf.train",
    );
  }
  if (present === rate) return;
  const target = optimizer as unknown as WithRate;
  // tf.train.sgd and momentum keep a tensor of their rate, which their method replaces.
  if (target.setLearningRate) target.setLearningRate(rate);
  else target.learningRate = rate;
}

/** The present rate of an optimizer; undefined for one that has none. */
export function learningRateOf(optimizer: tf.Optimizer): number | undefined {
  const { learningRate } = optimizer as unknown as WithRate;
  return typeof learningRate === 'number' ? learningRate : undefined;
}
