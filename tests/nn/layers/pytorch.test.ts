import {
  activation,
  chain,
  convolution,
  normalization,
  resizing,
  transposedConvolution,
} from '../../../lib/nn/layers';
import { tf } from '../../../lib/runtime';
import { golden } from '../../golden';
import { assertClose, assertNoLeak } from '../../gradients';
import { sine } from '../sine';

interface Golden {
  shape: number[];
  output: number[];
  /** In the input, then in each weight. */
  gradients: number[][];
}

const twin = golden<Record<string, Golden>>('pytorch-layers');
const channels = { inputChannels: 2, outputChannels: 2, name: 'layer' };

const CASES: { title: string; input: number[]; layers: () => tf.layers.Layer[] }[] = [
  {
    title: 'convolution 2-D',
    input: [2, 4, 6, 2],
    layers: () => convolution({ ...channels, outputChannels: 3, strides: 2 }),
  },
  {
    title: 'convolution 2-D dilated',
    input: [1, 5, 6, 2],
    layers: () => convolution({ ...channels, dilation: 2 }),
  },
  {
    title: 'convolution 3-D',
    input: [1, 2, 4, 4, 2],
    layers: () => convolution({ ...channels, dimensions: 3, kernelSize: [3, 3, 5], strides: [1, 2, 2] }),
  },
  {
    title: 'transposed 2-D',
    input: [2, 3, 2, 2],
    layers: () => transposedConvolution({ ...channels, outputChannels: 3, kernelSize: 3 }),
  },
  {
    title: 'transposed 3-D',
    input: [1, 2, 2, 2, 2],
    layers: () => transposedConvolution({ ...channels, dimensions: 3, kernelSize: 3 }),
  },
  {
    title: 'transposed 3-D anisotropic',
    input: [1, 2, 2, 3, 2],
    layers: () => transposedConvolution({ ...channels, dimensions: 3, strides: [1, 2, 2] }),
  },
  {
    title: 'group 2-D',
    input: [2, 3, 4, 6],
    layers: () => normalization({ normalization: { name: 'group', groups: 2 }, name: 'layer' }),
  },
  {
    title: 'group 3-D',
    input: [2, 2, 3, 2, 4],
    layers: () => normalization({ normalization: { name: 'group', groups: 1 }, name: 'layer' }),
  },
  {
    title: 'instance 2-D',
    input: [3, 3, 4, 4],
    layers: () => normalization({ normalization: 'instance', name: 'layer' }),
  },
  {
    title: 'instance 3-D',
    input: [2, 2, 3, 2, 3],
    layers: () => normalization({ normalization: 'instance', name: 'layer' }),
  },
  {
    title: 'instance without affine',
    input: [2, 3, 4, 3],
    layers: () => normalization({ normalization: { name: 'instance', affine: false }, name: 'layer' }),
  },
  { title: 'resize 2-D', input: [2, 3, 4, 2], layers: () => [resizing({ size: [2, 3], name: 'layer' })] },
  {
    title: 'resize 3-D',
    input: [1, 2, 3, 2, 2],
    layers: () => [resizing({ dimensions: 3, name: 'layer' })],
  },
  {
    title: 'resize nearest 2-D',
    input: [1, 2, 3, 2],
    layers: () => [resizing({ interpolation: 'nearest', name: 'layer' })],
  },
  {
    title: 'resize nearest 3-D',
    input: [1, 2, 3, 2, 2],
    layers: () => [resizing({ dimensions: 3, size: [1, 2, 2], interpolation: 'nearest', name: 'layer' })],
  },
  {
    title: 'leakyRelu',
    input: [2, 3, 4, 2],
    layers: () => activation({ activation: { name: 'leakyRelu', slope: 0.2 }, name: 'layer' }),
  },
  {
    title: 'leakyRelu default',
    input: [2, 3, 4, 2],
    layers: () => activation({ activation: 'leakyRelu', name: 'layer' }),
  },
  {
    title: 'elu',
    input: [2, 3, 4, 2],
    layers: () => activation({ activation: 'elu', name: 'layer' }),
  },
  {
    title: 'prelu',
    input: [2, 3, 4, 2],
    layers: () => activation({ activation: 'prelu', name: 'layer' }),
  },
  {
    title: 'prelu per channel',
    input: [2, 3, 4, 2],
    layers: () => activation({ activation: { name: 'prelu', perChannel: true }, name: 'layer' }),
  },
];

/** Output and gradients of a chain of layers in its input and its weights, all from the goldens' formula. */
function compare(layers: tf.layers.Layer[], input: number[], expected: Golden): void {
  assertNoLeak(() => {
    tf.tidy(() => {
      const x = sine(0, input);
      chain(layers, x);
      const owner = layers.find((layer) => layer.weights.length > 0);
      owner?.setWeights(owner.weights.map(({ shape }, index) => sine(index + 1, shape as number[])));
      assertClose(chain(layers, x) as tf.Tensor, tf.tensor(expected.output, expected.shape), 1e-5);

      const weights = sine(9, expected.shape);
      const loss = (map: tf.Tensor): tf.Scalar => tf.sum(tf.mul(chain(layers, map) as tf.Tensor, weights));
      assertClose(tf.grad(loss)(x), tf.tensor(expected.gradients[0], input), 1e-5);
      if (owner === undefined) return;
      const { grads } = tf.variableGrads(() => loss(x));
      owner.trainableWeights.forEach((weight, index) => {
        const gradient = grads[(weight.read() as tf.Variable).name];
        assertClose(gradient, tf.tensor(expected.gradients[index + 1], gradient.shape), 1e-5);
      });
    });
    layers.forEach((layer) => void layer.dispose());
  });
}

describe('layers beside PyTorch: output and gradients', () => {
  for (const { title, input, layers } of CASES) {
    it(title, () => compare(layers(), input, twin[title]));
  }

  it('gelu, exact', () => {
    tf.tidy(() => {
      const layers = activation({ activation: 'gelu', name: 'layer' });
      const gelu = (x: tf.Tensor) => chain(layers, tf.mul(x, 3)) as tf.Tensor;
      const { shape, output, gradients } = twin.gelu;
      assertClose(gelu(sine(0, shape)), tf.tensor(output, shape), 1e-5);
      const loss = (x: tf.Tensor): tf.Scalar => tf.sum(tf.mul(gelu(x), sine(9, shape)));
      assertClose(tf.grad(loss)(sine(0, shape)), tf.tensor(gradients[0], shape), 1e-5);
    });
  });
});
