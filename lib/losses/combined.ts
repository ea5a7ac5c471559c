import { tf } from '../runtime';
import { CROSS_ENTROPY_OPTIONS, crossEntropyOf } from './cross-entropy';
import { checkOptions, type LossOptions } from './options';
import { DICE, overlapLoss, SQUARABLE_OPTIONS } from './overlap';
import { prepareTarget } from './target';

const OPTIONS = [...new Set([...CROSS_ENTROPY_OPTIONS, ...SQUARABLE_OPTIONS, 'lambda'] as const)];

export type CombinedLossOptions = Pick<LossOptions, (typeof OPTIONS)[number]>;

/**
 * λ·`crossEntropy` + (1 − λ)·`diceLoss`, λ = `lambda`, with the options of both. λ = ½ is half of MONAI's
 * `DiceCELoss` and of nnU-Net's `DC_and_CE_loss` (plus ½ there, where Dice counts from −1).
 *
 * Shape: labels and logits as in `LossOptions` → scalar
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function combinedLoss(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: CombinedLossOptions = {},
): tf.Scalar {
  checkOptions('combinedLoss', options, OPTIONS);
  const { lambda = 0.5 } = options;
  return tf.tidy(() => {
    const target = prepareTarget('combinedLoss', labels, logits, options);
    const dice = overlapLoss('combinedLoss', target, logits, options, DICE);
    return crossEntropyOf('combinedLoss', target, logits, options)
      .mul(lambda)
      .add(dice.mul(1 - lambda));
  });
}
