import { Confusion, requireSameLength, Values } from './confusion';

export interface ConfusionMatrixOptions {
  /** How many classes there are: labels are 0 … classes − 1. */
  classes: number;
  /**
   * Pixels of this true label are left out, whatever was predicted there. Often 255 (unlabelled); one of the classes is
   * possible too, which then has no score of its own (as in torchmetrics).
   */
  ignoreIndex?: number;
}

/** Pixels counted by true and predicted class. */
export interface ConfusionMatrix {
  classes: number;
  /** Row-major [truth, prediction]: counts[t · classes + p] pixels of class t were given class p. */
  counts: Float64Array;
  ignoreIndex?: number;
}

/**
 * Counts how often each true class was given each label, in one scan.
 *
 * @param prediction label of each pixel, such as the argmax over the channels of a network's output
 * @param truth label of the same pixels
 * @throws RangeError for different lengths, labels that are not integers in 0 … classes − 1, fewer than 1 class, and an
 *   ignoreIndex that is no integer
 */
export function confusionMatrix(
  prediction: Values,
  truth: Values,
  { classes, ignoreIndex }: ConfusionMatrixOptions,
): ConfusionMatrix {
  requireSameLength('confusionMatrix', prediction, truth, 'labels');
  requireClasses('confusionMatrix', classes);
  requireIgnoreIndex('confusionMatrix', ignoreIndex);
  const counts = new Float64Array(classes * classes);
  for (let index = 0; index < truth.length; index++) {
    const row = truth[index];
    if (row === ignoreIndex) continue;
    const column = prediction[index];
    // x >>> 0 is x for every integer in 0 … 2³² − 1 and for nothing else
    if (row >>> 0 !== row || row >= classes) throw labelError('true', row, index, classes);
    if (column >>> 0 !== column || column >= classes) throw labelError('predicted', column, index, classes);
    counts[row * classes + column]++;
  }
  return { classes, counts, ignoreIndex };
}

function labelError(side: string, label: number, index: number, classes: number): RangeError {
  return new RangeError(
    `confusionMatrix: got ${side} label ${label} at pixel ${index}; expected an integer from 0 to ${classes - 1}: ` +
      (side === 'true'
        ? 'raise classes, or name a label to leave out as ignoreIndex'
        : 'raise classes, or take the argmax of probabilities first'),
  );
}

/**
 * The matrix of all pixels of several images: scores of the sum weigh every pixel alike, where `averageClassScores`
 * weighs every image alike.
 *
 * @throws RangeError for no matrices, or other classes or ignored labels in one than in the next
 */
export function sumConfusionMatrices(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  if (matrices.length === 0) {
    throw new RangeError('sumConfusionMatrices: got no matrices; expected at least 1');
  }
  const [{ classes, ignoreIndex }] = matrices;
  const counts = new Float64Array(classes * classes);
  for (const matrix of matrices) {
    if (matrix.classes !== classes || matrix.ignoreIndex !== ignoreIndex) {
      throw new RangeError(
        `sumConfusionMatrices: got matrices of ${classes} classes (ignoreIndex ${ignoreIndex}) and of ` +
          `${matrix.classes} (ignoreIndex ${matrix.ignoreIndex}); expected the same in all`,
      );
    }
    matrix.counts.forEach((count, cell) => (counts[cell] += count));
  }
  return { classes, counts, ignoreIndex };
}

/**
 * One class against all others: what `diceScore`, `iouScore`, `sensitivity` and their kin take.
 *
 * @throws RangeError for a class that the matrix does not have
 */
export function classConfusion({ classes, counts }: ConfusionMatrix, index: number): Confusion {
  if (!Number.isInteger(index) || index < 0 || index >= classes) {
    throw new RangeError(`classConfusion: got class ${index}; expected an integer from 0 to ${classes - 1}`);
  }
  let truths = 0;
  let predictions = 0;
  let all = 0;
  for (let row = 0; row < classes; row++) {
    predictions += counts[row * classes + index];
    truths += counts[index * classes + row];
    for (let column = 0; column < classes; column++) all += counts[row * classes + column];
  }
  const truePositives = counts[index * classes + index];
  return {
    truePositives,
    falsePositives: predictions - truePositives,
    falseNegatives: truths - truePositives,
    trueNegatives: all - truths - predictions + truePositives,
  };
}

/** @throws RangeError unless classes is an integer above 0 */
export function requireClasses(owner: string, classes: number): void {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new RangeError(`${owner}: got ${classes} classes; expected an integer above 0`);
  }
}

/** @throws RangeError unless ignoreIndex is an integer or not given */
export function requireIgnoreIndex(owner: string, ignoreIndex: number | undefined): void {
  if (ignoreIndex !== undefined && !Number.isSafeInteger(ignoreIndex)) {
    throw new RangeError(`${owner}: got ignoreIndex ${ignoreIndex}; expected an integer, such as 255`);
  }
}
