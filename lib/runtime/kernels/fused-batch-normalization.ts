import type { NamedAttrMap, Tensor, Tensor1D, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { hasOwnKernels } from '../native/kernels-addon';
import { runNative, type Attribute } from '../native/operation';
import { replaceKernel } from './register';

const kernelName = 'FusedBatchNormTraining';

/** What batch normalisation gives in training; mean and variance are those of the batch. */
export interface NormalizedBatch {
  /** (x − mean) / √(variance + epsilon) · scale + offset, or 0 where that is less and ReLU was asked for. */
  output: Tensor; // [N, …, C]
  mean: Tensor1D; // [C]
  /** Biased: the sum of squares is divided by N·H·W, as in `tf.moments`. */
  variance: Tensor1D; // [C]
}

/**
 * Batch normalisation in training by one kernel forward and one backward; differentiable once, in all three tensors.
 *
 * @param x [N, …, C]
 * @param scale [C]
 * @param offset [C]
 * @param epsilon added to the variance
 * @param relu max(y, 0) in place of y; only where `hasOwnKernels`
 */
export function fusedBatchNormalization(
  x: Tensor,
  scale: Tensor1D,
  offset: Tensor1D,
  epsilon: number,
  relu: boolean,
): NormalizedBatch {
  const images = asImages(x);
  const [output, mean, variance, ...reserved] = tf
    .engine()
    .runKernel(kernelName, { x: images, scale, offset }, { epsilon, relu }) as Tensor[];
  reserved.forEach((tensor) => tensor.dispose());
  return { output: tf.reshape(output, x.shape), mean: mean as Tensor1D, variance: variance as Tensor1D };
}

/**
 * [N, …, C] → [N, positions, 1, C]. The batch stays an axis of its own: cuDNN refuses more than 65,535 values along it in
 * some cases, and more than 880,801 in all.
 */
export function asImages(x: Tensor): Tensor4D {
  const positions = tf.util.sizeFromShape(x.shape.slice(1, -1));
  return tf.reshape(x, [x.shape[0], positions, 1, x.shape[x.rank - 1]]);
}

interface Implementation {
  /** Output, mean, biased variance, and what else the gradient wants. */
  forward(x: TensorInfo, scale: TensorInfo, offset: TensorInfo, attrs: NamedAttrMap | undefined): Tensor[];
  /** Gradients of x, scale and offset; `results` are forward's but the first. */
  backward(
    dy: Tensor,
    [x, scale, offset]: Tensor[],
    results: Tensor[],
    attrs: NamedAttrMap | undefined,
  ): Tensor[];
  results: number;
}

/** Registers the kernel and its gradient. */
export function installFusedBatchNormalization(): void {
  const { forward, backward, results } = hasOwnKernels() ? own : tensorflow;
  replaceKernel(kernelName, ({ inputs: { x, scale, offset }, attrs }) => forward(x!, scale!, offset!, attrs));
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x', 'scale', 'offset'],
    outputsToSave: Array.from({ length: results }, (_, index) => index > 0),
    gradFunc: (dys, saved, attrs) => {
      const [dy] = dys as Tensor[];
      const [dx, dScale, dOffset] = backward(dy, saved.slice(0, 3), saved.slice(3), attrs);
      return { x: () => dx, scale: () => dScale, offset: () => dOffset };
    },
  });
}

/** `native/kernels/batch-normalization.cc` */
const own: Implementation = {
  forward: (x, scale, offset, attrs) =>
    runNative('SegcourseBatchNormalization', ownAttributes(attrs), [x, scale, offset], 3),
  backward: (dy, inputs, moments, attrs) =>
    runNative('SegcourseBatchNormalizationGrad', ownAttributes(attrs), [dy, ...inputs, ...moments], 3),
  results: 3,
};

/** TensorFlow's, on a GPU or where the other is not compiled. */
const tensorflow: Implementation = {
  forward(x, scale, offset, attrs) {
    const none = tf.tensor1d([]);
    const inputs = [x, scale, offset, none, none];
    const [y, mean, unbiased, ...reserved] = runNative('FusedBatchNormV3', attributes(attrs), inputs, 6);
    // TensorFlow divides by n − 1 (Bessel); it leaves the variance of a single value as it is.
    const count = y.size / mean.size;
    const variance = tf.mul(unbiased, count > 1 ? (count - 1) / count : 1);
    tf.dispose([none, unbiased]);
    return [y, mean, variance, ...reserved];
  },
  backward(dy, [x, scale], [, , ...reserved], attrs) {
    const inputs = [dy, x, scale, ...reserved];
    const [dx, dScale, dOffset, ...unused] = runNative('FusedBatchNormGradV3', attributes(attrs), inputs, 5);
    tf.dispose(unused);
    return [dx, dScale, dOffset];
  },
  results: 6,
};

function attributes(attrs: NamedAttrMap | undefined): Record<string, Attribute> {
  return {
    T: { type: 'float32' },
    U: { type: 'float32' },
    ...epsilonOf(attrs),
    data_format: { text: 'NHWC' },
    is_training: { bool: true },
  };
}

function epsilonOf(attrs: NamedAttrMap | undefined): Record<string, Attribute> {
  return { epsilon: { float: attrs!.epsilon as number } };
}

function ownAttributes(attrs: NamedAttrMap | undefined): Record<string, Attribute> {
  return { ...epsilonOf(attrs), relu: { bool: attrs!.relu as boolean } };
}
