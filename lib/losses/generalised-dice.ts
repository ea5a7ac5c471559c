import { tf } from '../runtime';
import { channelWeights, EPSILON, weightTensor } from './mean';
import { checkOptions, type LossOptions, type Weighting } from './options';
import { pixelSum } from './overlap';
import { prepareTarget, probabilities } from './target';

const OPTIONS = ['mode', 'ignoreIndex', 'includeBackground', 'per', 'smooth', 'weighting'] as const;

export type GeneralisedDiceLossOptions = Pick<LossOptions, (typeof OPTIONS)[number]>;

/**
 * Generalised Dice loss (Sudre et al. 2017), in [0, 1]: the mean over images of
 *
 * 1 − (2·Σ w·TP + s) / (Σ w·(Σ p + Σ y) + s), sums over classes, TP = Σ p·y, w = 1 / (Σ y)² (`weighting`), s = `smooth`
 *
 * A class without pixels gets the largest weight of the others. Weights are divided by the largest, so that s counts
 * pixels of the smallest class whatever the size of the image. Equal to MONAI's `GeneralizedDiceLoss` with
 * `smooth_nr = smooth_dr = s·max(w)`, but where all masks are empty: MONAI's weights are 0 then, these are 1, so that
 * predicted pixels still cost.
 *
 * Shape: labels and logits as in `LossOptions` → scalar
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function generalisedDiceLoss(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: GeneralisedDiceLossOptions = {},
): tf.Scalar {
  const owner = 'generalisedDiceLoss';
  checkOptions(owner, options, OPTIONS);
  const { per = 'image', smooth = 1e-6, weighting = 'square' } = options;
  return tf.tidy(() => {
    const target = prepareTarget(owner, labels, logits, options);
    const chosen = channelWeights(owner, logits.shape.at(-1)!, options);
    const { masks } = target;
    const predicted = probabilities(logits, target);
    const sum = pixelSum(masks.rank, per); // [B, …, C] → [B, C] or [C]
    const truth = sum(masks);
    const weights = volumeWeights(truth, weighting, weightTensor(chosen));
    const overClasses = (x: tf.Tensor): tf.Tensor => x.mul(weights).sum(-1);
    const found = overClasses(sum(predicted.mul(masks)))
      .mul(2)
      .add(smooth);
    const all = overClasses(sum(predicted).add(truth)).add(smooth);
    return tf.sub(1, found.div(all.maximum(EPSILON))).mean<tf.Scalar>();
  });
}

/** Weights of the classes, the largest 1; [B, C] or [C]. `chosen` is 0 for a class that does not count. */
function volumeWeights(truth: tf.Tensor, weighting: Weighting, chosen: tf.Tensor | undefined): tf.Tensor {
  if (weighting === 'uniform') return chosen ?? tf.onesLike(truth);
  const counts = chosen === undefined ? truth : truth.mul(chosen);
  const volumes = weighting === 'square' ? counts.square() : counts;
  const smallest = tf.where(volumes.greater(0), volumes, tf.fill(volumes.shape, Infinity)).min(-1, true);
  // smallest / volume is the weight over the largest one; a class without pixels has that of the smallest class
  const relative = tf.where(volumes.greater(0), smallest.div(volumes), tf.onesLike(volumes));
  return chosen === undefined ? relative : relative.mul(chosen);
}
