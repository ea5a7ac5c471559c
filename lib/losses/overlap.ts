import { tf } from '../runtime';
import { channelWeights, EPSILON, weightedMean, weightTensor } from './mean';
import type { LossOptions } from './options';
import { probabilities, type Target } from './target';

/** Options of all losses that count an overlap for each class. */
export const OVERLAP_OPTIONS = [
  'mode',
  'ignoreIndex',
  'classWeights',
  'includeBackground',
  'per',
  'smooth',
  'emptyMasks',
] as const;

/** Those of Dice and Jaccard. Tversky's false positives of squares could be negative: it lacks `squared`. */
export const SQUARABLE_OPTIONS = [...OVERLAP_OPTIONS, 'squared'] as const;

export type SquarableOptions = Pick<LossOptions, (typeof SQUARABLE_OPTIONS)[number]>;

/**
 * Weights t, f and n of an overlap (t·TP + s) / (t·TP + f·FP + n·FN + s) of true positives, false positives and
 * false negatives, s being the smoothing: (2, 1, 1) is Dice, (1, 1, 1) Jaccard, (1, α, β) Tversky.
 */
export interface OverlapWeights {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

export const DICE: OverlapWeights = { truePositives: 2, falsePositives: 1, falseNegatives: 1 };
export const JACCARD: OverlapWeights = { truePositives: 1, falsePositives: 1, falseNegatives: 1 };

/**
 * Mean over classes (and images) of 1 − overlap, to the power of `gamma` where given.
 *
 * TP = Σ p·y, FP = Σ p − TP, FN = Σ y − TP with probabilities p and masks y; `squared` puts p² and y² into the sums
 * of FP and FN.
 *
 * @param owner name of the loss, for the message
 */
export function overlapLoss(
  owner: string,
  target: Target,
  logits: tf.Tensor,
  options: SquarableOptions,
  weights: OverlapWeights,
  gamma?: number,
): tf.Scalar {
  const { per = 'image', smooth = 1e-6, squared = false, emptyMasks = 'smooth' } = options;
  const classWeights = channelWeights(owner, logits.shape.at(-1)!, options);
  const { masks } = target;
  const predicted = probabilities(logits, target); // [B, …, C]
  const sum = pixelSum(masks.rank, per); // [B, …, C] → [B, C] or [C]

  const truth = sum(squared ? masks.square() : masks);
  const positives = sum(squared ? predicted.square() : predicted);
  const hits = sum(predicted.mul(masks));
  const overlap = (
    truePositives: tf.Tensor,
    falsePositives: tf.Tensor,
    falseNegatives: tf.Tensor,
  ): tf.Tensor => {
    const found = truePositives.mul(weights.truePositives).add(smooth);
    const missed = falsePositives.mul(weights.falsePositives).add(falseNegatives.mul(weights.falseNegatives));
    return found.div(found.add(missed).maximum(EPSILON));
  };

  const hasPixels = truth.greater(0);
  let score = overlap(hits, positives.sub(hits), truth.sub(hits));
  if (emptyMasks === 'background') {
    // Nothing is true: pixels not predicted are hits of the background, the others are false positives as before.
    const pixels = sum(target.counted ?? tf.onesLike(masks));
    const ofBackground = overlap(pixels.sub(sum(predicted)), positives, tf.scalar(0));
    score = tf.where(hasPixels, score, ofBackground);
  }
  let losses = tf.sub(1, score);
  // Below ε the power's slope, infinite at 0 for γ < 1, gives way to 0.
  if (gamma !== undefined) losses = losses.maximum(EPSILON).pow(gamma);
  const present = hasPixels.toFloat();
  if (emptyMasks === 'zero') losses = losses.mul(present);
  return weightedMean(losses, weightTensor(classWeights), emptyMasks === 'skip' ? present : undefined);
}

/** Sums over pixels: [B, …, C] → [B, C], or [C] where the batch is one. */
export function pixelSum(rank: number, per: 'image' | 'batch'): (x: tf.Tensor) => tf.Tensor {
  const axes = Array.from({ length: rank - 1 }, (_, axis) => axis).slice(per === 'batch' ? 0 : 1);
  return (x) => x.sum(axes);
}
