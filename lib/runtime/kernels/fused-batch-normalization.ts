import type { NamedAttrMap, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { runNative, type Attribute } from '../native/operation';
import { replaceKernel } from './register';

const kernelName = 'FusedBatchNormTraining';

/** What batch normalisation gives in training; mean and variance are those of the batch. */
export interface NormalizedBatch {
  /** (x − mean) / √(variance + epsilon) · scale + offset */
  output: Tensor4D; // [N, H, W, C]
  mean: Tensor1D; // [C]
  /** Biased: the sum of squares is divided by N·H·W, as in `tf.moments`. */
  variance: Tensor1D; // [C]
}

/**
 * Batch normalisation in training by one kernel forward and one backward; differentiable once, in all three tensors.
 *
 * @param x [N, H, W, C]
 * @param scale [C]
 * @param offset [C]
 * @param epsilon added to the variance
 */
export function fusedBatchNormalization(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  epsilon: number,
): NormalizedBatch {
  const [output, mean, unbiased, ...reserved] = tf
    .engine()
    .runKernel(kernelName, { x, scale, offset }, { epsilon }) as Tensor[];
  reserved.forEach((tensor) => tensor.dispose());
  // TensorFlow divides by n − 1 (Bessel); it leaves the variance of a single value as it is.
  const count = x.size / x.shape[3];
  const variance = tf.mul(unbiased, count > 1 ? (count - 1) / count : 1);
  unbiased.dispose();
  return { output: output as Tensor4D, mean: mean as Tensor1D, variance: variance as Tensor1D };
}

/** Registers the kernel and its gradient. */
export function installFusedBatchNormalization(): void {
  replaceKernel(kernelName, ({ inputs, attrs }) => {
    const none = tf.tensor1d([]);
    const outputs = runNative(
      'FusedBatchNormV3',
      attributes(attrs),
      [inputs.x, inputs.scale, inputs.offset, none, none].map((input) => input!),
      6,
    );
    none.dispose();
    return outputs;
  });
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dys, saved, attrs) => {
      const [x, scale, ...reserved] = saved;
      const [dx, dScale, dOffset, ...unused] = runNative(
        'FusedBatchNormGradV3',
        attributes(attrs),
        [(dys as Tensor[])[0], x, scale, ...reserved],
        5,
      );
      unused.forEach((tensor) => tensor.dispose());
      return { x: () => dx, scale: () => dScale, offset: () => dOffset };
    },
  });
}

function attributes(attrs: NamedAttrMap | undefined): Record<string, Attribute> {
  return {
    T: { type: 'float32' },
    U: { type: 'float32' },
    epsilon: { float: attrs!.epsilon as number },
    data_format: { text: 'NHWC' },
    is_training: { bool: true },
  };
}
