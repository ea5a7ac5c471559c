import { tf } from '../load';
import { runNative } from '../native/operation';
import { replaceKernel } from './register';

/**
 * The gradient of max-pooling by windows of 2 that do not overlap and cover the image, in two or three dimensions
 * (`native/kernels/max-pool.cc`), some ten times as fast as TensorFlow's. As there, the first of equal values of a
 * window takes it all. Other pooling goes to the kernel that was there.
 */
export function installMaxPoolGradient(): void {
  for (const kernelName of ['MaxPoolGrad', 'MaxPool3DGrad']) {
    const stock = tf.getKernel(kernelName, 'tensorflow').kernelFunc;
    replaceKernel(kernelName, (call) => {
      const { dy, input, output } = call.inputs;
      const { filterSize, strides } = call.attrs as Record<string, number | number[]>;
      const covers = dy!.shape.slice(1, -1).every((length, axis) => 2 * length === input!.shape[axis + 1]);
      if (!areTwo(filterSize) || !areTwo(strides) || !covers || input!.dtype !== 'float32')
        return stock(call);
      return runNative('SegcourseMaxPoolGrad', {}, [input!, output!, dy!])[0];
    });
  }
}

const areTwo = (sizes: number | number[]) => [sizes].flat().every((size) => size === 2);
