import { tf } from '../runtime';
import type { LossMode } from './options';

/** What a loss compares the logits with. */
export interface Target {
  /** True masks, 0 where a pixel is ignored. [B, …, C] float32 */
  masks: tf.Tensor;
  /** 1 where a pixel counts, 0 where it is ignored; undefined where all count. [B, …, C or 1] float32 */
  counted?: tf.Tensor;
  /** Whether softmax makes the probabilities, else sigmoid. */
  exclusive: boolean;
}

interface TargetOptions {
  mode?: LossMode;
  ignoreIndex?: number;
}

/**
 * Brings labels into the form that the losses share.
 *
 * Shape: logits [B, H, W, C] or [B, D, H, W, C]; labels the same, or without the last axis, or with 1 there
 *
 * @param owner name of the loss, for the message
 * @throws RangeError for shapes that do not fit, a mode that does not fit the channels, and labels that are no
 *   masks or no classes of the logits
 */
export function prepareTarget(
  owner: string,
  labels: tf.Tensor,
  logits: tf.Tensor,
  { mode, ignoreIndex }: TargetOptions,
): Target {
  const exclusive = resolveMode(owner, logits, mode) === 'multiclass';
  const channels = logits.shape.at(-1)!;
  const spatial = logits.shape.slice(0, -1);
  const isMask = tf.util.arraysEqual(labels.shape, logits.shape);
  const map = [spatial, [...spatial, 1]].some((shape) => tf.util.arraysEqual(labels.shape, shape));
  if (!isMask && !(map && (exclusive || channels === 1))) {
    const expected = [logits.shape, ...(exclusive || channels === 1 ? [spatial] : [])];
    throw new RangeError(
      `${owner}: got labels [${labels.shape}] for logits [${logits.shape}]; ` +
        `expected labels [${expected.join('] or [')}]`,
    );
  }
  if (!exclusive) return { ...maskTarget(owner, tf.reshape(labels, logits.shape), ignoreIndex), exclusive };
  const target = isMask
    ? oneHotTarget(owner, labels, channels, ignoreIndex)
    : classMapTarget(owner, tf.reshape(labels, [...spatial, 1]), channels, ignoreIndex);
  return { ...target, exclusive };
}

/** σ(x) of each channel, or the softmax of all; 0 where a pixel is ignored. [B, …, C] */
export function probabilities(logits: tf.Tensor, { counted, exclusive }: Target): tf.Tensor {
  const values = exclusive ? tf.softmax(logits) : tf.sigmoid(logits);
  return counted === undefined ? values : values.mul(counted);
}

type Masks = Pick<Target, 'masks' | 'counted'>;

/**
 * Masks whose elements are judged one by one, of any shape.
 *
 * @throws RangeError for values outside 0 to 1 that are not ignored
 */
export function maskTarget(owner: string, labels: tf.Tensor, ignoreIndex?: number): Masks {
  const values = labels.toFloat();
  const valid = ignoreIndex === undefined ? undefined : values.notEqual(ignoreIndex);
  const masks = valid === undefined ? values : tf.where(valid, values, tf.zerosLike(values));
  if (!holdsEverywhere(masks.clipByValue(0, 1).equal(masks))) {
    const wrong = masks.dataSync().find((value) => !(value >= 0 && value <= 1));
    throw new RangeError(
      `${owner}: got a label ${wrong}; expected 0 to 1 in masks: divide 8-bit masks by 255, or set ignoreIndex`,
    );
  }
  return { masks, counted: valid?.toFloat() };
}

function oneHotTarget(owner: string, labels: tf.Tensor, channels: number, ignoreIndex?: number): Masks {
  if (ignoreIndex !== undefined && !(ignoreIndex >= 0 && ignoreIndex < channels)) {
    throw new RangeError(
      `${owner}: got ignoreIndex ${ignoreIndex} with one-hot labels; expected a class from 0 to ${channels - 1}: ` +
        'pass the class of each pixel as labels to mark pixels by another value',
    );
  }
  const { masks } = maskTarget(owner, labels);
  if (!holdsEverywhere(masks.sum(-1).sub(1).abs().less(1e-3))) {
    throw new RangeError(
      `${owner}: got labels [${labels.shape}] whose channels do not sum to 1 in each pixel; expected one class ` +
        "a pixel: set mode: 'multilabel' where classes overlap",
    );
  }
  if (ignoreIndex === undefined) return { masks };
  const counted = tf.sub(1, masks.gather([ignoreIndex], masks.rank - 1));
  return { masks: masks.mul(counted), counted };
}

function classMapTarget(owner: string, labels: tf.Tensor, channels: number, ignoreIndex?: number): Masks {
  const classes = labels.toFloat();
  const found = classes.equal(tf.range(0, channels)); // [B, …, C]
  const ignored = ignoreIndex === undefined ? undefined : classes.equal(ignoreIndex); // [B, …, 1]
  const known = found.any(-1, true);
  if (!holdsEverywhere(ignored === undefined ? known : known.logicalOr(ignored))) {
    const wrong = classes
      .dataSync()
      .find((value) => value !== ignoreIndex && !(Number.isInteger(value) && value >= 0 && value < channels));
    throw new RangeError(
      `${owner}: got a label ${wrong}; expected a class from 0 to ${channels - 1}, the channels of the logits, ` +
        'or ignoreIndex',
    );
  }
  if (ignored === undefined) return { masks: found.toFloat() };
  const counted = ignored.logicalNot().toFloat();
  return { masks: found.toFloat().mul(counted), counted };
}

function resolveMode(owner: string, { shape }: tf.Tensor, mode: LossMode | undefined): LossMode {
  if (shape.length !== 4 && shape.length !== 5) {
    throw new RangeError(`${owner}: got logits [${shape}]; expected [B, H, W, C] or [B, D, H, W, C]`);
  }
  const single = shape.at(-1) === 1;
  if (mode === 'binary' && !single) {
    throw new RangeError(
      `${owner}: got mode 'binary' for logits [${shape}]; expected one channel: use 'multilabel' or 'multiclass'`,
    );
  }
  if (mode === 'multiclass' && single) {
    throw new RangeError(
      `${owner}: got mode 'multiclass' for logits [${shape}]; expected at least 2 channels: use 'binary'`,
    );
  }
  return mode ?? (single ? 'binary' : 'multiclass');
}

function holdsEverywhere(condition: tf.Tensor): boolean {
  return condition.all().dataSync()[0] === 1;
}
