import { tf } from '../../lib/runtime';
import {
  binaryCrossEntropy,
  boundaryLoss,
  clDiceLoss,
  combinedLoss,
  crossEntropy,
  diceLoss,
  focalLoss,
  focalTverskyLoss,
  generalisedDiceLoss,
  hausdorffLoss,
  jaccardLoss,
  topKCrossEntropy,
  tverskyLoss,
} from '../../lib';

type Tensor = import('@tensorflow/tfjs-core').Tensor;
type Scalar = import('@tensorflow/tfjs-core').Scalar;

/** All losses of one tensor of logits, by name. */
export const LOSSES = {
  binaryCrossEntropy,
  crossEntropy,
  topKCrossEntropy,
  diceLoss,
  generalisedDiceLoss,
  jaccardLoss,
  tverskyLoss,
  focalTverskyLoss,
  focalLoss,
  combinedLoss,
  boundaryLoss,
  hausdorffLoss,
  clDiceLoss,
};

export type LossName = keyof typeof LOSSES;

/** Calls a loss with options that only its name decides on. */
export function lossOf(name: LossName, labels: Tensor, logits: Tensor, options: object = {}): Scalar {
  return (LOSSES[name] as (labels: Tensor, logits: Tensor, options: object) => Scalar)(
    labels,
    logits,
    options,
  );
}

const SIZES: Record<string, number[]> = { '2d': [6, 7], '3d': [4, 5, 6] };
const IGNORED = 255;

/** Label of a pixel, or the labels of its channels; the formulas of tests/goldens/losses.py. */
const LABELS: Record<string, (b: number, d: number, h: number, w: number) => number | number[]> = {
  classes: classOf,
  ignored: (b, d, h, w) => ((h + w + d) % 5 === 0 ? IGNORED : classOf(b, d, h, w)),
  absent: (b, d, h, w) => (classOf(b, d, h, w) === 1 && b === 0 ? 0 : classOf(b, d, h, w)),
  oneHot: (b, d, h, w) => [0, 1, 2].map((channel) => Number(classOf(b, d, h, w) === channel)),
  binary: (b, d, h, w) => [Number(classOf(b, d, h, w) === 1)],
  binaryIgnored: (b, d, h, w) => [(h + w + d) % 5 === 0 ? IGNORED : Number(classOf(b, d, h, w) === 1)],
  empty: (b, d, h, w) => [Number(classOf(b, d, h, w) === 1 && b === 1)],
  multilabel: (b, d, h, w) => [
    Number(classOf(b, d, h, w) === 1),
    Number(classOf(b, d, h, w) === 2 || h < 2),
    Number((h + w + d) % 3 === 0),
  ],
};

function classOf(b: number, d: number, h: number, w: number): number {
  if ((h - 2 - b) ** 2 + (w - 3) ** 2 + (d - 1) ** 2 <= 4) return 1;
  return w >= 5 ? 2 : 0;
}

/**
 * Labels and logits of two small images.
 *
 * @param name '<kind of labels>-<2d or 3d>', as in tests/goldens/losses.py
 * @param scale of the logits: 4000 makes them ±10⁴
 */
export function lossInput(name: string, scale = 1): { labels: Tensor; logits: Tensor } {
  const [kind, dimension] = name.split('-');
  const sizes = SIZES[dimension];
  const [height, width] = sizes.slice(-2);
  const pixels = sizes.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: 2 * pixels }, (_, index) => {
    const depth = sizes.length === 2 ? 1 : Math.floor((index % pixels) / (height * width));
    const row = Math.floor(index / width) % height;
    return LABELS[kind](Math.floor(index / pixels), depth, row, index % width);
  });
  const channels = Array.isArray(values[0]) ? values[0].length : undefined;
  const labels = tf.tensor(values.flat(), [2, ...sizes, ...(channels === undefined ? [] : [channels])]);
  return { labels, logits: logitsOf([2, ...sizes, channels ?? 3], scale) };
}

export function logitsOf(shape: number[], scale = 1): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from(
    { length: size },
    (_, i) => scale * (2 * Math.sin(0.37 * i + 1) + Math.sin(1.3 * i)),
  );
  return tf.tensor(values, shape);
}
