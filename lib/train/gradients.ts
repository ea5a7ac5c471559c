import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { tf } from '../runtime';
import { nativeBackend, runNative } from '../runtime/native/operation';

/**
 * The norm of all gradients together, √(Σ g²) over every number of every gradient.
 *
 * @param gradients by the variables' names, as `tf.variableGrads` gives them
 */
export function gradientNorm(gradients: NamedTensorMap): number {
  const all = Object.values(gradients);
  if (all.length === 0) return 0;
  return tf.tidy(() => Math.sqrt(tf.addN(all.map(sumOfSquares)).dataSync()[0]));
}

function sumOfSquares(gradient: tf.Tensor): tf.Scalar {
  if (nativeBackend() === undefined) return tf.sum(tf.square(gradient));
  // Half of the sum in one pass, without the tensor of squares.
  const [half] = runNative('L2Loss', { T: { type: 'float32' } }, [gradient]);
  return tf.mul(half as tf.Scalar, 2);
}

/**
 * Scales all gradients alike so that their common norm is at most `limit`: g ← g · min(1, limit / (norm + 1e-6)), as
 * PyTorch's clip_grad_norm_. Tensors that change are replaced in the table and disposed of; those of a norm that is not
 * finite stay.
 *
 * ```ts
 * const { value, grads } = tf.variableGrads(() => …);
 * const norm = clipGradientNorm(grads, 12);
 * optimizer.applyGradients(grads);
 * tf.dispose([value, grads]);
 * ```
 *
 * @returns the norm before
 * @throws RangeError for a limit that is not above 0
 */
export function clipGradientNorm(gradients: NamedTensorMap, limit: number): number {
  requireLimit('clipGradientNorm', limit);
  const norm = gradientNorm(gradients);
  const factor = limit / (norm + 1e-6);
  if (factor < 1 && Number.isFinite(norm)) replace(gradients, (gradient) => tf.mul(gradient, factor));
  return norm;
}

/**
 * Cuts every number of every gradient to −limit … limit, as PyTorch's clip_grad_value_. Tensors are replaced in the table
 * and the old ones disposed of.
 *
 * @throws RangeError for a limit that is not above 0
 */
export function clipGradientValue(gradients: NamedTensorMap, limit: number): void {
  requireLimit('clipGradientValue', limit);
  replace(gradients, (gradient) => tf.clipByValue(gradient, -limit, limit));
}

/**
 * The mean of the gradients of several batches, weighted by their numbers of images: with a loss that is a mean over
 * images, the gradient of one batch of them all. (Batch normalisation still sees each batch for itself.)
 *
 * ```ts
 * const accumulator = new GradientAccumulator();
 * for (const batch of four) {
 *   const { value, grads } = tf.variableGrads(() => …);
 *   accumulator.add(grads, batch.images.shape[0]);
 *   value.dispose();
 * }
 * const grads = accumulator.take();
 * optimizer.applyGradients(grads);
 * tf.dispose(grads);
 * ```
 */
export class GradientAccumulator {
  /** Σ (images of a batch / images of the first) · g */
  #sums: NamedTensorMap = {};
  #first = 0;
  #images = 0;

  /** Images so far. */
  get images(): number {
    return this.#images;
  }

  /**
   * Takes a batch's gradients over: they are disposed of when they are no longer needed.
   *
   * @throws RangeError for a number of images that is not above 0
   */
  add(gradients: NamedTensorMap, images: number): void {
    requireLimit('GradientAccumulator.add', images);
    if (this.#images === 0) this.#first = images;
    this.#images += images;
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = this.#sums[name];
      const share = images / this.#first;
      this.#sums[name] = tf.tidy(() => {
        const scaled = share === 1 ? gradient : tf.mul(gradient, share);
        return sum ? tf.add(sum, scaled) : scaled;
      });
      if (this.#sums[name] !== gradient) tf.dispose([gradient, ...(sum ? [sum] : [])]);
    }
  }

  /** The mean, which the caller disposes of; the accumulator is empty then. */
  take(): NamedTensorMap {
    const mean = this.#sums;
    const share = this.#first / this.#images;
    if (share !== 1) replace(mean, (sum) => tf.mul(sum, share));
    this.#sums = {};
    this.#images = 0;
    return mean;
  }

  /** Forgets what was added. */
  dispose(): void {
    tf.dispose(this.#sums);
    this.#sums = {};
    this.#images = 0;
  }
}

function replace(gradients: NamedTensorMap, change: (gradient: tf.Tensor) => tf.Tensor): void {
  for (const [name, gradient] of Object.entries(gradients)) {
    gradients[name] = change(gradient);
    gradient.dispose();
  }
}

function requireLimit(owner: string, value: number): void {
  if (value > 0) return;
  throw new RangeError(`${owner}: got ${value}; expected a number above 0`);
}
