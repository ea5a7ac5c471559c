import type { Tensor, Tensor5D } from '@tensorflow/tfjs-core';
import { tf } from '../load';

interface Attributes {
  strides: [number, number, number] | number;
  pad: 'valid' | 'same';
}

/**
 * Gradients of `tf.conv3dTranspose`, and so the second ones of `tf.conv3d`: the kernel is linear in both inputs.
 *
 * dy [N, d, h, w, Cin], filter [kd, kh, kw, Cout, Cin], ddx [N, D, H, W, Cout]:
 * d/d dy = conv3d(ddx, filter); d/d filter = the filter gradient of that convolution.
 */
export function installConv3DTransposeGradient(): void {
  tf.registerGradient({
    kernelName: 'Conv3DBackpropInputV2',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, saved, attrs) => {
      const [dy, filter] = saved as Tensor5D[];
      const { strides, pad } = attrs as unknown as Attributes;
      return {
        dy: () => tf.conv3d(ddx as Tensor5D, filter, strides, pad),
        filter: () =>
          tf
            .engine()
            .runKernel(
              'Conv3DBackpropFilterV2',
              { x: ddx as Tensor, dy },
              { strides, pad, filterShape: filter.shape },
            ) as Tensor,
      };
    },
  });
}
