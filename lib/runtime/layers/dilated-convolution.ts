import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { recordingDepth } from '../tape';

interface Convolution2D {
  readonly dilationRate: [number, number];
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';
  readonly dataFormat: 'channelsFirst' | 'channelsLast';
  readonly kernel: { read(): Tensor4D };
  readonly bias: { read(): Tensor1D } | null;
  readonly activation: { apply(x: Tensor): Tensor };
}

type Call = (this: Convolution2D, inputs: Tensor | Tensor[], kwargs: object) => Tensor | Tensor[];

/**
 * Lets stock `tf.layers.conv2d` train with `dilationRate` > 1. The layer calls `tf.fused.conv2d`, whose gradient is
 * closed to registration and refuses dilation; while a gradient is recorded the same is computed in single steps.
 */
export function installDilatedConvolutionLayer(): void {
  const [layer] = tf.serialization.SerializationMap.getMap().classNameMap.Conv2D;
  const prototype = layer.prototype as unknown as { call: Call };
  const stock = prototype.call;
  prototype.call = function (inputs, kwargs) {
    const isDilated = this.dilationRate.some((rate) => rate > 1);
    if (!isDilated || recordingDepth() === 0) return stock.call(this, inputs, kwargs);
    return tf.tidy(() => convolve(this, (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor4D));
  };
}

function convolve(layer: Convolution2D, input: Tensor4D): Tensor {
  const channelsFirst = layer.dataFormat === 'channelsFirst';
  const x = channelsFirst ? tf.transpose(input, [0, 2, 3, 1]) : input;
  const linear = tf.conv2d(x, layer.kernel.read(), layer.strides, layer.padding, 'NHWC', layer.dilationRate);
  const shifted = layer.bias === null ? linear : tf.add(linear, layer.bias.read());
  const y = channelsFirst ? tf.transpose(shifted, [0, 3, 1, 2]) : shifted;
  return layer.activation.apply(y);
}
