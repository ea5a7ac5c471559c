import { maximumWeightMatching } from './bipartite-matching';
import { Values } from './confusion';
import { meanWithoutNaN } from './class-scores';
import { InstanceOptions, InstanceOverlap, instanceOverlap } from './instance-overlap';

/** Instances counted by whether they found a partner. */
export interface InstanceCounts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

export interface InstanceMatching extends InstanceCounts {
  /** The matched labels and their intersection over union, by ascending true label. */
  matches: { truth: number; prediction: number; iou: number }[];
  /** Labels of the false negatives and the false positives, ascending. */
  missed: number[];
  spurious: number[];
}

export interface MatchOptions extends InstanceOptions {
  /** Least intersection over union of a match, in (0, 1]; default 0.5. */
  threshold?: number;
}

/**
 * Matches the instances of a prediction and the truth one to one: as many pairs of IoU ≥ threshold as possible, and
 * among those choices the one with the largest sum of IoU. Above 0.5 there is only one choice.
 *
 * @param prediction label of each pixel, 0 for background; any non-negative integers
 * @param truth labels of the same pixels
 * @throws RangeError for different lengths, labels that are not non-negative integers, and a threshold outside (0, 1]
 */
export function matchInstances(
  prediction: Values,
  truth: Values,
  { threshold = 0.5, ignoreIndex }: MatchOptions = {},
): InstanceMatching {
  requireThreshold('matchInstances', threshold);
  const overlap = instanceOverlap('matchInstances', prediction, truth, { ignoreIndex });
  const matched = matchOverlap(overlap, threshold);
  const { pairs } = overlap;
  const { missed, spurious } = unmatched(overlap, matched);
  return {
    truePositives: matched.length,
    falsePositives: spurious.length,
    falseNegatives: missed.length,
    matches: matched.map((pair) => ({
      truth: overlap.truth.labels[pairs.truth[pair]],
      prediction: overlap.prediction.labels[pairs.prediction[pair]],
      iou: pairs.iou[pair],
    })),
    missed: missed.map((index) => overlap.truth.labels[index]),
    spurious: spurious.map((index) => overlap.prediction.labels[index]),
  };
}

export interface AveragePrecision {
  thresholds: number[];
  /** What was counted at each threshold: sums over images, for a precision of all instances together. */
  counts: InstanceCounts[];
  /** TP / (TP + FP + FN) at each threshold; NaN where there is no instance on either side. */
  precision: number[];
  /** Mean over the thresholds: the score of the Data Science Bowl 2018 for one image. */
  mean: number;
}

export interface AveragePrecisionOptions extends InstanceOptions {
  /** Least IoU of a match, each in (0, 1]; default 0.5, 0.55 … 0.95. */
  thresholds?: readonly number[];
}

const THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/**
 * Average precision of instances as the Data Science Bowl 2018, StarDist and Cellpose define it: TP / (TP + FP + FN) of
 * the one-to-one matching at each IoU threshold, and its mean (no area under a precision-recall curve: there is no
 * confidence to rank by). An image without instances on either side has NaN (0 in StarDist): leave it out of means.
 *
 * @throws RangeError as `matchInstances`, and for no thresholds
 */
export function averagePrecision(
  prediction: Values,
  truth: Values,
  { thresholds = THRESHOLDS, ignoreIndex }: AveragePrecisionOptions = {},
): AveragePrecision {
  if (thresholds.length === 0) {
    throw new RangeError('averagePrecision: got no thresholds; expected at least 1, such as 0.5');
  }
  for (const threshold of thresholds) requireThreshold('averagePrecision', threshold);
  const overlap = instanceOverlap('averagePrecision', prediction, truth, { ignoreIndex });
  const counts = thresholds.map((threshold) => countInstances(overlap, matchOverlap(overlap, threshold)));
  const precision = counts.map(
    ({ truePositives, falsePositives, falseNegatives }) =>
      truePositives / (truePositives + falsePositives + falseNegatives),
  );
  return { thresholds: [...thresholds], counts, precision, mean: meanWithoutNaN(precision) };
}

/** Indices of the matched pairs: as many of IoU ≥ threshold as possible, then the largest sum of IoU. */
function matchOverlap({ pairs, truth }: InstanceOverlap, threshold: number): number[] {
  const good = pairIndices(pairs.iou, (iou) => iou >= threshold);
  // one more match outweighs every sum of IoU, which is at most 1 a match
  const base = truth.labels.length + 1;
  return maximumWeightMatching({
    row: good.map((pair) => pairs.truth[pair]),
    column: good.map((pair) => pairs.prediction[pair]),
    weight: good.map((pair) => base + pairs.iou[pair]),
  }).map((edge) => good[edge]);
}

/** Indices of the pairs whose IoU passes. */
export function pairIndices(iou: Float64Array, passes: (iou: number) => boolean): number[] {
  const indices: number[] = [];
  iou.forEach((value, pair) => passes(value) && indices.push(pair));
  return indices;
}

/** Counts of a matching given as indices of pairs. */
function countInstances(overlap: InstanceOverlap, matched: readonly number[]): InstanceCounts {
  const { missed, spurious } = unmatched(overlap, matched);
  return {
    truePositives: matched.length,
    falsePositives: spurious.length,
    falseNegatives: missed.length,
  };
}

/**
 * Indices of the instances without a partner, less those that lie in ignored pixels: predictions by more than half, true
 * instances never (they have no ignored pixels).
 */
export function unmatched(
  { truth, prediction, pairs }: InstanceOverlap,
  matched: readonly number[],
): { missed: number[]; spurious: number[] } {
  const found = new Uint8Array(truth.labels.length);
  const used = new Uint8Array(prediction.labels.length);
  for (const pair of matched) {
    found[pairs.truth[pair]] = 1;
    used[pairs.prediction[pair]] = 1;
  }
  const alone = (taken: Uint8Array) => Array.from(taken.keys()).filter((index) => !taken[index]);
  return {
    missed: alone(found),
    spurious: alone(used).filter((index) => prediction.ignoredAreas[index] <= prediction.areas[index]),
  };
}

function requireThreshold(owner: string, threshold: number): void {
  if (!(threshold > 0 && threshold <= 1)) {
    throw new RangeError(`${owner}: got threshold ${threshold}; expected a number in (0, 1], such as 0.5`);
  }
}
