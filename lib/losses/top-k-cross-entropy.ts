import { tf } from '../runtime';
import { pixelCrossEntropy } from './cross-entropy';
import { checkOptions, type LossOptions } from './options';
import { prepareTarget } from './target';

const OPTIONS = ['mode', 'ignoreIndex', 'positiveWeight', 'labelSmoothing', 'topPercent'] as const;

export type TopKCrossEntropyOptions = Pick<LossOptions, (typeof OPTIONS)[number]>;

/**
 * Cross-entropy averaged over the hardest pixels of the batch only (Wu et al. 2016): the ⌊n·topPercent/100⌋, at least
 * one, with the largest loss of all n, ignored ones included with loss 0. Equal to nnU-Net's `TopKLoss`; in the modes
 * 'binary' and 'multilabel' over the elements of `binaryCrossEntropy`.
 *
 * Shape: labels and logits as in `LossOptions` → scalar
 *
 * @throws RangeError for options, shapes or labels that do not fit
 */
export function topKCrossEntropy(
  labels: tf.Tensor,
  logits: tf.Tensor,
  options: TopKCrossEntropyOptions = {},
): tf.Scalar {
  checkOptions('topKCrossEntropy', options, OPTIONS);
  const { topPercent = 10 } = options;
  return tf.tidy(() => {
    const target = prepareTarget('topKCrossEntropy', labels, logits, options);
    const losses = pixelCrossEntropy('topKCrossEntropy', target, logits, options).flatten();
    return meanOfLargest(losses, Math.max(1, Math.floor((losses.size * topPercent) / 100)));
  });
}

/** Mean of the `count` largest values; its gradient, that tfjs lacks for `topk`, is 1/count at each of them. */
function meanOfLargest(values: tf.Tensor1D, count: number): tf.Scalar {
  const operation = tf.customGrad((x: tf.Tensor | tf.GradSaveFunc, save: tf.Tensor | tf.GradSaveFunc) => {
    const largest = tf.topk(x as tf.Tensor1D, count, false);
    (save as tf.GradSaveFunc)([largest.indices]);
    return {
      value: largest.values.mean<tf.Scalar>(),
      gradFunc: (dy: tf.Tensor, [indices]: tf.Tensor[]) =>
        tf.scatterND(indices.expandDims(1), tf.fill([count], 1 / count).mul(dy), values.shape),
    };
  });
  return operation(values) as tf.Scalar;
}
