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

/** From the sampling as matrix products, crop = rows · image · columnsᵀ for each box: every step has a gradient. */
function composedGradients(
  dy: Tensor4D,
  image: Tensor4D,
  boxes: Tensor2D,
  boxInd: Tensor1D,
  method: Method,
): Gradients {
  const [count, height, width] = image.shape;
  const [, cropHeight, cropWidth] = dy.shape;
  const [y1, x1, y2, x2] = tf.unstack(boxes, 1) as Tensor1D[];
  const vertical = new Sampling(y1, y2, height, cropHeight, method);
  const horizontal = new Sampling(x1, x2, width, cropWidth, method);
  const transposed = (matrices: Tensor): Tensor => tf.transpose(matrices, [0, 2, 1]);
  return {
    image: () => {
      const [rows, columns] = [transposed(vertical.weights()), transposed(horizontal.weights())];
      return tf.unsortedSegmentSum(sample(rows, dy, columns), boxInd, count);
    },
    boxes: () => {
      if (method === 'nearest') return tf.zerosLike(boxes);
      const chosen = tf.gather(image, boxInd); // [B, H, W, C]
      const down = sample(vertical.slopes(), chosen, horizontal.weights());
      const along = sample(vertical.weights(), chosen, horizontal.slopes());
      const [top, bottom] = vertical.toCorners(tf.sum(tf.mul(down, dy), [2, 3]));
      const [left, right] = horizontal.toCorners(tf.sum(tf.mul(along, dy), [1, 3]));
      return tf.stack([top, left, bottom, right], 1);
    },
  };
}

/** rows [B, p, H] · x [B, H, W, C] · columns [B, q, W]ᵀ for each channel: [B, p, q, C] */
function sample(rows: Tensor, x: Tensor, columns: Tensor): Tensor {
  const [boxCount, height, width, channels] = x.shape;
  const [p, q] = [rows.shape[1]!, columns.shape[1]!];
  const tall = tf.matMul(rows, tf.reshape(x, [boxCount, height, width * channels]));
  const turned = tf.transpose(tf.reshape(tall, [boxCount, p, width, channels]), [0, 2, 1, 3]);
  const wide = tf.matMul(columns, tf.reshape(turned, [boxCount, width, p * channels]));
  return tf.transpose(tf.reshape(wide, [boxCount, q, p, channels]), [0, 2, 1, 3]);
}

/** Where the samples between two corners fall along one axis of `length` pixels. */
class Sampling {
  readonly #shares: [start: Tensor, end: Tensor]; // how much each corner moves each sample, in pixels
  readonly #offsets: Tensor; // [B, samples, length]: sample minus pixel
  readonly #inside: Tensor; // [B, samples, 1]
  readonly #method: Method;

  constructor(start: Tensor1D, end: Tensor1D, length: number, samples: number, method: Method) {
    const along = samples > 1 ? tf.div(tf.range(0, samples), samples - 1) : tf.tensor1d([0.5]);
    this.#shares = [tf.mul(tf.sub(1, along), length - 1), tf.mul(along, length - 1)];
    const points = tf.add(
      tf.mul(tf.expandDims(start, 1), this.#shares[0]),
      tf.mul(tf.expandDims(end, 1), this.#shares[1]),
    );
    const inside = tf.logicalAnd(tf.greaterEqual(points, 0), tf.lessEqual(points, length - 1));
    this.#inside = tf.expandDims(tf.cast(inside, 'float32'), 2);
    this.#offsets = tf.sub(tf.expandDims(points, 2), tf.range(0, length));
    this.#method = method;
  }

  /** How much each pixel counts in each sample: [B, samples, length]. */
  weights(): Tensor {
    const share =
      this.#method === 'bilinear'
        ? tf.relu(tf.sub(1, tf.abs(this.#offsets)))
        : tf.cast(tf.equal(tf.floor(tf.add(this.#offsets, 0.5)), 0), 'float32');
    return tf.mul(share, this.#inside);
  }

  /** Derivative of the bilinear weights in the position of the sample: [B, samples, length]. */
  slopes(): Tensor {
    const near = tf.cast(tf.less(tf.abs(this.#offsets), 1), 'float32');
    return tf.mul(tf.mul(tf.neg(tf.sign(this.#offsets)), near), this.#inside);
  }

  /** Gradients in the samples [B, samples] to those in the two corners, [B] each. */
  toCorners(gradient: Tensor): [start: Tensor, end: Tensor] {
    const [start, end] = this.#shares;
    return [tf.sum(tf.mul(gradient, start), 1), tf.sum(tf.mul(gradient, end), 1)];
  }
}
