import type { Samples } from '../io/image';
import { diceScore, iouScore, type Confusion } from '../metrics/confusion';
import type { LabelScheme } from './label-scheme';

/** nnU-Net's scores of one label or region in one case; null where neither has a voxel of it. */
export interface LabelScore {
  Dice: number | null;
  IoU: number | null;
  TP: number;
  FP: number;
  FN: number;
  TN: number;
  n_pred: number;
  n_ref: number;
}

/** By label, such as "1", or by region, such as "(1, 2)". */
export type LabelScores = Record<string, LabelScore>;

/** nnU-Net's summary.json. */
export interface ScoreSummary {
  /** Means over labels of the means over cases. */
  foreground_mean: { Dice: number | null; IoU: number | null };
  /** Means over the cases that have the label. */
  mean: Record<string, { Dice: number | null; IoU: number | null }>;
  metric_per_case: { case: string; metrics: LabelScores }[];
}

/** Scores of a label map, as nnU-Net's `compute_metrics`: voxels with the ignored label are left out. */
export function labelScores(
  prediction: Samples,
  truth: Samples,
  { foreground, ignore }: Pick<LabelScheme, 'foreground' | 'ignore'>,
): LabelScores {
  const scores: LabelScores = {};
  for (const value of foreground) {
    const labels = new Set([value].flat());
    const name = typeof value === 'number' ? String(value) : `(${value.join(', ')})`;
    const counts: Confusion = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
    for (let voxel = 0; voxel < truth.length; voxel++) {
      if (truth[voxel] === ignore) continue;
      const there = labels.has(truth[voxel]);
      if (labels.has(prediction[voxel])) counts[there ? 'truePositives' : 'falsePositives']++;
      else counts[there ? 'falseNegatives' : 'trueNegatives']++;
    }
    const { truePositives: TP, falsePositives: FP, falseNegatives: FN, trueNegatives: TN } = counts;
    const some = TP + FP + FN > 0;
    scores[name] = {
      Dice: some ? diceScore(counts) : null,
      IoU: some ? iouScore(counts) : null,
      ...{ TP, FP, FN, TN, n_pred: TP + FP, n_ref: TP + FN },
    };
  }
  return scores;
}

export function summarise(cases: readonly { case: string; metrics: LabelScores }[]): ScoreSummary {
  const names = Object.keys(cases[0]?.metrics ?? {});
  const both = (values: readonly Record<'Dice' | 'IoU', number | null>[]) => ({
    Dice: meanOf(values.map(({ Dice }) => Dice)),
    IoU: meanOf(values.map(({ IoU }) => IoU)),
  });
  const mean = Object.fromEntries(
    names.map((name) => [name, both(cases.map(({ metrics }) => metrics[name]))]),
  );
  return { foreground_mean: both(Object.values(mean)), mean, metric_per_case: [...cases] };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length > 0 ? there.reduce((sum, value) => sum + value, 0) / there.length : null;
}
