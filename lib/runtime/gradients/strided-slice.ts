import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../load';

interface Attributes {
  begin: number[];
  end: number[];
  strides: number[];
  beginMask: number;
  endMask: number;
  ellipsisMask: number;
  newAxisMask: number;
  shrinkAxisMask: number;
}

/**
 * Gradient of `tf.stridedSlice`: dy goes to where its elements were taken from, zero elsewhere.
 *
 * The places are found by slicing the numbers 0 … size − 1 in the same way, which covers every mask and negative
 * strides; no place is taken twice.
 */
export function installStridedSliceGradient(): void {
  tf.registerGradient({
    kernelName: 'StridedSlice',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => putBack(dy as Tensor, x.shape, attrs as unknown as Attributes),
    }),
  });
}

function putBack(dy: Tensor, shape: number[], attributes: Attributes): Tensor {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const size = tf.util.sizeFromShape(shape);
  const places = tf.stridedSlice(
    tf.reshape(tf.range(0, size, 1, 'int32'), shape),
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  if (dy.size === 0) return tf.zeros(shape);
  const scattered = tf.scatterND(tf.reshape(places, [-1, 1]), tf.reshape(dy, [-1]), [size]);
  return tf.reshape(scattered, shape);
}
