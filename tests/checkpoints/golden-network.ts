import { readTorch } from '../../lib/io/torch/read-torch';
import { stateDict, StateDict } from '../../lib/io/torch/state-dict';
import { tf } from '../../lib/runtime';
import { assertClose } from '../gradients';

/** A network of tests/goldens/checkpoints-layers.py: its file, its input's shape in PyTorch's order, what it returns. */
export interface GoldenNetwork {
  file: string;
  input: number[];
  shape: number[];
  output: number[];
}

export const fileOf = ({ file }: GoldenNetwork) => new Uint8Array(Buffer.from(file, 'base64'));

export const weightsOf = (network: GoldenNetwork, name = 'golden.pth'): StateDict =>
  stateDict(readTorch(name, fileOf(network)));

/** Value i is cos(0.3·i), channels then moved last. */
export function inputOf({ input }: GoldenNetwork): import('@tensorflow/tfjs-core').Tensor {
  return tf.tidy(() => {
    const count = tf.util.sizeFromShape(input);
    const values = Float32Array.from({ length: count }, (_, index) => Math.cos(0.3 * index));
    const axes = input.map((_, axis) => axis);
    const [batch, channels, ...sides] = axes;
    return tf.transpose(tf.tensor(values, input), [batch, ...sides, channels]);
  });
}

/** Asserts that a model gives what PyTorch's network gives. */
export function assertSameOutput(model: tf.LayersModel, network: GoldenNetwork, tolerance = 1e-5): void {
  tf.tidy(() => {
    const output = model.predict(inputOf(network)) as import('@tensorflow/tfjs-core').Tensor;
    assertClose(output, tf.tensor(network.output, network.shape), tolerance);
  });
}
