import { tf } from '../runtime';
import { checkOptions } from './options';
import { JACCARD, overlapLoss, SQUARABLE_OPTIONS, type SquarableOptions } from './overlap';
import { prepareTarget } from './target';

export type JaccardLossOptions = SquarableOptions;

/**
 * Soft Jaccard loss, in [0, 1]: the mean over classes and images of
 *
 * 1 − (Σ p·y + s) / (Σ p + Σ y − Σ p·y + s), p the probabilities, y the masks, s = `smooth`
 *
 * (Rahman and Wang 2016). Equal to MONAI's `DiceLoss(jaccard=True)` with `smooth_nr = smooth_dr = 2·s`, and with
 * `per: 'batch', emptyMasks: 'zero'` to segmentation_models_pytorch's `JaccardLoss`.
 *
 * Shape: labels and logits as in `LossOptions` → scalar
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function jaccardLoss(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: JaccardLossOptions = {},
): tf.Scalar {
  checkOptions('jaccardLoss', options, SQUARABLE_OPTIONS);
  return tf.tidy(() => {
    const target = prepareTarget('jaccardLoss', labels, logits, options);
    return overlapLoss('jaccardLoss', target, logits, options, JACCARD);
  });
}
