import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { nativeBackend, runNative } from '../native/operation';
import { recordingDepth } from '../tape';

/**
 * d relu(x)/dx = [x > 0], taken from the output y (y > 0 exactly where x > 0): the following layer saves y anyway, so
 * x need not live until the backward pass. One native kernel instead of five.
 */
export function installReluGradient(): void {
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () =>
        nativeBackend() !== undefined && recordingDepth() === 0
          ? runNative('ReluGrad', { T: { type: 'float32' } }, [dy as Tensor, y])[0]
          : tf.mul(dy as Tensor, tf.cast(tf.step(y), 'float32')),
    }),
  });
}
