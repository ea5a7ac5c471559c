import { tf } from '../runtime';

export interface BinaryCrossEntropyOptions {
  /** Weight of the pixels whose label is 1; the others weigh 1. 9 makes up for membranes that fill a tenth. */
  positiveWeight?: number;
}

/**
 * Weighted binary cross-entropy of logits, averaged over all elements.
 *
 * ℓ(x, y) = w·y·softplus(−x) + (1 − y)·softplus(x), with softplus(x) = log(1 + eˣ): the negative log-likelihood of y
 * under σ(x), finite for every finite logit. Equal to PyTorch's `BCEWithLogitsLoss(pos_weight=w)`.
 *
 * Shape: labels (0 to 1) and logits [...], the same → scalar. An untrained network (x ≈ 0) scores about
 * ln 2 · (1 + (w − 1)·share of positives).
 *
 * @throws RangeError for different shapes or a positiveWeight that is not above 0
 */
export function binaryCrossEntropy(
  labels: tf.Tensor,
  logits: tf.Tensor,
  { positiveWeight = 1 }: BinaryCrossEntropyOptions = {},
): tf.Scalar {
  if (!tf.util.arraysEqual(labels.shape, logits.shape)) {
    throw new RangeError(
      `binaryCrossEntropy: got labels [${labels.shape}] and logits [${logits.shape}]; expected equal shapes`,
    );
  }
  if (!(positiveWeight > 0 && Number.isFinite(positiveWeight))) {
    throw new RangeError(
      `binaryCrossEntropy: got positiveWeight ${positiveWeight}; expected a number above 0`,
    );
  }
  return tf.tidy(() => {
    // softplus(x) = x + softplus(−x) leaves one softplus: (1 − y)·x + (1 + (w − 1)·y)·softplus(−x)
    const weights = labels.mul(positiveWeight - 1).add(1);
    const elements = tf
      .sub(1, labels)
      .mul(logits)
      .add(weights.mul(tf.softplus(logits.neg())));
    return elements.mean<tf.Scalar>();
  });
}
