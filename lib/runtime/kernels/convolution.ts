import type { KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { runNative } from '../native/operation';
import { replaceKernel } from './register';

/**
 * Convolutions 3 × 3 that keep the size, and both of their gradients, by Winograd's F(4 × 4, 3 × 3)
 * (`native/kernels/winograd.cc`; Lavin and Gray 2016, arXiv:1509.09308): a quarter of the multiplications, 2 to 2.5
 * times as fast as TensorFlow's on the sizes of a U-Net. Results differ from the plain sum by some 1e-6 of their
 * standard deviation. Whatever it does not fit goes to the kernel that was there.
 */
export function installConvolution(): void {
  for (const [kernelName, compute] of Object.entries(KERNELS)) {
    const stock = tf.getKernel(kernelName, 'tensorflow').kernelFunc;
    replaceKernel(kernelName, (call) => compute(call) ?? stock(call));
  }
}

type Call = Parameters<KernelFunc>[0];

const KERNELS: Record<string, (call: Call) => Tensor | undefined> = {
  Conv2D({ inputs: { x, filter }, attrs }) {
    return fitsWinograd(attrs, x!, filter!.shape) ? convolve(x!, filter!) : undefined;
  },
  FusedConv2D({ inputs: { x, filter, bias, preluActivationWeights }, attrs }) {
    const activation = attrs!.activation as string;
    const isPlain = preluActivationWeights === undefined && ['linear', 'relu'].includes(activation);
    const isBias = bias === undefined || (bias.shape.length === 1 && bias.shape[0] === filter!.shape[3]);
    if (!isPlain || !isBias || !fitsWinograd(attrs, x!, filter!.shape)) return undefined;
    return convolve(x!, filter!, bias, activation === 'relu');
  },
  Conv2DBackpropInput({ inputs: { dy, filter }, attrs }) {
    if (!fitsWinograd(attrs, dy!, filter!.shape)) return undefined;
    return runNative('SegcourseConv2DBackpropInput', {}, [dy!, filter!])[0];
  },
  Conv2DBackpropFilter({ inputs: { x, dy }, attrs }) {
    if (!fitsWinograd(attrs, x!, attrs!.filterShape as number[])) return undefined;
    return runNative('SegcourseConv2DBackpropFilter', {}, [x!, dy!])[0];
  },
};

function convolve(x: TensorInfo, filter: TensorInfo, bias?: TensorInfo, relu = false): Tensor {
  const none = tf.tensor1d([]);
  const [y] = runNative('SegcourseConv2D', { relu: { bool: relu } }, [x, filter, none, bias ?? none]);
  none.dispose();
  return y;
}

/** Channels that the transforms pay for. */
const FEWEST_CHANNELS = 8;
/** Tiles of 4 × 4 outputs below which transforming the filter costs more than it saves. */
const FEWEST_TILES = 96;
/** Outputs that tiles compute beyond the image's edge, as a share of the image. */
const LARGEST_WASTE = 0.5;

/** Whether Winograd's way serves a convolution with these attributes, and is the faster one. */
export function fitsWinograd(
  attrs: object | undefined,
  image: TensorInfo,
  filter: readonly number[],
): boolean {
  const { strides, dilations = 1, pad, dataFormat } = attrs as Record<string, unknown>;
  const [batch, height, width] = image.shape;
  const tiles = batch * Math.ceil(height / 4) * Math.ceil(width / 4);
  return (
    image.dtype === 'float32' &&
    isOne(strides) &&
    isOne(dilations) &&
    pad === 'same' &&
    dataFormat === 'NHWC' &&
    filter[0] === 3 &&
    filter[1] === 3 &&
    Math.min(filter[2], filter[3]) >= FEWEST_CHANNELS &&
    tiles >= FEWEST_TILES &&
    16 * tiles <= (1 + LARGEST_WASTE) * batch * height * width
  );
}

const isOne = (sizes: unknown) => [sizes].flat().every((size) => size === 1);
