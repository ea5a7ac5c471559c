import { requireSameLength, Values } from './confusion';
import { requireClasses, requireIgnoreIndex } from './confusion-matrix';

export interface ReliabilityOptions {
  /** Equal parts of [0, 1]; default 15 (Guo et al. 2017). */
  bins?: number;
  /** Number of classes where each pixel has one probability a class; left out for one foreground probability a pixel. */
  classes?: number;
  /** Pixels of this true label are left out. */
  ignoreIndex?: number;
}

/** The predictions whose confidence lies in [lower, upper); the last bin includes 1. */
export interface ReliabilityBin {
  lower: number;
  upper: number;
  /** How many predictions. */
  count: number;
  /** Their mean confidence; NaN where there are none. */
  confidence: number;
  /** The share of them that came true; NaN where there are none. Perfectly calibrated: equal to the confidence. */
  accuracy: number;
}

/** float32 softmax and averages of it may exceed 1 by rounding. */
const ROUNDING = 1e-6;

/**
 * What a reliability diagram draws: predictions sorted into bins by their confidence, with the mean confidence and the
 * accuracy of each (Guo et al. 2017, "On calibration of modern neural networks").
 *
 * - Foreground probabilities (no `classes`): confidence is the probability itself, accuracy the share of foreground
 *   pixels, as torchmetrics' `binary_calibration_error` and MONAI's calibration of one channel have it.
 * - `classes` probabilities a pixel: confidence is the largest of them, accuracy the share where that class is the true
 *   one (the first of equals), as torchmetrics' `multiclass_calibration_error`.
 *
 * @param probabilities [pixels] or [pixels, classes] flat, as `tf.sigmoid` or `tf.softmax` gives them
 * @param truth [pixels]: 0 or 1, or labels 0 … classes − 1
 * @throws RangeError for lengths that do not fit, probabilities outside [0, 1], labels that are none, and bins or classes
 *   that are not integers above 0
 */
export function reliabilityDiagram(
  probabilities: Values,
  truth: Values,
  { bins = 15, classes, ignoreIndex }: ReliabilityOptions = {},
): ReliabilityBin[] {
  if (!Number.isSafeInteger(bins) || bins < 1) {
    throw new RangeError(`reliabilityDiagram: got ${bins} bins; expected an integer above 0, such as 15`);
  }
  requireIgnoreIndex('reliabilityDiagram', ignoreIndex);
  if (classes === undefined) requireSameLength('reliabilityDiagram', probabilities, truth);
  else requireProbabilitiesOf(classes, probabilities, truth);

  const channels = classes ?? 1;
  const labels = classes ?? 2;
  const counts = new Float64Array(bins);
  const confidences = new Float64Array(bins);
  const hits = new Float64Array(bins);
  for (let pixel = 0; pixel < truth.length; pixel++) {
    const label = truth[pixel];
    if (label === ignoreIndex) continue;
    if (label >>> 0 !== label || label >= labels) {
      throw new RangeError(
        `reliabilityDiagram: got true label ${label} at pixel ${pixel}; expected an integer from 0 to ${labels - 1}`,
      );
    }
    let confidence = -1;
    let predicted = 0;
    for (let channel = 0; channel < channels; channel++) {
      const probability = probabilities[pixel * channels + channel];
      if (!(probability >= 0 && probability <= 1 + ROUNDING)) {
        throw new RangeError(
          `reliabilityDiagram: got probability ${probability} at pixel ${pixel}; expected numbers in [0, 1]: ` +
            'apply tf.sigmoid or tf.softmax to logits first',
        );
      }
      if (probability > confidence) {
        confidence = probability;
        predicted = channel;
      }
    }
    const bin = binOf(confidence, bins);
    counts[bin]++;
    confidences[bin] += confidence;
    if (classes === undefined ? label === 1 : label === predicted) hits[bin]++;
  }
  return Array.from(counts, (count, bin) => ({
    lower: bin / bins,
    upper: (bin + 1) / bins,
    count,
    confidence: confidences[bin] / count,
    accuracy: hits[bin] / count,
  }));
}

/** Index of the bin with lower ≤ value < upper, by the very edges that are reported: value · bins alone may round over. */
function binOf(value: number, bins: number): number {
  const guess = Math.floor(value * bins);
  if (value < guess / bins) return guess - 1;
  return Math.min(value >= (guess + 1) / bins ? guess + 1 : guess, bins - 1);
}

function requireProbabilitiesOf(classes: number, probabilities: Values, truth: Values): void {
  requireClasses('reliabilityDiagram', classes);
  if (probabilities.length !== classes * truth.length) {
    throw new RangeError(
      `reliabilityDiagram: got ${probabilities.length} probabilities for ${truth.length} pixels of ${classes} classes; ` +
        `expected ${classes * truth.length}, those of a pixel next to each other`,
    );
  }
}

/**
 * Expected calibration error Σ_b n_b·|accuracy_b − confidence_b| / Σ_b n_b (Naeini et al. 2015), in [0, 1], 0 for perfect
 * calibration; NaN without predictions. A model that says 0.9 throughout and is right in 70 % of the pixels scores 0.2.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  let error = 0;
  let all = 0;
  for (const { count, confidence, accuracy } of bins) {
    if (count === 0) continue;
    error += count * Math.abs(accuracy - confidence);
    all += count;
  }
  return error / all;
}

/** Largest |accuracy_b − confidence_b| of the bins with predictions, in [0, 1]; NaN without predictions. */
export function maximumCalibrationError(bins: readonly ReliabilityBin[]): number {
  const filled = bins.filter(({ count }) => count > 0);
  return filled.length === 0
    ? NaN
    : Math.max(...filled.map(({ confidence, accuracy }) => Math.abs(accuracy - confidence)));
}
