import { tf } from './load';
import { installConvolution } from './kernels/convolution';
import { installMaxPoolGradient } from './kernels/max-pool';
import { installRound } from './kernels/round';
import { installSum } from './kernels/sum';
import { installFusedBatchNormalization } from './kernels/fused-batch-normalization';
import { installBatchNormalization } from './layers/batch-normalization';
import { installConv3DTransposeGradient } from './gradients/conv3d-transpose';
import { installCropAndResizeGradients } from './gradients/crop-and-resize';
import { installDepthToSpaceGradient } from './gradients/depth-to-space';
import { installDilatedConvolutionGradients } from './gradients/dilated-convolution';
import { installGatherNDGradients } from './gradients/gather-nd';
import { installStridedSliceGradient } from './gradients/strided-slice';
import { installDilatedConvolutionLayer } from './layers/dilated-convolution';
import { installReluGradient } from './gradients/relu';
import { installGraph } from './graph/install';
import { installInterruptPoints } from './interrupt-points';
import { hasOwnKernels } from './native/kernels-addon';
import { installRandomNormal } from './random-normal';
import { installEarlyRelease } from './tape';

const installed = Symbol.for('segcourse.runtime');

/** Puts the library's kernels and gradients under stock TensorFlow.js. Again is harmless. */
export function install(): void {
  const engine = tf.engine() as unknown as Record<symbol, boolean>;
  if (engine[installed]) return;
  engine[installed] = true;
  installEarlyRelease();
  installRandomNormal();
  installBatchNormalization();
  installReluGradient();
  installConv3DTransposeGradient();
  installDilatedConvolutionGradients();
  installDilatedConvolutionLayer();
  installDepthToSpaceGradient();
  installGatherNDGradients();
  installStridedSliceGradient();
  installCropAndResizeGradients();
  installGraph();
  if (tf.findBackendFactory('tensorflow') === null) return;
  installRound();
  installSum();
  installFusedBatchNormalization();
  if (hasOwnKernels()) {
    installConvolution();
    installMaxPoolGradient();
  }
  installInterruptPoints();
}
