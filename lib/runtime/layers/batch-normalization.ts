import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { nativeBackend } from '../native/operation';
import { asImages, fusedBatchNormalization } from '../kernels/fused-batch-normalization';
import { isRecomputing } from '../graph/recompute';
import { recordingDepth } from '../tape';

interface Variable {
  read(): Tensor1D;
  write(value: Tensor1D): void;
}

/** The parts of the stock layer that its types hide. */
export interface BatchNormalization {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly gamma?: Variable;
  readonly beta?: Variable;
  readonly movingMean: Variable;
  readonly movingVariance: Variable;
}

type Complete = BatchNormalization & Required<Pick<BatchNormalization, 'gamma' | 'beta'>>;

type Call = (
  this: BatchNormalization,
  inputs: Tensor | Tensor[],
  kwargs: { training?: boolean },
) => Tensor | Tensor[];

/**
 * Lets stock `tf.layers.batchNormalization` train by TensorFlow's fused kernels where they apply: last axis, rank 2
 * to 5. Name, configuration, weights and statistics of the layer remain what they are, so a saved model knows nothing
 * of it. Beyond the stock layer it takes rank 5, and trains with `scale: false` or `center: false`.
 *
 * Source: Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1; moving statistics as in tfjs-layers 4.22.
 */
export function installBatchNormalization(): void {
  const [layer] = tf.serialization.SerializationMap.getMap().classNameMap.BatchNormalization;
  const prototype = layer.prototype as unknown as { call: Call };
  const stock = prototype.call;
  prototype.call = function (inputs, kwargs) {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    if (!isLastAxis(this.axis, input.rank)) return stock.call(this, inputs, kwargs);
    return tf.tidy(() => {
      if (kwargs.training === true && canFuse()) return normalizeInTraining(this, input, false);
      const channels = input.shape[input.rank - 1];
      const y = stock.call(completed(this, channels), asImages(input), kwargs) as Tensor;
      return tf.reshape(y, input.shape);
    });
  };
}

function isLastAxis(axis: number, rank: number): boolean {
  return rank >= 2 && (axis === -1 || axis === rank - 1);
}

/** The layer as one of rank 4 that has a scale and an offset, those of no effect where its configuration has none. */
export function completed(layer: BatchNormalization, channels: number): Complete {
  return Object.create(layer, {
    axis: { value: -1 },
    gamma: { value: layer.gamma ?? { read: () => tf.ones([channels]) } },
    beta: { value: layer.beta ?? { read: () => tf.zeros([channels]) } },
    movingMean: { value: isRecomputing() ? unmoved(layer.movingMean) : layer.movingMean },
    movingVariance: { value: isRecomputing() ? unmoved(layer.movingVariance) : layer.movingVariance },
  }) as Complete;
}

/** The fused kernel's gradient is not differentiable itself: inside a gradient of a gradient the stock layer serves. */
function canFuse(): boolean {
  return nativeBackend() !== undefined && recordingDepth() <= 1;
}

/**
 * Batch normalisation of the last axis by the fused kernel, and the ReLU after it if wanted; moves the layer's running
 * statistics.
 */
export function normalizeInTraining(layer: BatchNormalization, input: Tensor, relu: boolean): Tensor {
  const channels = input.shape[input.rank - 1];
  const { gamma, beta, epsilon, movingMean, movingVariance, momentum } = completed(layer, channels);
  const { output, mean, variance } = fusedBatchNormalization(input, gamma.read(), beta.read(), epsilon, relu);
  moveTowards(movingMean, mean, momentum);
  moveTowards(movingVariance, variance, momentum);
  return output;
}

/** Statistics have moved when the batch was first computed. */
const unmoved = (statistics: Variable): Variable => ({ read: () => statistics.read(), write: () => {} });

/** average ← average − (1 − momentum) · (average − value) */
function moveTowards(average: Variable, value: Tensor1D, momentum: number): void {
  const old = average.read();
  average.write(tf.sub(old, tf.mul(tf.sub(old, value), 1 - momentum)));
}
