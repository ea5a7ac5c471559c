import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../load';

/**
 * Gradient of `tf.depthToSpace`: the inverse permutation, space to depth.
 *
 * NHWC: dy [N, H·b, W·b, C] → [N, H, W, b·b·C]; NCHW: dy [N, C, H·b, W·b] → [N, b·b·C, H, W]; b is the block size.
 */
export function installDepthToSpaceGradient(): void {
  tf.registerGradient({
    kernelName: 'DepthToSpace',
    gradFunc: (dy, _saved, attrs) => {
      const { blockSize, dataFormat } = attrs as { blockSize: number; dataFormat: 'NHWC' | 'NCHW' };
      return { x: () => spaceToDepth(dy as Tensor, blockSize, dataFormat) };
    },
  });
}

function spaceToDepth(y: Tensor, block: number, dataFormat: 'NHWC' | 'NCHW'): Tensor {
  if (dataFormat === 'NCHW') {
    const [n, c, height, width] = y.shape;
    const [h, w] = [height / block, width / block];
    const blocks = tf.reshape(y, [n, c, h, block, w, block]);
    return tf.reshape(tf.transpose(blocks, [0, 3, 5, 1, 2, 4]), [n, block * block * c, h, w]);
  }
  const [n, height, width, c] = y.shape;
  const [h, w] = [height / block, width / block];
  const blocks = tf.reshape(y, [n, h, block, w, block, c]);
  return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h, w, block * block * c]);
}
