import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../load';

/**
 * Gradients of `tf.gatherND` and `tf.scatterND`, each the transpose of the other: what was read at an index gets its
 * gradient added there (indices may repeat); what was added at an index gets the gradient found there.
 *
 * indices [..., K] address the first K axes of the tensor of shape S; values have shape [..., S from axis K on].
 */
export function installGatherNDGradients(): void {
  tf.registerGradient({
    kernelName: 'GatherNd',
    inputsToSave: ['params', 'indices'],
    gradFunc: (dy, [params, indices]) => ({
      params: () => tf.scatterND(indices, dy as Tensor, params.shape),
    }),
  });
  tf.registerGradient({
    kernelName: 'ScatterNd',
    inputsToSave: ['indices'],
    gradFunc: (dy, [indices]) => ({ updates: () => tf.gatherND(dy as Tensor, indices) }),
  });
}
