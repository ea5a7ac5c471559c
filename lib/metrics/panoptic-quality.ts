import { meanWithoutNaN } from './class-scores';
import { requireSameLength, Values } from './confusion';
import { requireClasses, requireIgnoreIndex } from './confusion-matrix';
import { InstanceCounts, pairIndices, unmatched } from './instance-matching';
import { InstanceOptions, InstanceOverlap, instanceOverlap } from './instance-overlap';

/** Panoptic quality and what it is made of. */
export interface PanopticQuality extends InstanceCounts {
  /** Σ IoU / (TP + FP/2 + FN/2) = sq·rq, in [0, 1]; NaN where there is no instance on either side. */
  pq: number;
  /** Segmentation quality: mean IoU of the matches, Σ IoU / TP; 0 where nothing matches. */
  sq: number;
  /** Recognition quality: TP / (TP + FP/2 + FN/2), the F1 score of finding instances. */
  rq: number;
  iouSum: number;
}

export interface PanopticOptions extends InstanceOptions {
  /** A match has an IoU above this, in [0.5, 1): lower ones would not be unique. Default 0.5. */
  threshold?: number;
}

/**
 * Panoptic quality of one class (Kirillov et al. 2019, eqs. 1–2): instances match where their IoU is above 0.5.
 *
 * Equal to MONAI's `compute_panoptic_quality` but for its smoothing by 1e-6, which also makes 0 of no instances at all.
 *
 * @param prediction instance label of each pixel, 0 for none; any non-negative integers
 * @param truth instance labels of the same pixels
 * @throws RangeError for different lengths, labels that are not non-negative integers, and a threshold outside [0.5, 1)
 */
export function panopticQuality(
  prediction: Values,
  truth: Values,
  { threshold = 0.5, ignoreIndex }: PanopticOptions = {},
): PanopticQuality {
  requireUniqueMatches('panopticQuality', threshold);
  const overlap = instanceOverlap('panopticQuality', prediction, truth, { ignoreIndex });
  return qualitiesOf(overlap, threshold, 1, () => 0)[0];
}

/** The two maps of a panoptic segmentation: which class each pixel has, and which instance of it. */
export interface PanopticMap {
  /** 0 … classes − 1 */
  classes: Values;
  /** Label of the instance, 0 where the pixel belongs to none. A class without instances has the label 1 throughout. */
  instances: Values;
}

export interface PanopticClassesOptions {
  /** How many classes there are, background (whose pixels have instance 0) included. */
  classes: number;
  threshold?: number;
  /** True class of pixels that are left out (void), such as 255. */
  ignoreIndex?: number;
}

export interface PanopticClassQualities {
  /** One a class, at the class's own index; pq is NaN for those without instances, such as the background. */
  perClass: PanopticQuality[];
  /** Means over the classes that have instances on either side. */
  mean: { pq: number; sq: number; rq: number };
}

/**
 * Panoptic quality of each class and the mean over classes: only instances of the same class match. An instance whose
 * pixels have several classes counts as one in each, as in MONAI's `PanopticQualityMetric`.
 *
 * @throws RangeError for different lengths, labels that are not non-negative integers, classes that are none, and a
 *   threshold outside [0.5, 1)
 */
export function panopticQualityPerClass(
  prediction: PanopticMap,
  truth: PanopticMap,
  { classes, threshold = 0.5, ignoreIndex }: PanopticClassesOptions,
): PanopticClassQualities {
  const owner = 'panopticQualityPerClass';
  requireUniqueMatches(owner, threshold);
  requireClasses(owner, classes);
  requireIgnoreIndex(owner, ignoreIndex);
  requireSameLength(owner, prediction.classes, truth.classes, 'classes');
  const overlap = instanceOverlap(
    owner,
    joinedLabels(owner, prediction, classes, 'predicted', undefined),
    joinedLabels(owner, truth, classes, 'true', ignoreIndex),
    { ignoreIndex: VOID },
  );
  const perClass = qualitiesOf(overlap, threshold, classes, (label) => label % classes);
  const scored = perClass.filter(({ pq }) => !Number.isNaN(pq));
  return {
    perClass,
    mean: {
      pq: meanWithoutNaN(scored.map(({ pq }) => pq)),
      sq: meanWithoutNaN(scored.map(({ sq }) => sq)),
      rq: meanWithoutNaN(scored.map(({ rq }) => rq)),
    },
  };
}

/**
 * Panoptic quality of several images together, from the sums of their counts and IoU (how Kirillov et al. score a data
 * set); no images give NaN.
 */
export function poolPanopticQuality(parts: readonly PanopticQuality[]): PanopticQuality {
  const total = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
  let iouSum = 0;
  for (const part of parts) {
    total.truePositives += part.truePositives;
    total.falsePositives += part.falsePositives;
    total.falseNegatives += part.falseNegatives;
    iouSum += part.iouSum;
  }
  return qualityOf(total, iouSum);
}

/** No label that `joinedLabels` makes. */
const VOID = -1;

/** instance · classes + class, so that instances of different classes differ; 0 stays 0. */
function joinedLabels(
  owner: string,
  { classes: labels, instances }: PanopticMap,
  classes: number,
  side: string,
  ignoreIndex: number | undefined,
): Float64Array {
  if (instances.length !== labels.length) {
    throw new RangeError(
      `${owner}: got ${instances.length} ${side} instance labels for ${labels.length} classes; expected as many of each`,
    );
  }
  return Float64Array.from({ length: labels.length }, (_, index) => {
    const label = labels[index];
    if (label === ignoreIndex) return VOID;
    if (label >>> 0 !== label || label >= classes) {
      throw new RangeError(
        `${owner}: got ${side} class ${label} at pixel ${index}; expected an integer from 0 to ${classes - 1}`,
      );
    }
    const instance = instances[index];
    if (!Number.isInteger(instance) || instance < 0 || instance > Number.MAX_SAFE_INTEGER / classes - 1) {
      throw new RangeError(
        `${owner}: got ${side} instance ${instance} at pixel ${index}; expected integers from 0 to 2⁵³ / classes`,
      );
    }
    return instance === 0 ? 0 : instance * classes + label;
  });
}

function qualitiesOf(
  overlap: InstanceOverlap,
  threshold: number,
  classes: number,
  classOf: (label: number) => number,
): PanopticQuality[] {
  const { truth, prediction, pairs } = overlap;
  const trueClass = (index: number) => classOf(truth.labels[index]);
  const predictedClass = (index: number) => classOf(prediction.labels[index]);
  const counts = Array.from({ length: classes }, () => ({
    truePositives: 0,
    falsePositives: 0,
    falseNegatives: 0,
  }));
  const iouSums = new Float64Array(classes);
  const matched = pairIndices(pairs.iou, (iou) => iou > threshold).filter(
    (pair) => trueClass(pairs.truth[pair]) === predictedClass(pairs.prediction[pair]),
  );
  for (const pair of matched) {
    counts[trueClass(pairs.truth[pair])].truePositives++;
    iouSums[trueClass(pairs.truth[pair])] += pairs.iou[pair];
  }
  const { missed, spurious } = unmatched(overlap, matched);
  for (const index of missed) counts[trueClass(index)].falseNegatives++;
  for (const index of spurious) counts[predictedClass(index)].falsePositives++;
  return counts.map((count, index) => qualityOf(count, iouSums[index]));
}

function qualityOf(counts: InstanceCounts, iouSum: number): PanopticQuality {
  const { truePositives, falsePositives, falseNegatives } = counts;
  const instances = truePositives + (falsePositives + falseNegatives) / 2;
  return {
    pq: iouSum / instances,
    sq: instances > 0 && truePositives === 0 ? 0 : iouSum / truePositives,
    rq: truePositives / instances,
    ...counts,
    iouSum,
  };
}

function requireUniqueMatches(owner: string, threshold: number): void {
  if (!(threshold >= 0.5 && threshold < 1)) {
    throw new RangeError(
      `${owner}: got threshold ${threshold}; expected a number in [0.5, 1): below, matches are not unique ` +
        '(matchInstances finds the best ones)',
    );
  }
}
