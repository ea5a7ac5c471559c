import { kernelBridge } from '../kernel/bridge';
import { tf } from './load';

type Execute = (...args: unknown[]) => unknown;

/**
 * Lets the notebook's stop button end tensor work between two native operations: a training step of a second, in a
 * library, stops within the time of one convolution.
 */
export function installInterruptPoints(): void {
  const kernel = kernelBridge();
  if (!kernel) return;
  const backend = tf.backend() as unknown as Record<
    'executeSingleOutput' | 'executeMultipleOutputs',
    Execute
  >;
  for (const name of ['executeSingleOutput', 'executeMultipleOutputs'] as const) {
    const execute = backend[name];
    backend[name] = function (...args) {
      kernel.interruptPoint();
      return execute.apply(this, args);
    };
  }
}
