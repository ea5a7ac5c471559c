import { tf } from '../runtime';
import { binaryTerms } from './binary-cross-entropy';
import { channelWeights, exclusiveMean, weightedMean, weightTensor } from './mean';
import { checkOptions, type LossOptions } from './options';
import { prepareTarget, type Target } from './target';

export const CROSS_ENTROPY_OPTIONS = [
  'mode',
  'ignoreIndex',
  'classWeights',
  'positiveWeight',
  'labelSmoothing',
] as const;

export type CrossEntropyOptions = Pick<LossOptions, (typeof CROSS_ENTROPY_OPTIONS)[number]>;

/**
 * Cross-entropy of logits: the mean over pixels of −log p, p the probability given to the true class.
 *
 * With masks y, softmax p, class weights w and label smoothing ε over C classes:
 * −Σ w·((1 − ε)·y + ε/C)·log p / Σ w·y, sums over pixels and classes. Equal to PyTorch's
 * `CrossEntropyLoss(weight, ignore_index, label_smoothing)`, but 0 where all pixels are ignored. In the modes 'binary'
 * and 'multilabel' it is `binaryCrossEntropy`.
 *
 * Shape: labels and logits as in `LossOptions` → scalar. An untrained network scores about ln C.
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function crossEntropy(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: CrossEntropyOptions = {},
): tf.Scalar {
  checkOptions('crossEntropy', options, CROSS_ENTROPY_OPTIONS);
  return tf.tidy(() => {
    const target = prepareTarget('crossEntropy', labels, logits, options);
    return crossEntropyOf('crossEntropy', target, logits, options);
  });
}

/** `crossEntropy` of a prepared target. */
export function crossEntropyOf(
  owner: string,
  target: Target,
  logits: tf.Tensor,
  options: CrossEntropyOptions,
): tf.Scalar {
  refusePositiveWeight(owner, target, options);
  // Alone: the background counts here even where the options leave it out of a Dice loss beside.
  const { classWeights, labelSmoothing } = options;
  const weights = weightTensor(channelWeights(owner, logits.shape.at(-1)!, { classWeights }));
  if (!target.exclusive) {
    return weightedMean(binaryTerms(owner, target.masks, logits, options), weights, target.counted);
  }
  return exclusiveMean(logTerms(target, logits, labelSmoothing), target, weights);
}

/** Cross-entropy of each pixel [B, …] in mode 'multiclass', of each element [B, …, C] else; 0 where ignored. */
export function pixelCrossEntropy(
  owner: string,
  target: Target,
  logits: tf.Tensor,
  options: Pick<CrossEntropyOptions, 'positiveWeight' | 'labelSmoothing'>,
): tf.Tensor {
  refusePositiveWeight(owner, target, options);
  if (target.exclusive) return logTerms(target, logits, options.labelSmoothing).sum(-1);
  const terms = binaryTerms(owner, target.masks, logits, options);
  return target.counted === undefined ? terms : terms.mul(target.counted);
}

/** −((1 − ε)·y + ε/C)·log p, 0 where ignored. [B, …, C] */
function logTerms({ masks, counted }: Target, logits: tf.Tensor, labelSmoothing = 0): tf.Tensor {
  let y = masks;
  if (labelSmoothing > 0) {
    const spread = labelSmoothing / logits.shape.at(-1)!;
    y = masks.mul(1 - labelSmoothing).add(counted === undefined ? spread : counted.mul(spread));
  }
  return tf.logSoftmax(logits).mul(y.neg());
}

function refusePositiveWeight(
  owner: string,
  { exclusive }: Target,
  { positiveWeight }: Pick<CrossEntropyOptions, 'positiveWeight'>,
): void {
  if (exclusive && positiveWeight !== undefined) {
    throw new RangeError(
      `${owner}: got positiveWeight in mode 'multiclass'; expected it for sigmoids only: use classWeights`,
    );
  }
}
