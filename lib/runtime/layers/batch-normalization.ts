import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { nativeBackend } from '../native/operation';
import { fusedBatchNormalization } from '../kernels/fused-batch-normalization';
import { recordingDepth } from '../tape';

interface Variable {
  read(): Tensor1D;
  write(value: Tensor1D): void;
}

interface BatchNormalization {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly gamma?: Variable;
  readonly beta?: Variable;
  readonly movingMean: Variable;
  readonly movingVariance: Variable;
}

type Call = (
  this: BatchNormalization,
  inputs: Tensor | Tensor[],
  kwargs: { training?: boolean },
) => Tensor | Tensor[];

/**
 * Lets stock `tf.layers.batchNormalization` train by TensorFlow's fused kernels where they apply: last axis, rank 2
 * to 5. Name, configuration, weights, statistics and inference of the layer remain what they are, so a saved model
 * knows nothing of it. Unlike the stock layer it can train with `scale: false` or `center: false`.
 *
 * Source: Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1; moving statistics as in tfjs-layers 4.22.
 */
export function installBatchNormalization(): void {
  const [layer] = tf.serialization.SerializationMap.getMap().classNameMap.BatchNormalization;
  const prototype = layer.prototype as unknown as { call: Call };
  const stock = prototype.call;
  prototype.call = function (inputs, kwargs) {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    const fused = kwargs.training === true && isLastAxis(this.axis, input.rank) && canFuse();
    return fused ? tf.tidy(() => normalize(this, input)) : stock.call(this, inputs, kwargs);
  };
}

function isLastAxis(axis: number, rank: number): boolean {
  return rank >= 2 && (axis === -1 || axis === rank - 1);
}

/** The fused kernel's gradient is not differentiable itself: inside a gradient of a gradient the stock layer serves. */
function canFuse(): boolean {
  return nativeBackend() !== undefined && recordingDepth() <= 1;
}

function normalize(layer: BatchNormalization, input: Tensor): Tensor {
  const channels = input.shape[input.rank - 1];
  const scale = layer.gamma?.read() ?? tf.ones([channels]);
  const offset = layer.beta?.read() ?? tf.zeros([channels]);
  const x = input.rank === 4 ? (input as Tensor4D) : (tf.reshape(input, [-1, 1, 1, channels]) as Tensor4D);
  const { output, mean, variance } = fusedBatchNormalization(
    x,
    scale as Tensor1D,
    offset as Tensor1D,
    layer.epsilon,
  );
  moveTowards(layer.movingMean, mean, layer.momentum);
  moveTowards(layer.movingVariance, variance, layer.momentum);
  return input.rank === 4 ? output : tf.reshape(output, input.shape);
}

/** average ← average − (1 − momentum) · (average − value) */
function moveTowards(average: Variable, value: Tensor1D, momentum: number): void {
  const old = average.read();
  average.write(tf.sub(old, tf.mul(tf.sub(old, value), 1 - momentum)));
}
