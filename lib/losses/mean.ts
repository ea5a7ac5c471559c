import { tf } from '../runtime';
import { requireLength } from './options';
import type { Target } from './target';

/** Keeps divisions finite, as in segmentation_models_pytorch; far below one pixel. */
export const EPSILON = 1e-7;

interface ChannelOptions {
  classWeights?: readonly number[];
  includeBackground?: boolean;
}

/**
 * Weight of each channel, or undefined where all weigh the same.
 *
 * @throws RangeError for another number of weights than channels, and where no channel would count
 */
export function channelWeights(
  owner: string,
  channels: number,
  { classWeights, includeBackground = true }: ChannelOptions,
): number[] | undefined {
  if (classWeights !== undefined) requireLength(owner, 'classWeights', classWeights, channels, 'channel');
  if (includeBackground) return classWeights && [...classWeights];
  const weights = Array.from({ length: channels }, (_, channel) =>
    channel === 0 ? 0 : (classWeights?.[channel] ?? 1),
  );
  if (!weights.some((weight) => weight > 0)) {
    throw new RangeError(
      `${owner}: got includeBackground false and no other channel that counts; expected at least one`,
    );
  }
  return weights;
}

/**
 * Σ w·ℓ / Σ w over all elements, 0 where no element has a weight.
 *
 * @param weights tensors that are multiplied with each other and broadcast to the values; none: the plain mean
 */
export function weightedMean(values: tf.Tensor, ...weights: (tf.Tensor | undefined)[]): tf.Scalar {
  const given = weights.filter((weight) => weight !== undefined);
  if (given.length === 0) return values.mean();
  const product = given.reduce((left, right) => left.mul(right)).broadcastTo(values.shape);
  return values.mul(product).sum().div(product.sum().maximum(EPSILON));
}

/**
 * Mean over pixels of terms that are summed over exclusive classes: Σ w·terms / Σ w·y, y the masks, w the weights of
 * the classes; 0 where no pixel counts.
 */
export function exclusiveMean(
  terms: tf.Tensor,
  { masks, counted }: Target,
  weights: tf.Tensor1D | undefined,
): tf.Scalar {
  if (weights !== undefined) return terms.mul(weights).sum().div(masks.mul(weights).sum().maximum(EPSILON));
  if (counted !== undefined) return terms.sum().div(masks.sum().maximum(EPSILON));
  return terms.sum(-1).mean();
}

/** Weights as a tensor that broadcasts along the last axis, or undefined. */
export function weightTensor(weights: readonly number[] | undefined): tf.Tensor1D | undefined {
  return weights && tf.tensor1d([...weights], 'float32');
}
