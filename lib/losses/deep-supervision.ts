import { tf } from '../runtime';
import { requireNames } from './options';

export interface DeepSupervisionLossOptions {
  /** Loss of one output, such as `diceLoss` or `(labels, logits) => diceLoss(labels, logits, { per: 'batch' })`. */
  loss: (labels: tf.Tensor, logits: tf.Tensor) => tf.Scalar;
  /** Weight of each output in the mean; only their ratios matter, one of 0 is left out. Default 1, ½, ¼, … */
  levelWeights?: readonly number[];
}

/**
 * Deep supervision (Lee et al. 2015): Σ wᵢ·loss(labelsᵢ, logitsᵢ) / Σ wᵢ over a network's outputs, the one that
 * counts most first, wᵢ = 1/2ⁱ. Labels are resized to each output by nearest neighbour: output pixel i takes label
 * ⌊(i + ½)·old / new⌋. Weights 1/2ⁱ that sum to 1 are nnU-Net's; MONAI's `DeepSupervisionLoss` is this times their sum.
 *
 * Shape: labels as the loss takes them; logits [B, H, W, C] or [B, D, H, W, C], or a list of such with different
 * sizes → scalar. A single tensor is a list of one.
 *
 * @throws RangeError for no outputs, another number of weights than outputs, and weights that are negative or all 0
 */
export function deepSupervisionLoss(
  labels: tf.Tensor,
  logits: tf.Tensor | readonly tf.Tensor[],
  options: DeepSupervisionLossOptions,
): tf.Scalar {
  requireNames('deepSupervisionLoss', options, ['loss', 'levelWeights']);
  const { loss, levelWeights } = options;
  const outputs = logits instanceof tf.Tensor ? [logits] : logits;
  const weights = levelWeights ?? outputs.map((_, level) => 1 / 2 ** level);
  requireWeights(weights, outputs.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return tf.tidy(() => {
    const parts = outputs.flatMap((output, level) => {
      if (weights[level] === 0) return [];
      const resized = resizeLabels(labels, output.shape.slice(1, -1));
      return [loss(resized, output).mul<tf.Scalar>(weights[level] / total)];
    });
    return parts.reduce((left, right) => left.add(right));
  });
}

function requireWeights(weights: readonly number[], outputs: number): void {
  if (outputs === 0) throw new RangeError('deepSupervisionLoss: got no outputs; expected at least one');
  const fit = weights.length === outputs && weights.every((weight) => weight >= 0 && weight < Infinity);
  if (!fit || !weights.some((weight) => weight > 0)) {
    throw new RangeError(
      `deepSupervisionLoss: got levelWeights [${weights.join(', ')}] for ${outputs} outputs; expected a number of ` +
        'at least 0 for each, not all of them 0',
    );
  }
}

/** Nearest neighbours along axes 1, 2, … of the labels, to the given sizes. */
function resizeLabels(labels: tf.Tensor, sizes: readonly number[]): tf.Tensor {
  return sizes.reduce((result, size, index) => {
    const before = labels.shape[index + 1];
    if (before === size) return result;
    const nearest = Int32Array.from({ length: size }, (_, i) => Math.floor(((i + 0.5) * before) / size));
    return result.gather(tf.tensor1d(nearest, 'int32'), index + 1);
  }, labels);
}
