import { combinedLoss, type CombinedLossOptions } from '../losses/combined';
import { deepSupervisionLoss } from '../losses/deep-supervision';
import type { tf } from '../runtime';
import type { Loss } from '../train/step';
import type { LabelScheme } from './label-scheme';

/**
 * nnU-Net's loss: cross-entropy plus Dice, of every output of the network with weight 1, ½, ¼, …; the coarsest counts
 * only where it is the only one. The background has no Dice of its own. Regions overlap, and have sigmoids.
 *
 * Shape: labels as `toTarget` makes them; logits of each level of the decoder → scalar, 1 above nnU-Net's value, where a
 * perfect Dice counts −1
 *
 * @param batchDice whether the overlap is counted over the batch as if it were one image
 */
export function trainingLoss(
  { regionOrder, ignore, heads }: Pick<LabelScheme, 'regionOrder' | 'ignore' | 'heads'>,
  batchDice: boolean,
): Loss<tf.Tensor | tf.Tensor[]> {
  const options: CombinedLossOptions = {
    mode: regionOrder ? (heads === 1 ? 'binary' : 'multilabel') : 'multiclass',
    includeBackground: regionOrder !== undefined,
    per: batchDice ? 'batch' : 'image',
    smooth: 1e-5,
    ...(ignore !== undefined && { ignoreIndex: ignore }),
  };
  const loss = (labels: tf.Tensor, logits: tf.Tensor) =>
    combinedLoss(labels, logits, options).mul<tf.Scalar>(2);
  return (labels, outputs) => {
    const levels = Array.isArray(outputs) ? outputs.length : 1;
    const levelWeights = Array.from({ length: levels }, (_, level) =>
      level > 0 && level === levels - 1 ? 0 : 1 / 2 ** level,
    );
    return deepSupervisionLoss(labels, outputs, { loss, levelWeights });
  };
}
