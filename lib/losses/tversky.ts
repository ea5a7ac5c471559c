import { tf } from '../runtime';
import { checkOptions, type LossOption, type LossOptions } from './options';
import { OVERLAP_OPTIONS, overlapLoss } from './overlap';
import { prepareTarget } from './target';

const TVERSKY_OPTIONS = [...OVERLAP_OPTIONS, 'falsePositiveWeight', 'falseNegativeWeight'] as const;
const FOCAL_TVERSKY_OPTIONS = [...TVERSKY_OPTIONS, 'gamma'] as const;

export type TverskyLossOptions = Pick<LossOptions, (typeof TVERSKY_OPTIONS)[number]>;
export type FocalTverskyLossOptions = Pick<LossOptions, (typeof FOCAL_TVERSKY_OPTIONS)[number]>;

/**
 * Tversky loss (Salehi et al. 2017), in [0, 1]: the mean over classes and images of
 *
 * 1 − (TP + s) / (TP + α·FP + β·FN + s), s = `smooth`, α = `falsePositiveWeight`, β = `falseNegativeWeight`,
 *
 * with TP = Σ p·y, FP = Σ p·(1 − y), FN = Σ (1 − p)·y. α = β = ½ is Dice with twice the smoothing, α = β = 1 Jaccard;
 * β above α finds more at the price of false alarms. Equal to MONAI's `TverskyLoss`, whose defaults are ½ and ½.
 *
 * Shape: labels and logits as in `LossOptions` → scalar
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function tverskyLoss(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: TverskyLossOptions = {},
): tf.Scalar {
  return compute('tverskyLoss', labels, logits, options, TVERSKY_OPTIONS);
}

/**
 * Focal Tversky loss (Abraham and Khan 2019), in [0, 1]: the mean over classes and images of
 *
 * (1 − Tversky index)^γ, γ = `gamma`; their γ is one over ours: 4/3 there is the default 0.75 here.
 *
 * γ < 1 makes the slope steeper near the optimum; below 1 − index = 1e-7 it is 0, where that of the power is infinite.
 *
 * Shape: labels and logits as in `LossOptions` → scalar
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function focalTverskyLoss(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: FocalTverskyLossOptions = {},
): tf.Scalar {
  return compute('focalTverskyLoss', labels, logits, options, FOCAL_TVERSKY_OPTIONS, options.gamma ?? 0.75);
}

function compute(
  owner: string,
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: TverskyLossOptions,
  valid: readonly LossOption[],
  gamma?: number,
): tf.Scalar {
  checkOptions(owner, options, valid);
  const { falsePositiveWeight = 0.3, falseNegativeWeight = 0.7 } = options;
  const weights = {
    truePositives: 1,
    falsePositives: falsePositiveWeight,
    falseNegatives: falseNegativeWeight,
  };
  return tf.tidy(() => {
    const target = prepareTarget(owner, labels, logits, options);
    return overlapLoss(owner, target, logits, options, weights, gamma);
  });
}
