import { tf } from '../../../lib/runtime';
import { golden } from '../../golden';
import { assertClose, assertNoLeak } from '../../gradients';

type Tensor = import('@tensorflow/tfjs-core').Tensor;
type Tensor4D = import('@tensorflow/tfjs-core').Tensor4D;
type Tensor5D = import('@tensorflow/tfjs-core').Tensor5D;

interface Case {
  name: string;
  x: number[];
  filter: number[];
  convolve: (x: Tensor, filter: Tensor) => Tensor;
}

const cases: Case[] = [
  {
    name: 'conv2d dilation 2 same',
    x: [2, 5, 6, 2],
    filter: [3, 3, 2, 3],
    convolve: (x, filter) => tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same', 'NHWC', 2),
  },
  {
    name: 'conv3d dilation 2 valid',
    x: [1, 4, 5, 4, 2],
    filter: [2, 2, 2, 2, 2],
    convolve: (x, filter) => tf.conv3d(x as Tensor5D, filter as Tensor5D, 1, 'valid', 'NDHWC', 2),
  },
  {
    name: 'conv3dTranspose strides 2 valid',
    x: [1, 2, 3, 2, 2],
    filter: [2, 2, 2, 3, 2],
    convolve: (x, filter) =>
      tf.conv3dTranspose(x as Tensor5D, filter as Tensor5D, [1, 4, 6, 4, 3], [2, 2, 2], 'valid'),
  },
];

/** The values that tests/goldens/convolution-gradients.py used. */
function values(number: number, shape: number[]): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Array.from({ length: count }, (_, index) => Math.sin(0.7 * index + number)),
    shape,
  );
}

describe('gradients of convolutions are those of PyTorch', () => {
  const stored = golden<Record<string, { x: number[]; filter: number[] }>>('convolution-gradients');
  for (const { name, x, filter, convolve } of cases) {
    it(name, () => {
      assertNoLeak(() =>
        tf.tidy(() => {
          const loss = (a: Tensor, b: Tensor): Tensor => {
            const y = convolve(a, b);
            return tf.sum(tf.mul(y, values(2, y.shape)));
          };
          const [dx, dFilter] = tf.grads(loss)([values(0, x), values(1, filter)]);
          assertClose(dx, tf.tensor(stored[name].x, x), 1e-5);
          assertClose(dFilter, tf.tensor(stored[name].filter, filter), 1e-5);
        }),
      );
    });
  }
});
