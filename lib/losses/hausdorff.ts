import { requireSpacing } from '../metrics/grid';
import { tf } from '../runtime';
import { distanceMap } from './distance-map';
import { channelWeights, weightedMean, weightTensor } from './mean';
import { checkOptions, type LossOptions } from './options';
import { prepareTarget, probabilities } from './target';

const OPTIONS = [
  'mode',
  'ignoreIndex',
  'classWeights',
  'includeBackground',
  'spacing',
  'distancePower',
] as const;

export type HausdorffLossOptions = Pick<LossOptions, (typeof OPTIONS)[number]>;

/**
 * Hausdorff loss by distance transforms (Karimi and Salcudean 2019): the mean over pixels of
 * (p − y)²·(d(p)^a + d(y)^a), p the probability, y the mask, a = `distancePower`, d the distance to the boundary of
 * y and of the mask p > ½, 0 for masks without a boundary.
 *
 * Distances are constants for the gradient. Equal to MONAI's `HausdorffDTLoss`, which leaves the background out by
 * default. Four distance transforms for each image and class, on the CPU, at each call: milliseconds for 128×128.
 *
 * Shape: labels and logits as in `LossOptions` → scalar, in the unit of `spacing` to the power a
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function hausdorffLoss(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: HausdorffLossOptions = {},
): tf.Scalar {
  checkOptions('hausdorffLoss', options, OPTIONS);
  const { distancePower = 2 } = options;
  return tf.tidy(() => {
    const target = prepareTarget('hausdorffLoss', labels, logits, options);
    const spacing = requireSpacing('hausdorffLoss', logits.shape.slice(1, -1), options.spacing);
    const weights = channelWeights('hausdorffLoss', logits.shape.at(-1)!, options);
    const { masks } = target;
    const predicted = probabilities(logits, target);
    const toBoundary = (mask: tf.Tensor): tf.Tensor =>
      distanceMap(mask, spacing, weights, (inside, outside) => (inside + outside) ** distancePower);
    const distances = toBoundary(predicted).add(toBoundary(masks));
    const elements = predicted.sub(masks).square().mul(distances);
    return weightedMean(elements, weightTensor(weights), target.counted);
  });
}
