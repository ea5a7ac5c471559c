import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { nativeBackend, runNative, type Attribute } from '../native/operation';
import { recordingDepth } from '../tape';

type Method = 'bilinear' | 'nearest';

/**
 * Gradients of `tf.image.cropAndResize` in the image and in the boxes (zero in the boxes for 'nearest').
 *
 * image [N, H, W, C], boxes [B, 4] as (y1, x1, y2, x2) in units of height − 1 and width − 1, boxInd [B],
 * dy [B, cropHeight, cropWidth, C].
 */
export function installCropAndResizeGradients(): void {
  tf.registerGradient({
    kernelName: 'CropAndResize',
    inputsToSave: ['image', 'boxes', 'boxInd'],
    gradFunc: (dy, saved, attrs) => {
      const [image, boxes, boxInd] = saved as [Tensor4D, Tensor2D, Tensor1D];
      const { method } = attrs as { method: Method };
      const native = nativeBackend() !== undefined && recordingDepth() === 0;
      const gradients = native ? nativeGradients : composedGradients;
      return gradients(dy as Tensor4D, image, boxes, boxInd, method);
    },
  });
}

interface Gradients {
  image: () => Tensor;
  boxes: () => Tensor;
  [name: string]: () => Tensor;
}

function nativeGradients(
  dy: Tensor4D,
  image: Tensor4D,
  boxes: Tensor2D,
  boxInd: Tensor1D,
  method: Method,
): Gradients {
  const type: Attribute = { type: 'float32' };
  return {
    image: () => {
      const size = tf.tensor1d(image.shape, 'int32');
      return runNative('CropAndResizeGradImage', { T: type, method: { text: method } }, [
        dy,
        boxes,
        boxInd,
        size,
      ])[0];
    },
    boxes: () =>
      method === 'bilinear'
        ? runNative('CropAndResizeGradBoxes', { T: type, method: { text: method } }, [
            dy,
            image,
            boxes,
            boxInd,
          ])[0]
        : tf.zerosLike(boxes),
  };
}

/** By the sampling written out in operations that have gradients: crop = rows(y) · image · columns(x)ᵀ for each box. */
function composedGradients(
  dy: Tensor4D,
  image: Tensor4D,
  boxes: Tensor2D,
  boxInd: Tensor1D,
  method: Method,
): Gradients {
  const [, height, width] = image.shape;
  const [, cropHeight, cropWidth] = dy.shape;
  const agreement = (pixels: Tensor, corners: Tensor): tf.Scalar => {
    const [y1, x1, y2, x2] = tf.unstack(corners, 1) as Tensor1D[];
    const rows = weights(y1, y2, height, cropHeight, method); // [B, cropHeight, H]
    const columns = weights(x1, x2, width, cropWidth, method); // [B, cropWidth, W]
    const chosen = tf.gather(pixels, boxInd); // [B, H, W, C]
    const tall = tf.einsum('bph,bhwc->bpwc', rows, chosen);
    return tf.sum(tf.mul(tf.einsum('bpwc,bqw->bpqc', tall, columns), dy)) as tf.Scalar;
  };
  return {
    image: () => tf.grad((pixels) => agreement(pixels, boxes))(image),
    boxes: () =>
      method === 'bilinear' ? tf.grad((corners) => agreement(image, corners))(boxes) : tf.zerosLike(boxes),
  };
}

/** How much each of `length` source pixels counts in each of `samples` points between two corners: [B, samples, length] */
function weights(start: Tensor1D, end: Tensor1D, length: number, samples: number, method: Method): Tensor {
  const first = tf.expandDims(samples > 1 ? start : tf.mul(tf.add(start, end), 0.5), 1);
  const step = tf.expandDims(samples > 1 ? tf.div(tf.sub(end, start), samples - 1) : tf.zerosLike(start), 1);
  const points = tf.mul(tf.add(first, tf.mul(step, tf.range(0, samples))), length - 1); // [B, samples]
  const inside = tf.logicalAnd(tf.greaterEqual(points, 0), tf.lessEqual(points, length - 1));
  const pixels = tf.range(0, length);
  const share =
    method === 'bilinear'
      ? tf.relu(tf.sub(1, tf.abs(tf.sub(tf.expandDims(points, 2), pixels))))
      : tf.equal(tf.floor(tf.add(tf.expandDims(points, 2), 0.5)), pixels);
  return tf.mul(tf.cast(share, 'float32'), tf.cast(tf.expandDims(inside, 2), 'float32'));
}
