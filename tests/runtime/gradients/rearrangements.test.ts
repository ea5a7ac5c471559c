import { tf } from '../../../lib/runtime';
import { assertClose, assertGradient, assertNoLeak, weigh } from '../../gradients';

type Tensor = import('@tensorflow/tfjs-core').Tensor;
type Tensor4D = import('@tensorflow/tfjs-core').Tensor4D;

const linear = { step: 0.5, tolerance: 1e-4 };

describe('gradient of depthToSpace', () => {
  for (const blockSize of [2, 3]) {
    it(`block ${blockSize}`, () => {
      assertNoLeak(() =>
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R4>([2, 2, 3, 2 * blockSize ** 2], 0, 1, 'float32', 1);
          assertGradient((v) => weigh(tf.depthToSpace(v as Tensor4D, blockSize)), x, linear);
        }),
      );
    });
  }
});

describe('gradient of stridedSlice', () => {
  const cases: [string, (x: Tensor) => Tensor][] = [
    ['strides', (x) => tf.stridedSlice(x, [0, 1, 0], [3, 5, 4], [2, 2, 3])],
    ['negative strides', (x) => tf.stridedSlice(x, [2, 4, 3], [0, 0, 1], [-1, -2, -1])],
    ['masks for begin and end', (x) => tf.stridedSlice(x, [1, 1, 1], [2, 2, 2], [1, 2, 1], 0b011, 0b101)],
    ['a shrunk axis', (x) => tf.stridedSlice(x, [1, 0, 0], [2, 5, 4], [1, 1, 2], 0, 0, 0, 0, 0b001)],
    ['an ellipsis', (x) => tf.stridedSlice(x, [0, 1], [0, 3], [1, 1], 0, 0, 0b01)],
    ['nothing', (x) => tf.stridedSlice(x, [2, 0, 0], [2, 5, 4], [1, 1, 1])],
  ];
  for (const [name, slice] of cases) {
    it(name, () => {
      assertNoLeak(() =>
        tf.tidy(() => {
          const x = tf.randomNormal([3, 5, 4], 0, 1, 'float32', 1);
          assertGradient((v) => weigh(slice(v)), x, linear);
        }),
      );
    });
  }
});

describe('gradient of gatherND', () => {
  it('adds where an index repeats', () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
        const indices = tf.tensor2d([0, 1, 0, 1, 1, 0], [3, 2], 'int32');
        const dx = tf.grad((v) => tf.sum(tf.mul(tf.gatherND(v, indices), tf.tensor1d([10, 100, 7]))))(x);
        assertClose(
          dx,
          [
            [0, 110],
            [7, 0],
          ],
          0,
        );
      }),
    );
  });

  it('rows of a tensor', () => {
    tf.tidy(() => {
      const x = tf.randomNormal([3, 4, 2], 0, 1, 'float32', 1);
      const indices = tf.tensor3d([2, 3, 0, 0, 1, 1, 2, 0], [2, 2, 2], 'int32');
      assertGradient((v) => weigh(tf.gatherND(v, indices)), x, linear);
    });
  });

  it('scatterND', () => {
    tf.tidy(() => {
      const updates = tf.randomNormal([3, 2], 0, 1, 'float32', 1);
      const indices = tf.tensor2d([3, 0, 3], [3, 1], 'int32');
      assertGradient((v) => weigh(tf.scatterND(indices, v, [4, 2])), updates, linear);
    });
  });
});
