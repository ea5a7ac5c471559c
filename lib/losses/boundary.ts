import { requireSpacing } from '../metrics/grid';
import { tf } from '../runtime';
import { distanceMap } from './distance-map';
import { channelWeights, weightedMean, weightTensor } from './mean';
import { checkOptions, type LossOptions } from './options';
import { prepareTarget, probabilities } from './target';

const OPTIONS = ['mode', 'ignoreIndex', 'classWeights', 'includeBackground', 'spacing'] as const;

export type BoundaryLossOptions = Pick<LossOptions, (typeof OPTIONS)[number]>;

/**
 * Boundary loss (Kervadec et al. 2019): the mean over pixels of p·φ, p the probability and φ the signed distance to
 * the boundary of the true mask: outside, the distance to the nearest true pixel; inside, minus that to the nearest
 * one outside, plus one pixel (the smallest spacing), so that the innermost rim is 0. φ is 0 for masks without a
 * boundary.
 *
 * Negative where most of the prediction is inside; the smallest value is that of the mask itself. It is meant beside
 * an overlap, whose share falls while training goes on: (1 − a)·Dice + a·boundary. Equal to MONAI's `BoundaryLoss`.
 * The distances are computed on the CPU at each call.
 *
 * Shape: labels and logits as in `LossOptions` → scalar, in the unit of `spacing`
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function boundaryLoss(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: BoundaryLossOptions = {},
): tf.Scalar {
  checkOptions('boundaryLoss', options, OPTIONS);
  return tf.tidy(() => {
    const target = prepareTarget('boundaryLoss', labels, logits, options);
    const spacing = requireSpacing('boundaryLoss', logits.shape.slice(1, -1), options.spacing);
    const rim = Math.min(...spacing);
    const weights = channelWeights('boundaryLoss', logits.shape.at(-1)!, options);
    const signed = distanceMap(target.masks, spacing, weights, (inside, outside) =>
      inside > 0 ? rim - inside : outside,
    );
    const elements = probabilities(logits, target).mul(signed);
    return weightedMean(elements, weightTensor(weights), target.counted);
  });
}
