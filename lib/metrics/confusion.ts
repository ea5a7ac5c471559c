/** Any flat list of numbers: a typed array, or what `tensor.dataSync()` returns. */
export type Values = ArrayLike<number>;

/** @throws RangeError where prediction and truth are not equally long */
export function requireSameLength(owner: string, prediction: Values, truth: Values, what = 'values'): void {
  if (prediction.length !== truth.length) {
    throw new RangeError(
      `${owner}: got ${prediction.length} predicted and ${truth.length} true ${what}; expected as many of each`,
    );
  }
}

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
 * @throws RangeError for different lengths, a threshold or a truth that is NaN, and a prediction that is NaN (a network
 *   that diverged would score like one that finds nothing)
 */
export function confusion(prediction: Values, truth: Values, threshold = 0.5): Confusion {
  requireSameLength('confusion', prediction, truth);
  if (Number.isNaN(threshold))
    throw new RangeError('confusion: got threshold NaN; expected a number such as 0.5');
  let truePositives = 0;
  let falsePositives = 0;
  let positives = 0;
  for (let index = 0; index < truth.length; index++) {
    const positive = truth[index] >= 0.5;
    if (positive) positives++;
    else if (Number.isNaN(truth[index])) {
      throw new RangeError(`confusion: got NaN for true value ${index}; expected a mask of 0 and 1`);
    }
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

/**
 * Intersection over union TP / (TP + FP + FN) (Jaccard 1912), in [0, 1]; 1 where prediction and truth are both empty.
 * Dice = 2·IoU / (1 + IoU).
 */
export function iouScore({ truePositives, falsePositives, falseNegatives }: Confusion): number {
  const union = truePositives + falsePositives + falseNegatives;
  return union === 0 ? 1 : truePositives / union;
}

/** Share of the true pixels that were found, TP / (TP + FN), also called recall; NaN where the truth is empty. */
export function sensitivity({ truePositives, falseNegatives }: Confusion): number {
  return truePositives / (truePositives + falseNegatives);
}

/** Share of the background that was left alone, TN / (TN + FP); NaN where the truth is full. */
export function specificity({ trueNegatives, falsePositives }: Confusion): number {
  return trueNegatives / (trueNegatives + falsePositives);
}

/** Share of the predicted pixels that are right, TP / (TP + FP); NaN where nothing was predicted. */
export function precision({ truePositives, falsePositives }: Confusion): number {
  return truePositives / (truePositives + falsePositives);
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
