import type { Values } from '../metrics/confusion';
import { requireClasses, requireIgnoreIndex } from '../metrics/confusion-matrix';
import { tf } from '../runtime';
import { firstOutput, type Predict } from './predict';

export interface TemperatureOptions {
  /** Number of classes where each pixel has one logit a class; left out for one foreground logit a pixel. */
  classes?: number;
  /** Pixels of this true label are left out. */
  ignoreIndex?: number;
}

export interface FittedTemperature {
  /** What logits are to be divided by: above 1 where the network was too sure of itself. */
  temperature: number;
  /** Mean cross-entropy of the pixels in nats before and after. */
  before: number;
  after: number;
}

/** The temperature is looked for between the inverse of this and this. */
const LARGEST = 100;
const MOST_STEPS = 100;

/**
 * Temperature scaling (Guo et al. 2017, "On calibration of modern neural networks"): the one number T by which logits of
 * validation data are divided so that their cross-entropy is least. Which class is the largest does not change, the
 * probabilities of softmax(logits / T) or sigmoid(logits / T) become those of events.
 *
 * ```ts
 * const { temperature } = fitTemperature(logits, masks);
 * const predict = withProbabilities(withTemperature(network, temperature), 'sigmoid');
 * ```
 *
 * The loss is convex in 1 / T; Newton's steps between bounds that close in find its least to the last digits.
 *
 * @param logits [pixels] or [pixels, classes] flat
 * @param truth [pixels]: 0 or 1, or labels 0 … classes − 1
 * @returns T in [0.01, 100]: one of the ends where the loss falls towards it, as when every pixel is right
 * @throws RangeError for lengths that do not fit, logits that are not finite, labels that are none, no pixel, and
 *   classes that are no integer above 1
 */
export function fitTemperature(
  logits: Values,
  truth: Values,
  options: TemperatureOptions = {},
): FittedTemperature {
  requireData(logits, truth, options);
  const loss = (inverse: number) => crossEntropy(logits, truth, options, inverse);
  const inverse = leastOf(loss);
  return { temperature: 1 / inverse, before: loss(1).value, after: loss(inverse).value };
}

/** Where a convex loss of 1 / T is least, between the ends. */
function leastOf(loss: (inverse: number) => { slope: number; curvature: number }): number {
  let [low, high] = [1 / LARGEST, LARGEST];
  let inverse = 1;
  if (loss(inverse).slope === 0) return inverse;
  if (loss(low).slope >= 0) return low;
  if (loss(high).slope <= 0) return high;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { slope, curvature } = loss(inverse);
    if (slope > 0) high = inverse;
    else low = inverse;
    const newton = inverse - slope / curvature;
    // Bounds are far apart at first: their geometric mean halves the digits that are open.
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - inverse) <= 1e-14 * inverse) break;
    inverse = next;
  }
  return inverse;
}

/**
 * A network's logits divided by a temperature.
 *
 * @throws RangeError for a temperature that is no number above 0
 */
export function withTemperature(predict: Predict, temperature: number): Predict {
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new RangeError(`withTemperature: got temperature ${temperature}; expected a number above 0`);
  }
  return (batch) => tf.tidy(() => tf.div(firstOutput(predict, batch), temperature));
}

/** Mean cross-entropy of the logits times `inverse`, and its first two derivatives with respect to that. */
function crossEntropy(
  logits: Values,
  truth: Values,
  { classes, ignoreIndex }: TemperatureOptions,
  inverse: number,
): { value: number; slope: number; curvature: number } {
  // One logit z is that of two classes with the logits 0 and z.
  const channels = classes ?? 2;
  const z = new Float64Array(channels);
  let [value, slope, curvature, pixels] = [0, 0, 0, 0];
  for (let pixel = 0; pixel < truth.length; pixel++) {
    const label = truth[pixel];
    if (label === ignoreIndex) continue;
    pixels++;
    if (classes === undefined) z[1] = logits[pixel];
    else for (let k = 0; k < classes; k++) z[k] = logits[pixel * classes + k];
    let largest = z[0];
    for (let k = 1; k < channels; k++) if (z[k] > largest) largest = z[k];
    // sums of e^(β·(z − max)) · (z − max)^n; moments about the largest logit lose no digits
    let [s0, s1, s2] = [0, 0, 0];
    for (let k = 0; k < channels; k++) {
      const below = z[k] - largest;
      const share = Math.exp(inverse * below);
      s0 += share;
      s1 += share * below;
      s2 += share * below * below;
    }
    const mean = s1 / s0;
    value += Math.log(s0) - inverse * (z[label] - largest);
    slope += mean - (z[label] - largest);
    curvature += s2 / s0 - mean * mean;
  }
  return { value: value / pixels, slope: slope / pixels, curvature: curvature / pixels };
}

function requireData(logits: Values, truth: Values, { classes, ignoreIndex }: TemperatureOptions): void {
  const owner = 'fitTemperature';
  requireIgnoreIndex(owner, ignoreIndex);
  if (classes !== undefined) requireClasses(owner, classes);
  if (classes === 1) {
    throw new RangeError(
      `${owner}: got 1 class; expected at least 2, or none for one foreground logit a pixel`,
    );
  }
  const expected = truth.length * (classes ?? 1);
  if (logits.length !== expected) {
    throw new RangeError(
      `${owner}: got ${logits.length} logits for ${truth.length} pixels; expected ${expected}` +
        (classes === undefined ? '' : `, the ${classes} of a pixel next to each other`),
    );
  }
  let pixels = 0;
  for (let pixel = 0; pixel < truth.length; pixel++) {
    const label = truth[pixel];
    if (label === ignoreIndex) continue;
    pixels++;
    if (label >>> 0 !== label || label >= (classes ?? 2)) {
      throw new RangeError(
        `${owner}: got true label ${label} at pixel ${pixel}; expected an integer from 0 to ${(classes ?? 2) - 1}`,
      );
    }
  }
  if (pixels === 0)
    throw new RangeError(`${owner}: got no pixel to fit to; expected at least one that counts`);
  for (let index = 0; index < logits.length; index++) {
    if (Number.isFinite(logits[index])) continue;
    throw new RangeError(`${owner}: got logit ${logits[index]} at index ${index}; expected finite numbers`);
  }
}
