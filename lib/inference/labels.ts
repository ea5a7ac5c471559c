import type { Image } from '../io/image';

export interface LabelOptions {
  /** Of one class: the value from which on a place is foreground, label 1; default 0.5, for probabilities. */
  threshold?: number;
}

/** Labels are kept in bytes. */
const MOST_CLASSES = 256;

/**
 * The label of each place of a prediction: of several classes the one with the largest value (the first of equals, logits
 * or probabilities alike), of one class 1 where its value
 * is at least the threshold.
 *
 * Shape: [h, w] or [d, h, w] with the classes as channels → the same with one channel
 *
 * @throws RangeError for a threshold that is no number, and for more than 256 classes
 */
export function predictedLabels<I extends Image<Float32Array>>(
  prediction: I,
  options: LabelOptions = {},
): Omit<I, 'data'> & Image<Uint8Array> {
  requireLabelOptions('predictedLabels', options);
  const data = labelsOf('predictedLabels', prediction.data, prediction.channels, options);
  return { ...prediction, data, shape: prediction.shape, channels: 1 };
}

/** @throws RangeError for a threshold that is no number */
export function requireLabelOptions(owner: string, { threshold = 0.5 }: LabelOptions): void {
  if (!Number.isFinite(threshold)) {
    throw new RangeError(`${owner}: got threshold ${threshold}; expected a finite number, such as 0.5`);
  }
}

/** The same of flat values, those of a place next to each other. */
export function labelsOf(
  owner: string,
  values: Float32Array,
  classes: number,
  { threshold = 0.5 }: LabelOptions,
): Uint8Array {
  if (classes > MOST_CLASSES) {
    throw new RangeError(
      `${owner}: got ${classes} classes; expected at most ${MOST_CLASSES}, labels being bytes`,
    );
  }
  const labels = new Uint8Array(values.length / classes);
  for (let place = 0, from = 0; place < labels.length; place++, from += classes) {
    if (classes === 1) {
      labels[place] = values[from] >= threshold ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let k = 1; k < classes; k++) if (values[from + k] > values[from + best]) best = k;
    labels[place] = best;
  }
  return labels;
}
