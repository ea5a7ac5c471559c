import { tf } from '../runtime';
import { checkOptions } from './options';
import { DICE, overlapLoss, SQUARABLE_OPTIONS, type SquarableOptions } from './overlap';
import { prepareTarget } from './target';

export type DiceLossOptions = SquarableOptions;

/**
 * Soft Dice loss, in [0, 1]: the mean over classes and images of
 *
 * 1 − (2·Σ p·y + s) / (Σ p + Σ y + s), p the probabilities, y the masks, s = `smooth`
 *
 * (Milletari et al. 2016 with `squared`: Σ p² + Σ y² below the line). Equal to MONAI's `DiceLoss` with
 * `smooth_nr = smooth_dr = s` (`batch`, `squared_pred`), and with `per: 'batch', emptyMasks: 'zero'` to
 * segmentation_models_pytorch's with `smooth = s / 2`.
 *
 * Shape: labels and logits as in `LossOptions` → scalar
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function diceLoss(labels: tf.Tensor, logits: tf.Tensor, options: DiceLossOptions = {}): tf.Scalar {
  checkOptions('diceLoss', options, SQUARABLE_OPTIONS);
  return tf.tidy(() => {
    const target = prepareTarget('diceLoss', labels, logits, options);
    return overlapLoss('diceLoss', target, logits, options, DICE);
  });
}
