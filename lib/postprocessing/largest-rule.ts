import type { Samples } from '../io/image';
import { meanWithoutNaN } from '../metrics/class-scores';
import { diceScore } from '../metrics/confusion';
import { requireGrid } from '../metrics/grid';
import { keepLargestComponent } from './components';

/** A predicted label map and its reference. */
export interface LabelledCase {
  prediction: Samples;
  truth: Samples;
  /** [height, width] or [depth, height, width] */
  shape: readonly number[];
}

export interface LargestRuleOptions {
  /** Classes, and regions of several, in the order in which they are tried: nnU-Net's foreground labels or regions. */
  classes: readonly (number | readonly number[])[];
  /** True label of elements that no score counts. */
  ignore?: number;
}

/** One question of the rule: does it help to keep only the largest component of these classes? */
export interface LargestDecision {
  /** The class, or the classes that are taken as one. */
  classes: number | readonly number[];
  helps: boolean;
  /** Mean Dice before and after: of the class; for all classes together, the mean over classes. NaN without any. */
  before: number;
  after: number;
  /** The class that got worse, for which the mean's gain was refused. */
  worse?: number | readonly number[];
}

export interface LargestRule {
  /** What to do, in order: `keepLargestComponent(labels, shape, { classes: rule.classes })`. */
  classes: (number | readonly number[])[];
  decisions: LargestDecision[];
}

/**
 * nnU-Net's rule of post-processing: keep only the largest component where that helps, as the predictions of the held-out
 * cases of all folds say. First all of the foreground as one: its mean Dice must rise, and that of no class may fall. Then
 * class by class, each from what was decided before. Decides as nnunetv2's `determine_postprocessing`.
 *
 * @param cases all cases of the cross-validation, each predicted by the fold that did not learn it; a function reads a case
 *   when it is its turn, once for each question
 * @throws RangeError for no cases or classes, class 0, and a shape that does not fit
 */
export async function largestComponentRule(
  cases: readonly (LabelledCase | (() => LabelledCase | Promise<LabelledCase>))[],
  { classes, ignore }: LargestRuleOptions,
): Promise<LargestRule> {
  if (cases.length === 0 || classes.length === 0) {
    throw new RangeError(
      `largestComponentRule: got ${cases.length} cases and ${classes.length} classes; expected at least one of each`,
    );
  }
  const chosen: (number | readonly number[])[] = [];
  const meansWith = async (steps: typeof chosen) => {
    const scores: number[][] = [];
    for (const one of cases) {
      const { prediction, truth, shape } = typeof one === 'function' ? await one() : one;
      requireGrid('largestComponentRule: truth', truth, shape);
      const labels = keepLargestComponent(prediction, shape, { classes: steps });
      scores.push(classes.map((group) => diceOf(labels, truth, group, ignore)));
    }
    return classes.map((_, index) => meanWithoutNaN(scores.map((dice) => dice[index])));
  };
  let before = await meansWith([]);
  const decisions: LargestDecision[] = [];

  const foreground = [...new Set(classes.flat())].sort((a, b) => a - b);
  const together = await meansWith([foreground]);
  const worse = classes.find((_, index) => together[index] < before[index]);
  // As numpy's mean: a class that no case has leaves nothing to compare.
  const [mean, meanTogether] = [plainMean(before), plainMean(together)];
  const rises = meanTogether > mean;
  decisions.push({
    ...{ classes: foreground, helps: rises && worse === undefined, before: mean, after: meanTogether },
    ...(rises && worse !== undefined && { worse }),
  });
  if (decisions[0].helps) {
    chosen.push(foreground);
    before = together;
  }
  if (classes.length === 1) return { classes: chosen, decisions };
  for (const [index, group] of classes.entries()) {
    const means = await meansWith([...chosen, group]);
    const helps = means[index] > before[index];
    decisions.push({ classes: group, helps, before: before[index], after: means[index] });
    if (!helps) continue;
    chosen.push(group);
    before = means;
  }
  return { classes: chosen, decisions };
}

/** NaN where neither map has the class. */
function diceOf(
  prediction: Samples,
  truth: Samples,
  group: number | readonly number[],
  ignore: number | undefined,
): number {
  const inGroup = new Set([group].flat());
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  for (let at = 0; at < truth.length; at++) {
    const label = truth[at];
    const predicted = prediction[at];
    if ((label === 0 && predicted === 0) || label === ignore) continue;
    const there = inGroup.has(label);
    if (inGroup.has(predicted)) {
      if (there) truePositives++;
      else falsePositives++;
    } else if (there) falseNegatives++;
  }
  if (truePositives + falsePositives + falseNegatives === 0) return NaN;
  return diceScore({ truePositives, falsePositives, falseNegatives, trueNegatives: 0 });
}

const plainMean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
