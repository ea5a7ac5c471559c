import { Confusion, diceScore, iouScore, precision, sensitivity, specificity } from './confusion';
import { classConfusion, ConfusionMatrix } from './confusion-matrix';

/** The scores that exist for each class, in [0, 1] or NaN where there is nothing to score. */
export interface PerClass<T> {
  /** 2·TP / (2·TP + FP + FN) */
  dice: T;
  /** TP / (TP + FP + FN) */
  iou: T;
  /** TP / (TP + FN), NaN without true pixels */
  sensitivity: T;
  /** TN / (TN + FP), NaN without pixels of other classes */
  specificity: T;
  /** TP / (TP + FP), NaN without predicted pixels */
  precision: T;
}

/** Scores of one label map, or of several together. */
export interface ClassScores {
  /** One value a class, at the class's own index. */
  perClass: PerClass<number[]>;
  /** Mean over the classes whose value is not NaN; NaN where none is left. */
  mean: PerClass<number>;
  /** Share of pixels with the right label. */
  pixelAccuracy: number;
  /** 1 − pixelAccuracy */
  pixelError: number;
  /**
   * Σ_c n_c·IoU_c / Σ_c n_c with n_c true pixels of class c (Long et al. 2015): large classes weigh more. All classes
   * count, also with `background: false`.
   */
  frequencyWeightedIou: number;
}

export interface ClassScoresOptions {
  /**
   * Dice and IoU of classes that the truth lacks; the other scores are NaN wherever their formula divides 0 by 0, and
   * means leave NaN out.
   * - `'ignore'` (default): NaN where the prediction lacks the class too, 0 where it has any (torchmetrics);
   * - `'ignoreWithoutTruth'`: NaN whatever was predicted (MONAI with `ignore_empty=True`, its default);
   * - `'perfect'`: 1 where the prediction lacks the class too, 0 where it has any (MONAI with `ignore_empty=False`).
   */
  absentClasses?: AbsentClasses;
  /** Whether class 0 counts in the means; default true. */
  background?: boolean;
}

export type AbsentClasses = 'ignore' | 'ignoreWithoutTruth' | 'perfect';

const METRICS = ['dice', 'iou', 'sensitivity', 'specificity', 'precision'] as const;
const POLICIES: readonly string[] = ['ignore', 'ignoreWithoutTruth', 'perfect'];

/**
 * Dice, IoU, sensitivity, specificity and precision of each class against all others, their means, and the scores of
 * the whole map. A class that is the matrix's ignoreIndex has only NaN.
 *
 * @throws RangeError for an unknown policy
 */
export function classScores(
  matrix: ConfusionMatrix,
  { absentClasses = 'ignore', background = true }: ClassScoresOptions = {},
): ClassScores {
  if (!POLICIES.includes(absentClasses)) {
    throw new RangeError(
      `classScores: got absentClasses '${absentClasses}'; expected one of '${POLICIES.join("', '")}'`,
    );
  }
  const perClass = everyMetric((): number[] => []);
  let correct = 0;
  let all = 0;
  let weightedIou = 0;
  for (let index = 0; index < matrix.classes; index++) {
    const counts = classConfusion(matrix, index);
    const scores = index === matrix.ignoreIndex ? everyMetric(() => NaN) : scoresOf(counts, absentClasses);
    for (const metric of METRICS) perClass[metric].push(scores[metric]);
    const truths = counts.truePositives + counts.falseNegatives;
    if (truths > 0) weightedIou += truths * iouScore(counts);
    correct += counts.truePositives;
    all += truths;
  }
  return {
    perClass,
    mean: everyMetric((metric) => meanWithoutNaN(background ? perClass[metric] : perClass[metric].slice(1))),
    pixelAccuracy: correct / all,
    pixelError: (all - correct) / all,
    frequencyWeightedIou: weightedIou / all,
  };
}

function scoresOf(counts: Confusion, absentClasses: AbsentClasses): PerClass<number> {
  const truths = counts.truePositives + counts.falseNegatives;
  const absent =
    truths === 0 && (absentClasses === 'ignoreWithoutTruth' || counts.falsePositives === 0)
      ? absentClasses
      : undefined;
  const overlap = (score: (counts: Confusion) => number) =>
    absent === undefined || absent === 'perfect' ? score(counts) : NaN;
  return {
    dice: overlap(diceScore),
    iou: overlap(iouScore),
    sensitivity: sensitivity(counts),
    specificity: specificity(counts),
    precision: precision(counts),
  };
}

/**
 * Means over images, each weighing alike. A class's value is the mean over the images where it is not NaN (MONAI's
 * reduction `mean_batch`); `mean` is the mean of the images' means (MONAI's `mean`); MONAI says 0 where none is left,
 * here it is NaN.
 *
 * @throws RangeError for no scores, or other numbers of classes in one than in the next
 */
export function averageClassScores(images: readonly ClassScores[]): ClassScores {
  if (images.length === 0) {
    throw new RangeError('averageClassScores: got no scores; expected those of at least 1 image');
  }
  const classes = images[0].perClass.dice.length;
  const other = images.find(({ perClass }) => perClass.dice.length !== classes);
  if (other) {
    throw new RangeError(
      `averageClassScores: got scores of ${classes} and of ${other.perClass.dice.length} classes; ` +
        'expected as many in all',
    );
  }
  const average = (value: (scores: ClassScores) => number) => meanWithoutNaN(images.map(value));
  return {
    perClass: everyMetric((metric) =>
      Array.from({ length: classes }, (_, index) => average(({ perClass }) => perClass[metric][index])),
    ),
    mean: everyMetric((metric) => average(({ mean }) => mean[metric])),
    pixelAccuracy: average(({ pixelAccuracy }) => pixelAccuracy),
    pixelError: average(({ pixelError }) => pixelError),
    frequencyWeightedIou: average(({ frequencyWeightedIou }) => frequencyWeightedIou),
  };
}

function everyMetric<T>(value: (metric: (typeof METRICS)[number]) => T): PerClass<T> {
  return {
    dice: value('dice'),
    iou: value('iou'),
    sensitivity: value('sensitivity'),
    specificity: value('specificity'),
    precision: value('precision'),
  };
}

/** Mean of the values that are not NaN, such as the defined ones of several scores; NaN where all are. */
export function meanWithoutNaN(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
