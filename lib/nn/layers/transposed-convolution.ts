import { tf } from '../../runtime';
import type { ConvolutionOptions } from './convolution';
import { perAxis, product } from './geometry';
import { heNormal } from './initializer';
import { cropping } from './margins';

/**
 * Transposed convolution whose output is exactly the input's size times the strides:
 * [B, H, W, inputChannels] → [B, s·H, s·W, outputChannels], 3-D likewise. Weights start from He's normal distribution
 * by fan-out.
 *
 * y[s·i + k − p] += x[i] · w[k] with p = 0 for kernels no larger than the stride, else ⌊(kernelSize − 1) / 2⌋: aligned
 * as PyTorch's `ConvTranspose2d(kernel, stride, padding=p, output_padding=…)` of twice the size. TensorFlow's 'same'
 * begins one pixel later for a kernel of 3 and a stride of 2, hence the cropping layer after it.
 *
 * @param options strides 2, kernelSize the strides by default
 * @returns one layer, or two where the output needs cropping
 */
export function transposedConvolution(options: ConvolutionOptions): tf.layers.Layer[] {
  const { dimensions = 2, inputChannels, outputChannels, useBias = true, name } = options;
  const strides = perAxis(name, 'strides', options.strides ?? 2, dimensions);
  const kernelSize = perAxis(name, 'kernelSize', options.kernelSize ?? strides, dimensions);
  const margins = kernelSize.map((size, axis): [number, number] => {
    const excess = Math.max(0, size - strides[axis]);
    const before = excess === 0 ? 0 : Math.floor((size - 1) / 2);
    return [before, excess - before];
  });
  const asSame = margins.every(([before, after]) => before === Math.floor((before + after) / 2));
  const config = {
    name,
    filters: outputChannels,
    kernelSize: kernelSize as [number, number],
    strides: strides as [number, number],
    padding: asSame ? ('same' as const) : ('valid' as const),
    useBias,
    // The transpose swaps the roles: its gradient is a convolution with inputChannels outputs.
    kernelInitializer: heNormal(inputChannels * product(kernelSize)),
  };
  const layer =
    dimensions === 2
      ? tf.layers.conv2dTranspose(config)
      : tf.layers.conv3dTranspose(config as unknown as Parameters<typeof tf.layers.conv3dTranspose>[0]);
  return asSame ? [layer] : [layer, cropping(`${name}_cropping`, margins)];
}
