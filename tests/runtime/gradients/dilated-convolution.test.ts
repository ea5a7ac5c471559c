import { tf } from '../../../lib/runtime';
import { assertGradient, assertNoLeak, weigh } from '../../gradients';

type Tensor = import('@tensorflow/tfjs-core').Tensor;
type Tensor3D = import('@tensorflow/tfjs-core').Tensor3D;
type Tensor4D = import('@tensorflow/tfjs-core').Tensor4D;
type Tensor5D = import('@tensorflow/tfjs-core').Tensor5D;

const linear = { step: 0.5, tolerance: 1e-3 };

describe('gradient of dilated conv2d', () => {
  const cases: { kernel: [number, number]; dilation: [number, number]; pad: 'same' | 'valid' | number }[] = [
    { kernel: [3, 3], dilation: [2, 2], pad: 'same' },
    { kernel: [3, 3], dilation: [2, 1], pad: 'valid' },
    { kernel: [2, 3], dilation: [3, 2], pad: 'same' },
    { kernel: [1, 1], dilation: [2, 2], pad: 'same' },
  ];
  for (const { kernel, dilation, pad } of cases) {
    it(`kernel ${kernel}, dilation ${dilation}, ${pad}: in the input and in the filter`, () => {
      assertNoLeak(() =>
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R4>([2, 6, 7, 2], 0, 1, 'float32', 1);
          const filter = tf.randomNormal<tf.Rank.R4>([...kernel, 2, 3], 0, 1, 'float32', 2);
          assertGradient((v) => weigh(tf.conv2d(v as Tensor4D, filter, 1, pad, 'NHWC', dilation)), x, linear);
          assertGradient((v) => weigh(tf.conv2d(x, v as Tensor4D, 1, pad, 'NHWC', dilation)), filter, linear);
        }),
      );
    });
  }

  it('undilated convolutions keep their gradient', () => {
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([1, 5, 5, 2], 0, 1, 'float32', 1);
      const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 2, 2], 0, 1, 'float32', 2);
      assertGradient((v) => weigh(tf.conv2d(x, v as Tensor4D, 2, 'same')), filter, linear);
    });
  });

  it('conv1d', () => {
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R3>([2, 9, 2], 0, 1, 'float32', 1);
      const filter = tf.randomNormal<tf.Rank.R3>([3, 2, 2], 0, 1, 'float32', 2);
      assertGradient((v) => weigh(tf.conv1d(v as Tensor3D, filter, 1, 'same', 'NWC', 2)), x, linear);
      assertGradient((v) => weigh(tf.conv1d(x, v as Tensor3D, 1, 'same', 'NWC', 2)), filter, linear);
    });
  });

  for (const activation of ['linear', 'relu'] as const) {
    it(`trains through tf.layers.conv2d with ${activation} activation`, () => {
      assertNoLeak(() =>
        tf.tidy(() => {
          const layer = tf.layers.conv2d({
            filters: 2,
            kernelSize: 3,
            dilationRate: 2,
            padding: 'same',
            activation,
          });
          const x = tf.randomNormal<tf.Rank.R4>([1, 6, 6, 2], 0, 1, 'float32', 1);
          layer.apply(x);
          const { value, grads } = tf.variableGrads(() => tf.sum(layer.apply(x) as Tensor));
          // Recorded or not, the layer computes the same.
          const plain = tf.sum(layer.apply(x) as Tensor);
          const names = Object.keys(grads);
          if (names.length !== 2) throw new Error(`got gradients of ${names}; expected kernel and bias`);
          assertGradient((v) => tf.sum(layer.apply(v) as Tensor), x, { step: 1e-3, tolerance: 2e-2 });
          if (Math.abs(value.dataSync()[0] - plain.dataSync()[0]) > 1e-4)
            throw new Error('training changes values');
          layer.dispose();
        }),
      );
    });
  }
});

describe('gradient of dilated conv3d', () => {
  const cases: { dilation: [number, number, number]; pad: 'same' | 'valid' }[] = [
    { dilation: [2, 2, 2], pad: 'same' },
    { dilation: [1, 2, 1], pad: 'valid' },
  ];
  for (const { dilation, pad } of cases) {
    it(`dilation ${dilation}, ${pad}: in the input and in the filter`, () => {
      assertNoLeak(() =>
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R5>([1, 4, 5, 4, 2], 0, 1, 'float32', 1);
          const filter = tf.randomNormal<tf.Rank.R5>([2, 3, 2, 2, 2], 0, 1, 'float32', 2);
          assertGradient(
            (v) => weigh(tf.conv3d(v as Tensor5D, filter, 1, pad, 'NDHWC', dilation)),
            x,
            linear,
          );
          assertGradient(
            (v) => weigh(tf.conv3d(x, v as Tensor5D, 1, pad, 'NDHWC', dilation)),
            filter,
            linear,
          );
        }),
      );
    });
  }
});
