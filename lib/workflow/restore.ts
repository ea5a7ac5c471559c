import type { Image } from '../io/image';
import { elementsOf } from '../metrics/grid';
import { resampleToShape } from '../transforms/spatial/resample-spacing';
import { transposeAxes } from '../transforms/spatial/transpose';
import { restoreBox } from '../transforms/spatial/window';
import type { LabelScheme } from './label-scheme';
import type { CaseProperties, PreprocessingPlan } from './preprocess';

/** What a network's values are. */
export type PredictedValues = 'logits' | 'probabilities';

export interface RestoreOptions {
  /** Default 'logits'. */
  values?: PredictedValues;
}

type Restoring = Pick<PreprocessingPlan, 'transposeBackward'>;

/**
 * The labels of the original image from a network's values at the configuration's spacing, as nnU-Net exports them: the
 * values resampled linearly to the spacing of before, the greatest channel's label (or, for regions, those above ½ in
 * their order), 0 in what was cropped away, axes in the files' order.
 *
 * @param predicted [slices, rows, columns], one channel for each head; sizes of the preprocessed image
 * @returns [slices, rows, columns] as the files'
 * @throws RangeError for another number of channels than the labels have heads
 */
export function restoreLabels(
  predicted: Image<Float32Array>,
  properties: CaseProperties,
  plan: Restoring,
  labels: LabelScheme,
  { values = 'logits' }: RestoreOptions = {},
): Image<Uint8Array | Uint16Array> {
  const resampled = resampledBack('restoreLabels', predicted, properties, labels);
  return uncropped(labelsOfValues(resampled, labels, values), properties, plan);
}

/**
 * The probabilities of each head in the original image: `restoreLabels` without the choice. What was cropped away is
 * background with probability 1; for regions, none of them.
 *
 * @returns [slices, rows, columns] as the files', one channel for each head
 * @throws RangeError as `restoreLabels`
 */
export function restoreProbabilities(
  predicted: Image<Float32Array>,
  properties: CaseProperties,
  plan: Restoring,
  labels: LabelScheme,
  { values = 'logits' }: RestoreOptions = {},
): Image<Float32Array> {
  const resampled = resampledBack('restoreProbabilities', predicted, properties, labels);
  if (values === 'logits') toProbabilities(resampled, labels.regionOrder !== undefined);
  const whole = uncropped(resampled, properties, plan);
  if (labels.regionOrder) return whole;
  const { data, channels } = whole;
  for (let at = 0; at < data.length; at += channels) {
    // Inside, probabilities add up to 1.
    let sum = 0;
    for (let head = 0; head < channels; head++) sum += data[at + head];
    if (sum === 0) data[at] = 1;
  }
  return whole;
}

function resampledBack(
  owner: string,
  predicted: Image<Float32Array>,
  { box, spacing, spacingBefore }: CaseProperties,
  { heads }: LabelScheme,
): Image<Float32Array> {
  if (predicted.channels !== heads) {
    throw new RangeError(
      `${owner}: got ${predicted.channels} channels; expected ${heads}, one for each label or region`,
    );
  }
  return resampleToShape(predicted, box.shape, spacing, spacingBefore, { order: 1 });
}

function uncropped<T extends Float32Array | Uint8Array | Uint16Array>(
  image: Image<T>,
  { box, shapeBeforeCropping }: CaseProperties,
  { transposeBackward }: Restoring,
): Image<T> {
  return transposeAxes(restoreBox(image, { box, from: shapeBeforeCropping }), transposeBackward);
}

/** The label at each place, by the values of the heads there. */
export function labelsOfValues(
  { data, shape, channels }: Image<Float32Array>,
  { all, regionOrder }: LabelScheme,
  values: PredictedValues,
): Image<Uint8Array | Uint16Array> {
  const places = elementsOf(shape);
  const chosen = all.length > 255 ? new Uint16Array(places) : new Uint8Array(places);
  const threshold = values === 'logits' ? 0 : 0.5;
  for (let place = 0, at = 0; place < places; place++, at += channels) {
    if (regionOrder) {
      for (let head = 0; head < channels; head++) {
        if (data[at + head] > threshold) chosen[place] = regionOrder[head];
      }
      continue;
    }
    let best = 0;
    for (let head = 1; head < channels; head++) if (data[at + head] > data[at + best]) best = head;
    chosen[place] = best;
  }
  return { data: chosen, shape, channels: 1 };
}

/** Softmax over the channels, or the sigmoid of each, in place. */
function toProbabilities({ data, channels }: Image<Float32Array>, regions: boolean): void {
  if (regions) {
    for (let at = 0; at < data.length; at++) data[at] = 1 / (1 + Math.exp(-data[at]));
    return;
  }
  for (let at = 0; at < data.length; at += channels) {
    let greatest = data[at];
    for (let head = 1; head < channels; head++) greatest = Math.max(greatest, data[at + head]);
    let sum = 0;
    for (let head = at; head < at + channels; head++) sum += data[head] = Math.exp(data[head] - greatest);
    for (let head = at; head < at + channels; head++) data[head] /= sum;
  }
}
