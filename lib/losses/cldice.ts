import { tf } from '../runtime';
import { channelWeights, EPSILON, weightTensor } from './mean';
import { checkOptions, type LossOptions } from './options';
import { DICE, overlapLoss, pixelSum } from './overlap';
import { softSkeleton } from './soft-skeleton';
import { prepareTarget, probabilities } from './target';

const OPTIONS = [
  'mode',
  'ignoreIndex',
  'includeBackground',
  'per',
  'smooth',
  'lambda',
  'iterations',
] as const;

export type ClDiceLossOptions = Pick<LossOptions, (typeof OPTIONS)[number]>;

/** In the denominator of the harmonic mean, as in MONAI. */
const HARMONIC_EPSILON = 1e-4;

/**
 * Centreline Dice for thin, branching structures (Shit et al. 2021), in [0, 1]: λ·(1 − clDice) + (1 − λ)·`diceLoss`,
 * λ = `lambda`. clDice is the harmonic mean of
 *
 * - precision, (Σ S(p)·y + s) / (Σ S(p) + s): the share of the predicted centreline inside of the true mask, and
 * - sensitivity, (Σ S(y)·p + s) / (Σ S(y) + s): the share of the true one inside of the prediction,
 *
 * S the soft skeleton after `iterations` erosions, s = `smooth`, sums over pixels and classes of an image. Equal to
 * MONAI's `SoftDiceclDiceLoss(alpha=λ)` and, with λ = 1, to its `SoftclDiceLoss`.
 *
 * Shape: labels and logits as in `LossOptions` → scalar
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function clDiceLoss(labels: tf.Tensor, logits: tf.Tensor, options: ClDiceLossOptions = {}): tf.Scalar {
  checkOptions('clDiceLoss', options, OPTIONS);
  const { includeBackground, per = 'image', smooth = 1, lambda = 0.5, iterations = 3 } = options;
  return tf.tidy(() => {
    const target = prepareTarget('clDiceLoss', labels, logits, options);
    const { masks } = target;
    const weights = weightTensor(channelWeights('clDiceLoss', logits.shape.at(-1)!, { includeBackground }));
    const predicted = probabilities(logits, target);
    const sum = (x: tf.Tensor): tf.Tensor => {
      const classes = pixelSum(masks.rank, per)(x); // [B, C] or [C]
      return (weights === undefined ? classes : classes.mul(weights)).sum(-1);
    };
    const shareInside = (skeleton: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
      sum(skeleton.mul(mask)).add(smooth).div(sum(skeleton).add(smooth).maximum(EPSILON));

    const precision = shareInside(softSkeleton(predicted, iterations), masks);
    const sensitivity = shareInside(softSkeleton(masks, iterations), predicted);
    const harmonic = precision.mul(sensitivity).mul(2).div(precision.add(sensitivity).add(HARMONIC_EPSILON));
    const centreline = tf.sub(1, harmonic.mean()) as tf.Scalar;
    if (lambda === 1) return centreline;
    const dice = overlapLoss('clDiceLoss', target, logits, { includeBackground, per, smooth }, DICE);
    return centreline.mul(lambda).add(dice.mul(1 - lambda));
  });
}
