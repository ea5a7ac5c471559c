import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { engine } from '../tape';

let wanted = false;
let again = false;

/**
 * Trains with less memory for more time: of each row of layers without a branch (a block's convolutions, say) only the
 * input is kept for the backward pass, which computes the rest once more (Chen et al. 2016, "Training Deep Nets with
 * Sublinear Memory Cost", arXiv:1604.06174). Gradients and running statistics are the same. A U-Net keeps less than half as
 * much and takes about a third more time.
 *
 * ```ts
 * const loss = recomputed(() => trainStep(model, optimizer, diceLoss, batch));
 * ```
 *
 * @param work applies a layers model, or several, in training
 */
export function recomputed<T>(work: () => T): T {
  const before = wanted;
  wanted = true;
  try {
    return work();
  } finally {
    wanted = before;
  }
}

/** Whether rows of layers are to be computed twice. */
export const recomputationIsWanted = () => wanted && !again;

/** Whether a backward pass is computing layers once more: what they count must not be counted twice. */
export const isRecomputing = () => again;

/**
 * f(x), of which only x is kept for the backward pass.
 *
 * @param f a composition of TensorFlow.js's operations that gives the same at every call
 * @param variables all that f's gradient goes to but x
 */
export function computedTwice(f: (x: Tensor) => Tensor, x: Tensor, variables: Tensor[]): Tensor {
  const once = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as (tensors: Tensor[]) => void;
    const input = inputs[0] as Tensor;
    save([input]);
    return {
      value: f(input),
      gradFunc: (dy: Tensor, saved: Tensor[]) => gradientsOf(f, saved[0], variables, dy),
    };
  });
  return once(x, ...variables);
}

function gradientsOf(f: (x: Tensor) => Tensor, x: Tensor, variables: Tensor[], dy: Tensor): Tensor[] {
  const { state } = engine();
  const tape = state.activeTape;
  const before = again;
  again = true;
  try {
    return tf.tidy(() => {
      const inputs = [x, ...variables];
      const { grads } = engine().gradients(() => f(x), inputs, dy, true);
      return inputs.map((input, index) => grads[index] ?? tf.zerosLike(input));
    });
  } finally {
    again = before;
    // The inner pass was the outermost one to the engine, which has dropped the tape.
    state.activeTape = tape;
  }
}
