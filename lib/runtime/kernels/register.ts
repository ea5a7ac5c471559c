import type { KernelFunc } from '@tensorflow/tfjs-core';
import { tf } from '../load';

/** Puts a kernel of the TensorFlow backend in place of the one of that name that tfjs-node brings, if any. */
export function replaceKernel(kernelName: string, kernelFunc: KernelFunc): void {
  if (tf.getKernel(kernelName, 'tensorflow') !== undefined) tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc });
}
