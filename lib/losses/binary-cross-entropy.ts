import { tf } from '../runtime';
import { channelWeights, weightedMean, weightTensor } from './mean';
import { checkOptions, requireLength, type LossOptions } from './options';
import { maskTarget } from './target';

const OPTIONS = ['ignoreIndex', 'classWeights', 'positiveWeight', 'labelSmoothing'] as const;

export type BinaryCrossEntropyOptions = Pick<LossOptions, (typeof OPTIONS)[number]>;

/**
 * Weighted binary cross-entropy of logits, averaged over all elements.
 *
 * ℓ(x, y) = w·y·softplus(−x) + (1 − y)·softplus(x), with softplus(x) = log(1 + eˣ): the negative log-likelihood of y
 * under σ(x), finite for every finite logit; w = `positiveWeight`. Equal to PyTorch's
 * `BCEWithLogitsLoss(pos_weight=w)`; `labelSmoothing` ε puts (1 − ε)·y + ε/2 in the place of y, as Keras does.
 *
 * Shape: labels (0 to 1) and logits [...], the same, last axis the channels → scalar. An untrained network (x ≈ 0)
 * scores about ln 2 · (1 + (w − 1)·share of positives).
 *
 * @throws RangeError for options or labels out of their range and different shapes
 */
export function binaryCrossEntropy(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: BinaryCrossEntropyOptions = {},
): tf.Scalar {
  checkOptions('binaryCrossEntropy', options, OPTIONS);
  if (!tf.util.arraysEqual(labels.shape, logits.shape)) {
    throw new RangeError(
      `binaryCrossEntropy: got labels [${labels.shape}] and logits [${logits.shape}]; expected equal shapes`,
    );
  }
  return tf.tidy(() => {
    const { masks, counted } = maskTarget('binaryCrossEntropy', labels, options.ignoreIndex);
    const elements = binaryTerms('binaryCrossEntropy', masks, logits, options);
    const weights = channelWeights('binaryCrossEntropy', logits.shape.at(-1) ?? 1, options);
    return weightedMean(elements, weightTensor(weights), counted);
  });
}

/** ℓ of each element, [B, …, C]; options as in `binaryCrossEntropy`. */
export function binaryTerms(
  owner: string,
  masks: tf.Tensor,
  logits: tf.Tensor,
  { positiveWeight = 1, labelSmoothing = 0 }: Pick<LossOptions, 'positiveWeight' | 'labelSmoothing'>,
): tf.Tensor {
  const y = labelSmoothing === 0 ? masks : masks.mul(1 - labelSmoothing).add(labelSmoothing / 2);
  let extra: tf.Tensor | number;
  if (typeof positiveWeight === 'number') {
    extra = positiveWeight - 1;
  } else {
    requireLength(owner, 'positiveWeight', positiveWeight, logits.shape.at(-1) ?? 1, 'channel');
    extra = tf.tensor1d([...positiveWeight]).sub(1);
  }
  // softplus(x) = x + softplus(−x) leaves one softplus: (1 − y)·x + (1 + (w − 1)·y)·softplus(−x)
  const slope = tf.sub(1, y).mul(logits);
  const bend = tf.softplus(logits.neg());
  return slope.add(extra === 0 ? bend : bend.mul(y.mul(extra).add(1)));
}
