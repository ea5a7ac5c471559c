import { diceScore, requireSameLength, type Values } from '../metrics/confusion';
import { requireIgnoreIndex } from '../metrics/confusion-matrix';

/** A validation image's foreground probabilities and its mask of 0 and 1. */
export interface ThresholdCase {
  probabilities: Values;
  truth: Values;
}

export interface ThresholdOptions {
  /** What to choose from; default 0.01, 0.02, …, 0.99. */
  thresholds?: readonly number[];
  /** 'cases', the default: the mean of the images' Dice; 'pixels': Dice of all their pixels together. */
  average?: 'cases' | 'pixels';
  /** Pixels of this true value are left out. */
  ignoreIndex?: number;
}

export interface ThresholdScore {
  threshold: number;
  dice: number;
}

export interface FittedThreshold extends ThresholdScore {
  /** All that were tried, ascending: what a chart of the choice draws. */
  scores: ThresholdScore[];
}

const EQUAL = 1e-12;

/**
 * The threshold of foreground probabilities with the best Dice on validation images; of equals the one nearest to 0.5.
 * Foreground is what is at least the threshold, as in `predictedLabels` and `confusion`.
 *
 * @throws RangeError for no case, lengths that differ, probabilities that are NaN, a truth other than 0 and 1, thresholds
 *   that are none, and an unknown average
 */
export function fitThreshold(
  cases: readonly ThresholdCase[],
  options: ThresholdOptions = {},
): FittedThreshold {
  const owner = 'fitThreshold';
  const { average = 'cases', ignoreIndex } = options;
  requireIgnoreIndex(owner, ignoreIndex);
  const thresholds = [...(options.thresholds ?? percents())].sort((a, b) => a - b);
  if (thresholds.length === 0 || !thresholds.every(Number.isFinite)) {
    throw new RangeError(
      `${owner}: got thresholds [${thresholds.join(', ')}]; expected finite numbers, at least one`,
    );
  }
  if (average !== 'cases' && average !== 'pixels') {
    throw new RangeError(`${owner}: got average '${String(average)}'; expected 'cases' or 'pixels'`);
  }
  if (cases.length === 0) throw new RangeError(`${owner}: got no case; expected at least one`);

  const counts = cases.map((one, index) => countAbove(owner, one, index, thresholds, ignoreIndex));
  const scores = thresholds.map((threshold, step) => {
    const each = counts.map(({ found, foundTrue, positives }) => ({
      truePositives: foundTrue[step],
      falsePositives: found[step] - foundTrue[step],
      falseNegatives: positives - foundTrue[step],
      trueNegatives: 0, // Dice does not ask for them
    }));
    const dice =
      average === 'cases'
        ? each.reduce((sum, confusion) => sum + diceScore(confusion), 0) / each.length
        : diceScore(each.reduce(together));
    return { threshold, dice };
  });
  const most = Math.max(...scores.map(({ dice }) => dice));
  const best = scores
    .filter(({ dice }) => dice >= most - EQUAL)
    .reduce((a, b) => (Math.abs(b.threshold - 0.5) < Math.abs(a.threshold - 0.5) ? b : a));
  return { ...best, scores };
}

type Counts = Parameters<typeof diceScore>[0];

const together = (a: Counts, b: Counts): Counts => ({
  truePositives: a.truePositives + b.truePositives,
  falsePositives: a.falsePositives + b.falsePositives,
  falseNegatives: a.falseNegatives + b.falseNegatives,
  trueNegatives: 0,
});

const percents = () => Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

/** Pixels, and true ones, that are at least each threshold: counted once for all thresholds. */
function countAbove(
  owner: string,
  { probabilities, truth }: ThresholdCase,
  index: number,
  thresholds: readonly number[],
  ignoreIndex: number | undefined,
) {
  requireSameLength(owner, probabilities, truth);
  // reached[n]: pixels that are at least n of the thresholds
  const reached = new Float64Array(thresholds.length + 1);
  const reachedTrue = new Float64Array(thresholds.length + 1);
  let positives = 0;
  for (let pixel = 0; pixel < truth.length; pixel++) {
    const label = truth[pixel];
    if (label === ignoreIndex) continue;
    const probability = probabilities[pixel];
    if (Number.isNaN(probability) || (label !== 0 && label !== 1)) {
      throw new RangeError(
        `${owner}: got probability ${probability} and true value ${label} at pixel ${pixel} of case ${index}; expected ` +
          'a number, and 0 or 1',
      );
    }
    const steps = countUpTo(thresholds, probability);
    reached[steps]++;
    reachedTrue[steps] += label;
    positives += label;
  }
  for (let step = thresholds.length - 1; step >= 0; step--) {
    reached[step] += reached[step + 1];
    reachedTrue[step] += reachedTrue[step + 1];
  }
  return { found: reached.subarray(1), foundTrue: reachedTrue.subarray(1), positives };
}

/** How many of the ascending numbers are at most `value`. */
function countUpTo(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
