import assert from 'node:assert/strict';
import { tf } from '../../lib/runtime';
import { assertClose, assertNoLeak } from '../gradients';

describe('corrected kernels', () => {
  it('round gives an int32 tensor its own values', () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const x = tf.tensor1d([-7, 0, 3, 2 ** 30 + 1], 'int32');
        const y = tf.round(x);
        assert.equal(y.dtype, 'int32');
        assert.deepEqual([...y.dataSync()], [-7, 0, 3, 2 ** 30 + 1]);
      }),
    );
  });

  it('round takes halves to the even neighbour', () => {
    tf.tidy(() => assert.deepEqual([...tf.round([0.5, 1.5, -2.5, 2.4]).dataSync()], [0, 2, -2, 2]));
  });

  it('sums over all axes but the last are those of float64 arithmetic', () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const x = tf.randomUniform([8, 64, 64, 5], -1, 3, 'float32', 1);
        const sums = new Float64Array(5);
        x.dataSync().forEach((value, index) => (sums[index % 5] += value));
        assertClose(tf.sum(x, [0, 1, 2]), [...sums], 1e-5);
        assertClose(tf.sum(x.reshape([-1, 5]), 0), [...sums], 1e-5);
        assertClose(tf.sum(x, [0, 1, 2], true), [[[[...sums]]]], 1e-5);
      }),
    );
  });

  it('sums of other axes, types and empty tensors are as before', () => {
    tf.tidy(() => {
      assert.deepEqual(
        tf
          .sum(
            tf.tensor2d([
              [1, 2],
              [3, 4],
            ]),
            1,
          )
          .arraySync(),
        [3, 7],
      );
      assert.deepEqual(
        tf
          .sum(
            tf.tensor2d(
              [
                [1, 2],
                [3, 4],
              ],
              [2, 2],
              'int32',
            ),
            0,
          )
          .arraySync(),
        [4, 6],
      );
      assert.deepEqual(tf.sum(tf.zeros([0, 3]), 0).arraySync(), [0, 0, 0]);
    });
  });
});
