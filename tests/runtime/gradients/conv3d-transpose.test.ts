import { tf } from '../../../lib/runtime';
import { assertGradient, assertNoLeak } from '../../gradients';

type Tensor5D = import('@tensorflow/tfjs-core').Tensor5D;
type Scalar = import('@tensorflow/tfjs-core').Scalar;

describe('gradient of conv3dTranspose', () => {
  const cases: {
    strides: [number, number, number];
    pad: 'valid' | 'same';
    output: [number, number, number];
  }[] = [
    { strides: [1, 1, 1], pad: 'same', output: [2, 3, 2] },
    { strides: [2, 2, 2], pad: 'valid', output: [4, 6, 4] },
    { strides: [1, 2, 2], pad: 'same', output: [2, 6, 4] },
    { strides: [1, 2, 1], pad: 'valid', output: [3, 6, 3] },
  ];
  for (const { strides, pad, output } of cases) {
    it(`strides ${strides}, ${pad}: in the input and in the filter`, () => {
      assertNoLeak(() =>
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R5>([2, 2, 3, 2, 2], 0, 1, 'float32', 1);
          const filter = tf.randomNormal<tf.Rank.R5>([2, 2, 2, 3, 2], 0, 1, 'float32', 2);
          const shape: [number, number, number, number, number] = [2, ...output, 3];
          const weights = tf.randomNormal(shape, 0, 1, 'float32', 3);
          const weigh = (y: Tensor5D): Scalar => tf.sum(tf.mul(y, weights));
          const linear = { step: 0.5, tolerance: 1e-3 };
          assertGradient(
            (v) => weigh(tf.conv3dTranspose(v as Tensor5D, filter, shape, strides, pad)),
            x,
            linear,
          );
          assertGradient(
            (v) => weigh(tf.conv3dTranspose(x, v as Tensor5D, shape, strides, pad)),
            filter,
            linear,
          );
        }),
      );
    });
  }

  it('trains through tf.layers.conv3dTranspose', () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const layer = tf.layers.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 });
        const x = tf.randomNormal([1, 2, 2, 2, 3], 0, 1, 'float32', 1);
        assertGradient((v) => tf.sum(tf.square(layer.apply(v) as Tensor5D)), x, {
          step: 0.1,
          tolerance: 2e-3,
        });
        layer.dispose();
      }),
    );
  });
});
