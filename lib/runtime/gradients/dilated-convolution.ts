import type { GradFunc, NamedAttrMap, Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import { tf } from '../load';

type Convolution = (x: Tensor, filter: Tensor, dilations: number[]) => Tensor;
type Padding = [before: number, after: number];

/**
 * Gradients of `tf.conv2d`, `tf.conv1d` and `tf.conv3d` with dilation > 1 (stride 1: tfjs allows no other then).
 * Undilated ones keep the gradient that tfjs brings.
 *
 * y[i] = Σ_k x[i + k·d − p] · f[k] gives
 * - dx[j] = Σ_k dy[j − k·d + p] · f[k]ᵀ: the same dilated convolution of dy with the filter mirrored in space and
 *   transposed in its channels;
 * - df[k] = Σ_i x[i + k·d − p]ᵀ · dy[i]: one matrix product for each tap.
 */
export function installDilatedConvolutionGradients(): void {
  extend('Conv2D', (dy, saved, attrs) => {
    const { pad, dataFormat } = attrs as { pad: 'same' | 'valid' | number; dataFormat: 'NHWC' | 'NCHW' };
    const channelsFirst = dataFormat === 'NCHW';
    const [x, filter] = saved as Tensor4D[];
    const lastX = channelsFirst ? tf.transpose(x, [0, 2, 3, 1]) : x;
    const lastDy = channelsFirst ? tf.transpose(dy, [0, 2, 3, 1]) : dy;
    const dilations = asTuple(attrs.dilations as number | number[], 2);
    const info = tf.backend_util.computeConv2DInfo(
      lastX.shape as Tensor4D['shape'],
      filter.shape,
      1,
      dilations as [number, number],
      pad,
    );
    const { top, bottom, left, right } = info.padInfo;
    const paddings: Padding[] = [
      [top, bottom],
      [left, right],
    ];
    const convolve: Convolution = (a, f, d) =>
      tf.conv2d(a as Tensor4D, f as Tensor4D, 1, 'valid', 'NHWC', d as [number, number]);
    return {
      x: () => {
        const dx = inputGradient(lastDy, filter, dilations, paddings, convolve);
        return channelsFirst ? tf.transpose(dx, [0, 3, 1, 2]) : dx;
      },
      filter: () => filterGradient(lastX, lastDy, filter.shape, dilations, paddings),
    };
  });

  extend('Conv3D', (dy, saved, attrs) => {
    const [x, filter] = saved as Tensor5D[];
    const dilations = asTuple(attrs.dilations as number | number[], 3);
    const info = tf.backend_util.computeConv3DInfo(
      x.shape,
      filter.shape,
      1,
      dilations as [number, number, number],
      attrs.pad as 'same' | 'valid',
    );
    const { front, back, top, bottom, left, right } = info.padInfo;
    const paddings: Padding[] = [
      [front, back],
      [top, bottom],
      [left, right],
    ];
    const convolve: Convolution = (a, f, d) =>
      tf.conv3d(a as Tensor5D, f as Tensor5D, 1, 'valid', 'NDHWC', d as [number, number, number]);
    return {
      x: () => inputGradient(dy, filter, dilations, paddings, convolve),
      filter: () => filterGradient(x, dy, filter.shape, dilations, paddings),
    };
  });
}

type DilatedGradient = (dy: Tensor, saved: Tensor[], attrs: NamedAttrMap) => ReturnType<GradFunc>;

function extend(kernelName: 'Conv2D' | 'Conv3D', dilated: DilatedGradient): void {
  const stock = tf.getGradient(kernelName);
  tf.registerGradient({
    ...stock,
    gradFunc: (dy, saved, attrs) => {
      const dilations = attrs.dilations as number | number[];
      const isDilated = [dilations].flat().some((dilation) => dilation > 1);
      return isDilated ? dilated(dy as Tensor, saved, attrs) : stock.gradFunc(dy, saved, attrs);
    },
  });
}

function inputGradient(
  dy: Tensor, // [N, ...out, Cout]
  filter: Tensor, // [...kernel, Cin, Cout]
  dilations: number[],
  paddings: Padding[],
  convolve: Convolution,
): Tensor {
  const axes = dilations.map((_, axis) => axis);
  const rank = axes.length;
  const reach = axes.map((axis) => (filter.shape[axis] - 1) * dilations[axis]);
  const margins = axes.map((axis): Padding => {
    const [before, after] = paddings[axis];
    return [reach[axis] - before, reach[axis] - after];
  });
  const mirrored = tf.transpose(tf.reverse(filter, axes), [...axes, rank + 1, rank]);
  return convolve(padOrCrop(dy, margins), mirrored, dilations);
}

function filterGradient(
  x: Tensor, // [N, ...in, Cin]
  dy: Tensor, // [N, ...out, Cout]
  filterShape: number[],
  dilations: number[],
  paddings: Padding[],
): Tensor {
  const [inputs, outputs] = filterShape.slice(-2);
  const kernel = filterShape.slice(0, -2);
  const size = [...dy.shape.slice(0, -1), inputs];
  const padded = padOrCrop(x, paddings);
  const gradient = tf.reshape(dy, [-1, outputs]);
  const taps = Array.from({ length: tf.util.sizeFromShape(kernel) }, (_, tap) => {
    const position = tf.util.indexToLoc(tap, kernel.length, tf.util.computeStrides(kernel));
    const begin = [0, ...position.map((k, axis) => k * dilations[axis]), 0];
    const seen = tf.reshape(tf.slice(padded, begin, size), [-1, inputs]);
    return tf.matMul(seen, gradient, true);
  });
  return tf.reshape(tf.stack(taps), filterShape);
}

/** Pads the spatial axes with zeros; a negative padding cuts off instead (explicit paddings wider than the filter). */
function padOrCrop(x: Tensor, paddings: Padding[]): Tensor {
  const begin = [0, ...paddings.map(([before]) => Math.max(0, -before)), 0];
  const end = [0, ...paddings.map(([, after]) => Math.max(0, -after)), 0];
  const cropped = tf.slice(
    x,
    begin,
    x.shape.map((length, axis) => length - begin[axis] - end[axis]),
  );
  const margins = paddings.map(([before, after]): Padding => [Math.max(0, before), Math.max(0, after)]);
  return tf.pad(cropped, [[0, 0], ...margins, [0, 0]]);
}

function asTuple(value: number | number[], length: number): number[] {
  return typeof value === 'number' ? new Array<number>(length).fill(value) : value;
}
