import { tf } from '../runtime';
import { channelWeights, EPSILON, exclusiveMean, weightedMean, weightTensor } from './mean';
import { checkOptions, type LossOptions } from './options';
import { prepareTarget, type Target } from './target';

const OPTIONS = ['mode', 'ignoreIndex', 'classWeights', 'alpha', 'gamma'] as const;

export type FocalLossOptions = Pick<LossOptions, (typeof OPTIONS)[number]>;

/**
 * Focal loss (Lin et al. 2017): the mean over pixels of α_t·(1 − p_t)^γ·(−log p_t), p_t the probability given to the
 * true label; γ = 0 without α is `crossEntropy`.
 *
 * α_t is `alpha` for positives and 1 − `alpha` for negatives; in mode 'multiclass' negatives are class 0. Labels are
 * hard: 0 or 1. Equal to MONAI's `FocalLoss` and, with a sigmoid, to segmentation_models_pytorch's; MONAI's with
 * `use_softmax` is divided by the number of classes besides.
 *
 * Shape: labels and logits as in `LossOptions` → scalar. An untrained binary network with γ = 2 scores about ¼·ln 2.
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function focalLoss(labels: tf.Tensor, logits: tf.Tensor, options: FocalLossOptions = {}): tf.Scalar {
  checkOptions('focalLoss', options, OPTIONS);
  return tf.tidy(() => {
    const target = prepareTarget('focalLoss', labels, logits, options);
    const channels = logits.shape.at(-1)!;
    const weights = weightTensor(channelWeights('focalLoss', channels, options));
    const { gamma = 2, alpha } = options;
    if (!target.exclusive) {
      return weightedMean(sigmoidTerms(target.masks, logits, gamma, alpha), weights, target.counted);
    }
    return exclusiveMean(softmaxTerms(target, logits, gamma, alpha), target, weights);
  });
}

/**
 * With z = x where y = 1 and −x where y = 0, p_t = σ(z): −log p_t = softplus(−z) and (1 − p_t)^γ = e^(−γ·softplus(z)),
 * finite with its slope everywhere. (z + softplus(−z) would save a softplus, but its slope is rounded off for large z.)
 *
 * Shape: [B, …, C]
 */
function sigmoidTerms(masks: tf.Tensor, logits: tf.Tensor, gamma: number, alpha?: number): tf.Tensor {
  const z = logits.mul(masks.mul(2).sub(1));
  const surprise = tf.softplus(z.neg());
  const terms = gamma === 0 ? surprise : surprise.mul(tf.softplus(z).mul(-gamma).exp());
  return alpha === undefined ? terms : terms.mul(masks.mul(2 * alpha - 1).add(1 - alpha));
}

/** [B, …, C], 0 but for the true class. Below 1 − p = 1e-7 the slope of the power, infinite for γ < 1, is 0. */
function softmaxTerms({ masks }: Target, logits: tf.Tensor, gamma: number, alpha?: number): tf.Tensor {
  const logs = tf.logSoftmax(logits);
  let factor = masks.neg();
  if (alpha !== undefined) {
    const others = Array.from({ length: logits.shape.at(-1)! - 1 }, () => alpha);
    factor = factor.mul(tf.tensor1d([1 - alpha, ...others]));
  }
  const terms = logs.mul(factor);
  return gamma === 0 ? terms : terms.mul(tf.sub(1, logs.exp()).maximum(EPSILON).pow(gamma));
}
