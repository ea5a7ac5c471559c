import type { Tensor } from '@tensorflow/tfjs-core';
import { runNative } from '../native/operation';
import { replaceKernel } from './register';

/** round(x) = x for integers: TensorFlow 2.21's int32 kernel returns 0. */
export function installRound(): void {
  replaceKernel('Round', ({ inputs }) => {
    const x = inputs.x as Tensor;
    if (x.dtype === 'int32') return runNative('Identity', { T: { type: 'int32' } }, [x])[0];
    return runNative('Round', { T: { type: 'float32' } }, [x])[0];
  });
}
