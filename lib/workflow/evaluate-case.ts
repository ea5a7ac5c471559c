import { confusion, diceScore, iouScore } from '../metrics/confusion';
import { averagePrecision } from '../metrics/instance-matching';
import { panopticQuality } from '../metrics/panoptic-quality';
import { surfaceDistances } from '../metrics/surface-distances';
import { averageSurfaceDistance, hausdorffDistance } from '../metrics/surface-scores';
import type { LabelValue } from './label-scheme';

/** How well a prediction meets its reference in one label or region; NaN where neither has it, but for the volumes. */
export interface RegionScores {
  /** 2·TP / (2·TP + FP + FN); 0 where only one has it */
  dice: number;
  /** TP / (TP + FP + FN); 0 where only one has it */
  iou: number;
  /** 95th percentile of the distances between the surfaces, the larger of both directions; Infinity where only one has it */
  hd95: number;
  /** Mean distance over both surfaces; Infinity where only one has it */
  averageSurfaceDistance: number;
  /** Predicted − true: mm³ or, of pictures, pixels */
  volumeDifference: number;
  predictedVolume: number;
  trueVolume: number;
}

/** How well instances are found; NaN where there are none on either side. */
export interface InstanceScores {
  /** TP / (TP + FP + FN) of instances matched at an IoU of at least 0.5 */
  ap50: number;
  /** Mean of the same over IoU thresholds 0.5, 0.55 … 0.95 */
  ap: number;
  /** Panoptic quality, sq · rq */
  pq: number;
  /** Mean IoU of the matched instances */
  sq: number;
  /** F1 score of finding instances */
  rq: number;
}

/** Two label maps of one grid. */
export interface LabelPair {
  prediction: Float32Array;
  truth: Float32Array;
  /** [height, width] or [depth, height, width] */
  shape: readonly number[];
  spacing: readonly number[];
  /** True label of elements that no score counts. */
  ignore?: number;
}

/** Scores of one label, or of a region of several; `'foreground'` is all but 0. */
export function scoresOfRegion(
  { prediction, truth, shape, spacing, ignore }: LabelPair,
  region: LabelValue | 'foreground',
): RegionScores {
  const labels = new Set(region === 'foreground' ? [] : [region].flat());
  const inside = (label: number) => (region === 'foreground' ? label !== 0 : labels.has(label));
  const [predicted, actual] = [new Uint8Array(truth.length), new Uint8Array(truth.length)];
  for (let at = 0; at < truth.length; at++) {
    if (truth[at] === ignore) continue;
    if (inside(prediction[at])) predicted[at] = 1;
    if (inside(truth[at])) actual[at] = 1;
  }
  const counts = confusion(predicted, actual);
  const distances = surfaceDistances(predicted, actual, shape, { spacing });
  const element = spacing.reduce((product, step) => product * step, 1);
  const predictedVolume = element * (counts.truePositives + counts.falsePositives);
  const trueVolume = element * (counts.truePositives + counts.falseNegatives);
  const there = predictedVolume + trueVolume > 0;
  return {
    dice: there ? diceScore(counts) : NaN,
    iou: there ? iouScore(counts) : NaN,
    hd95: hausdorffDistance(distances, { percentile: 95 }),
    averageSurfaceDistance: averageSurfaceDistance(distances),
    volumeDifference: predictedVolume - trueVolume,
    predictedVolume,
    trueVolume,
  };
}

/** Scores of instances: each label but 0 is one of them. */
export function instanceScores({ prediction, truth, ignore }: LabelPair): InstanceScores {
  const options = ignore === undefined ? {} : { ignoreIndex: ignore };
  const { precision, mean } = averagePrecision(prediction, truth, options);
  const { pq, sq, rq } = panopticQuality(prediction, truth, options);
  return { ap50: precision[0], ap: mean, pq, sq, rq };
}
