import { tf } from '../../runtime';
import { Dimensions, perAxis, product, Size } from './geometry';
import { heNormal } from './initializer';
import { zeroPadding } from './margins';

/** Options of a convolution and of a transposed one; the sizes are for all axes or for each. */
export interface ConvolutionOptions {
  /** Default 2. */
  dimensions?: Dimensions;
  inputChannels: number;
  outputChannels: number;
  kernelSize?: Size;
  strides?: Size;
  /** Default true. */
  useBias?: boolean;
  name: string;
}

/**
 * Convolution whose output is the input's size divided by the strides, where they divide it:
 * [B, H, W, inputChannels] → [B, H / s, W / s, outputChannels], 3-D likewise. Weights start from He's normal
 * distribution by fan-out.
 *
 * y[i] = Σ_k x[s·i + d·k − p] · w[k] with p = ⌊d·(kernelSize − 1) / 2⌋, outside of x zeros: aligned as PyTorch's
 * `Conv2d(kernel, stride, padding=p, dilation=d)`. TensorFlow's 'same' begins one pixel later where it strides, hence
 * the padding layer before a strided convolution.
 *
 * @param options kernelSize 3, strides 1, dilation 1 (strides and dilation not both above 1) by default
 * @returns one layer, or two where a strided convolution needs padding
 */
export function convolution(options: ConvolutionOptions & { dilation?: Size }): tf.layers.Layer[] {
  const { dimensions = 2, outputChannels, useBias = true, name } = options;
  const kernelSize = perAxis(name, 'kernelSize', options.kernelSize ?? 3, dimensions);
  const strides = perAxis(name, 'strides', options.strides ?? 1, dimensions);
  const dilation = perAxis(name, 'dilation', options.dilation ?? 1, dimensions);
  const isStrided = strides.some((stride) => stride > 1);
  const margins = kernelSize.map((size, axis): [number, number] => {
    const reach = (size - 1) * dilation[axis];
    const before = Math.floor(reach / 2);
    return [before, Math.max(0, reach - before - (strides[axis] - 1))];
  });
  const config = {
    name,
    filters: outputChannels,
    kernelSize: kernelSize as [number, number],
    strides: strides as [number, number],
    dilationRate: dilation as [number, number],
    padding: isStrided ? ('valid' as const) : ('same' as const),
    useBias,
    kernelInitializer: heNormal(outputChannels * product(kernelSize)),
  };
  const layer =
    dimensions === 2
      ? tf.layers.conv2d(config)
      : tf.layers.conv3d(config as unknown as Parameters<typeof tf.layers.conv3d>[0]);
  return isStrided && margins.flat().some((margin) => margin > 0)
    ? [zeroPadding(`${name}_padding`, margins), layer]
    : [layer];
}
