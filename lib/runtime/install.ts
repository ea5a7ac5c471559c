import { tf } from './load';
import { installRound } from './kernels/round';
import { installFusedBatchNormalization } from './kernels/fused-batch-normalization';
import { installBatchNormalization } from './layers/batch-normalization';
import { installReluGradient } from './gradients/relu';
import { installEarlyRelease } from './tape';

const installed = Symbol.for('segcourse.runtime');

/** Puts the library's kernels and gradients under stock TensorFlow.js. Again is harmless. */
export function install(): void {
  const engine = tf.engine() as unknown as Record<symbol, boolean>;
  if (engine[installed]) return;
  engine[installed] = true;
  installEarlyRelease();
  installReluGradient();
  installRound();
  installFusedBatchNormalization();
  installBatchNormalization();
}
