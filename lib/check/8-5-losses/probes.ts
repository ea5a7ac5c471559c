import { tf, tidied } from '../../runtime';
import type { Plain } from '../plain';

type Loss<Options> = (labels: tf.Tensor4D, logits: tf.Tensor4D, options?: Options) => tf.Tensor;

/** The functions of exercise 8.5. */
export type LossFunctions = {
  diceLoss: Loss<{ smooth?: number }>;
  focalLoss: Loss<{ alpha?: number; gamma?: number }>;
};

export type LossInput = {
  loss: keyof LossFunctions;
  /** [batch, height, width, 1] */
  shape: [number, number, number, number];
  /** 0 or 1 */
  labels: Uint8Array;
  logits: Float32Array;
  /** None: the function is called without any. */
  options?: { smooth: number } | { alpha: number; gamma: number };
};

function call(
  answer: LossFunctions,
  { loss, shape, labels, options }: LossInput,
  logits: tf.Tensor4D,
): tf.Tensor {
  const masks = tf.tensor4d(Float32Array.from(labels), shape);
  const compute = answer[loss] as Loss<object>;
  const value = options === undefined ? compute(masks, logits) : compute(masks, logits, { ...options });
  if (value instanceof tf.Tensor) return value;
  throw new TypeError(
    `${loss}: got ${value === null ? 'null' : typeof value}; expected it to return a tensor`,
  );
}

export const lossProbes = {
  /** What a loss comes to: its shape, [] for a scalar, and its first number. */
  value: (answer: LossFunctions, input: LossInput): Plain =>
    tidied(() => {
      const value = call(answer, input, tf.tensor4d(input.logits, input.shape));
      return { shape: value.shape, value: value.dataSync()[0] };
    }),

  /** The gradient of a loss by the logits. */
  gradient: (answer: LossFunctions, input: LossInput): Plain =>
    tidied(() => {
      const slope = tf.grad((logits) => call(answer, input, logits as tf.Tensor4D));
      return Float32Array.from(slope(tf.tensor4d(input.logits, input.shape)).dataSync());
    }),
};
