import { tf } from '../../runtime';
import { Dimensions, perAxis, Size } from './geometry';

/** Max-pooling whose strides are its window: [B, H, W, C] → [B, H / size, W / size, C]; 3-D likewise. */
export function maxPooling(options: { dimensions?: Dimensions; size?: Size; name: string }): tf.layers.Layer {
  const { dimensions = 2, size = 2, name } = options;
  const poolSize = perAxis(name, 'size', size, dimensions);
  if (dimensions === 2) {
    const [height, width] = poolSize;
    return tf.layers.maxPooling2d({ name, poolSize: [height, width], strides: [height, width] });
  }
  const [depth, height, width] = poolSize;
  return tf.layers.maxPooling3d({ name, poolSize: [depth, height, width], strides: [depth, height, width] });
}
