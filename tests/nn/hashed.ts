import { tf } from '../../lib/runtime';

/** The values of tests/goldens/hashed.py: MurmurHash3's finaliser of i + p · 0x9e3779b9, in [−1, 1), times a scale. */
export function hashed(number: number, count: number, scale = 1): Float32Array {
  const start = Math.imul(number, 0x9e3779b9);
  const factor = Math.fround(scale);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let x = start + index;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    x = (x ^ (x >>> 16)) >>> 0;
    values[index] = Math.fround(x / 2 ** 31 - 1) * factor;
  }
  return values;
}

/** A PyTorch tensor [N, C, H, W] or [N, C] of such values as [N, H, W, C]. */
export function hashedImages(number: number, shape: number[]): tf.Tensor {
  return tf.tidy(() => {
    const tensor = tf.tensor(hashed(number, tf.util.sizeFromShape(shape)), shape);
    return shape.length === 4 ? tensor.transpose([0, 2, 3, 1]) : tensor;
  });
}

/** Gives layers the weights that `fill` in hashed.py gives their PyTorch twins, named in PyTorch's order. */
export function fillHashed(model: tf.LayersModel, names: readonly string[]): void {
  let number = 0;
  tf.tidy(() => {
    for (const name of names) {
      const layer = model.getLayer(name);
      const isBatchNormalization = layer.getClassName() === 'BatchNormalization';
      const weights = layer.getWeights().map((weight, index) => {
        if (weight.rank > 1) return kernel(layer, weight.shape, number++);
        const offset = isBatchNormalization && index % 3 === 0 ? 1 : 0; // γ, β, mean, variance
        return tf.tensor1d(hashed(number++, weight.size, 0.1)).add(offset);
      });
      layer.setWeights(weights);
    }
  });
}

/** TensorFlow's layout of a PyTorch kernel. */
function kernel(layer: tf.layers.Layer, shape: number[], number: number): tf.Tensor {
  const [height, width, a, b] = shape;
  const isDepthwise = layer.getClassName() === 'DepthwiseConv2D';
  const isTransposed = layer.getClassName() === 'Conv2DTranspose';
  const inputs = isDepthwise ? 1 : isTransposed ? b : a;
  const scale = Math.sqrt(6 / (inputs * height * width));
  const values = hashed(number, height * width * a * b, scale);
  // [out, in, kh, kw] → [kh, kw, in, out]; transposed [in, out, …] → [kh, kw, out, in]; depthwise [in, 1, …] → [kh, kw, in, 1]
  return isDepthwise
    ? tf.tensor(values, [a, b, height, width]).transpose([2, 3, 0, 1])
    : tf.tensor(values, [b, a, height, width]).transpose([2, 3, 1, 0]);
}

/** Names of the weights' layers of VGG16's convolutional part, in order. */
export const VGG16_CONVOLUTIONS = [2, 2, 3, 3, 3].flatMap((count, block) =>
  Array.from({ length: count }, (_, step) => `conv${block + 1}_${step + 1}`),
);
