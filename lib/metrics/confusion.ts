/** Any flat list of numbers: a typed array, or what `tensor.dataSync()` returns. */
export type Values = ArrayLike<number>;

/** Pixels counted by prediction and truth. */
export interface Confusion {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

/**
 * Counts agreement between a prediction and the truth.
 *
 * @param prediction probabilities or a 0/1 mask; positive where the value ≥ threshold
 * @param truth a 0/1 mask of the same length
 * @param threshold default 0.5
 * @throws RangeError for different lengths, a threshold that is NaN, and a prediction that is NaN (a network that
 *   diverged would score like one that finds nothing)
 */
export function confusion(prediction: Values, truth: Values, threshold = 0.5): Confusion {
  if (prediction.length !== truth.length) {
    throw new RangeError(
      `confusion: got ${prediction.length} predicted and ${truth.length} true values; expected as many of each`,
    );
  }
  if (Number.isNaN(threshold))
    throw new RangeError('confusion: got threshold NaN; expected a number such as 0.5');
  let truePositives = 0;
  let falsePositives = 0;
  let positives = 0;
  for (let index = 0; index < truth.length; index++) {
    const positive = truth[index] >= 0.5;
    if (positive) positives++;
    const value = prediction[index];
    if (Number.isNaN(value)) {
      throw new RangeError(
        `confusion: got NaN for predicted value ${index}; expected numbers: the network has diverged, ` +
          'train it again with a smaller learning rate',
      );
    }
    if (value >= threshold) {
      if (positive) truePositives++;
      else falsePositives++;
    }
  }
  return {
    truePositives,
    falsePositives,
    falseNegatives: positives - truePositives,
    trueNegatives: truth.length - positives - falsePositives,
  };
}

/**
 * Dice coefficient 2·TP / (2·TP + FP + FN) (Dice 1945), in [0, 1]; 1 where prediction and truth are both empty.
 */
export function diceScore({ truePositives, falsePositives, falseNegatives }: Confusion): number {
  const denominator = 2 * truePositives + falsePositives + falseNegatives;
  return denominator === 0 ? 1 : (2 * truePositives) / denominator;
}

/** Share of pixels that are wrong, (FP + FN) / all, in [0, 1]. */
export function pixelError({
  truePositives,
  falsePositives,
  falseNegatives,
  trueNegatives,
}: Confusion): number {
  const wrong = falsePositives + falseNegatives;
  return wrong / (wrong + truePositives + trueNegatives);
}
