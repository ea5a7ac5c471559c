import assert from 'node:assert/strict';
import { tf } from '../../lib/runtime';
import { fitsWinograd } from '../../lib/runtime/kernels/convolution';
import { hasOwnKernels } from '../../lib/runtime/native/kernels-addon';
import { runNative } from '../../lib/runtime/native/operation';
import { assertClose, assertNoLeak } from '../gradients';

type Tensor = import('@tensorflow/tfjs-core').Tensor;

const FLOAT = { T: { type: 'float32' } } as const;
const SAME = {
  ...FLOAT,
  strides: { int: [1, 1, 1, 1] },
  padding: { text: 'SAME' },
  data_format: { text: 'NHWC' },
} as const;

const normal = (shape: number[], seed: number, deviation = 1): Tensor =>
  tf.randomNormal(shape, 0, deviation, 'float32', seed);

/** TensorFlow's own kernels, by their names in its registry. */
const stock = {
  convolve: (x: Tensor, w: Tensor) => runNative('Conv2D', SAME, [x, w])[0],
  inputGradient: (x: Tensor, w: Tensor, dy: Tensor) =>
    runNative('Conv2DBackpropInput', SAME, [tf.tensor1d(x.shape, 'int32'), w, dy])[0],
  filterGradient: (x: Tensor, w: Tensor, dy: Tensor) =>
    runNative('Conv2DBackpropFilter', SAME, [x, tf.tensor1d(w.shape, 'int32'), dy])[0],
};

/** Largest difference, in units of the expected values' root mean square. */
function deviation(actual: Tensor, expected: Tensor): number {
  assert.deepEqual(actual.shape, expected.shape);
  return tf.tidy(() =>
    tf
      .div(tf.max(tf.abs(tf.sub(actual, expected))), tf.sqrt(tf.mean(tf.square(expected))))
      .dataSync<'float32'>(),
  )[0];
}

/** Rounding of both ways: each is within some 1e-6 of the exact sum, the largest of many values some ten times that. */
const ROUNDING = 5e-5;

describe("the library's own native kernels", () => {
  before(function () {
    if (!hasOwnKernels()) this.skip();
  });

  describe('convolution by Winograd’s transform', () => {
    const shapes = [
      { x: [2, 64, 64, 16], outputs: 32 }, // whole tiles and whole blocks of channels
      { x: [1, 63, 61, 16], outputs: 16 }, // tiles cut off below and on the right
      { x: [9, 13, 18, 8], outputs: 9 }, // channels that fill no block; tiles of several images in a block
      { x: [1, 50, 41, 35], outputs: 50 }, // one panel of columns narrower than the others
      { x: [3, 24, 24, 200], outputs: 136 }, // blocks of more tiles
    ];
    for (const { x: shape, outputs } of shapes) {
      it(`[${shape}] to ${outputs} channels: output and gradients are TensorFlow's`, () => {
        assertNoLeak(() =>
          tf.tidy(() => {
            const x = normal(shape, 1);
            const w = normal([3, 3, shape[3], outputs], 2, Math.sqrt(2 / 9 / shape[3]));
            const dy = normal([...shape.slice(0, 3), outputs], 3);
            assert.ok(fitsWinograd({ strides: 1, pad: 'same', dataFormat: 'NHWC' }, x, w.shape));
            const y = tf.conv2d(x as never, w as never, 1, 'same') as Tensor;
            assert.ok(deviation(y, stock.convolve(x, w)) < ROUNDING);
            const [dx, dw] = tf.grads((a, b) => tf.conv2d(a as never, b as never, 1, 'same') as Tensor)(
              [x, w],
              dy,
            );
            assert.ok(deviation(dx, stock.inputGradient(x, w, dy)) < ROUNDING);
            assert.ok(deviation(dw, stock.filterGradient(x, w, dy)) < ROUNDING);
          }),
        );
      });
    }

    it('adds a bias and cuts off below zero in the same pass', () => {
      tf.tidy(() => {
        const x = normal([1, 48, 48, 8], 4);
        const w = normal([3, 3, 8, 12], 5, 0.2);
        const bias = normal([12], 6);
        const y = tf.fused.conv2d({
          x: x as never,
          filter: w as never,
          strides: 1,
          pad: 'same',
          bias,
          activation: 'relu',
        });
        assertClose(y, tf.relu(tf.add(stock.convolve(x, w), bias)), 1e-4);
      });
    });

    it('is not used where it does not fit or does not pay', () => {
      const same = { strides: 1, dilations: 1, pad: 'same', dataFormat: 'NHWC' };
      const image = { shape: [1, 64, 64, 16], dtype: 'float32', dataId: {} } as never;
      const filter = [3, 3, 16, 16];
      assert.ok(fitsWinograd(same, image, filter));
      for (const change of [
        { strides: 2 },
        { strides: [1, 2] },
        { dilations: 2 },
        { pad: 'valid' },
        { pad: 1 },
        { dataFormat: 'NCHW' },
      ]) {
        assert.ok(!fitsWinograd({ ...same, ...change }, image, filter), JSON.stringify(change));
      }
      assert.ok(!fitsWinograd(same, image, [1, 1, 16, 16]));
      assert.ok(!fitsWinograd(same, image, [3, 3, 4, 16]));
      assert.ok(!fitsWinograd(same, { ...(image as object), shape: [1, 16, 16, 16] } as never, filter));
      assert.ok(!fitsWinograd(same, { ...(image as object), shape: [200, 5, 5, 16] } as never, filter));
    });

    it('names what does not fit together', () => {
      tf.tidy(() => {
        const none = tf.tensor1d([]);
        const relu = { relu: { bool: false } };
        assert.throws(
          () =>
            runNative('SegcourseConv2D', relu, [tf.zeros([1, 4, 4, 3]), tf.zeros([3, 3, 2, 8]), none, none]),
          /filter is not \[3, 3, channels of x, outputs\]/,
        );
        assert.throws(
          () =>
            runNative('SegcourseConv2DBackpropFilter', {}, [tf.zeros([1, 4, 4, 3]), tf.zeros([1, 4, 5, 8])]),
          /x and dy differ in size/,
        );
      });
    });
  });

  describe('the gradient of max-pooling', () => {
    for (const shape of [
      [2, 6, 10, 3],
      [1, 4, 4, 37],
      [2, 4, 6, 2, 16],
    ]) {
      it(`[${shape}]: goes to the first of the largest values of each window`, () => {
        assertNoLeak(() =>
          tf.tidy(() => {
            // Few different values: most windows have equal ones.
            const x = tf.round(tf.randomUniform(shape, 0, 3, 'float32', 7));
            const pool = (value: Tensor): Tensor =>
              value.rank === 4
                ? tf.maxPool(value as never, 2, 2, 'valid')
                : tf.maxPool3d(value as never, 2, 2, 'valid', undefined, 'NDHWC');
            const y = pool(x);
            const dy = normal(y.shape, 8);
            assertClose(tf.grad(pool)(x, dy), firstOfLargest(x, y, dy), 0);
          }),
        );
      });
    }
  });
});

/** The definition, value by value. */
function firstOfLargest(x: Tensor, y: Tensor, dy: Tensor): Tensor {
  const gradient = tf.buffer(x.shape as never);
  const [values, largest, given] = [x, y, dy].map((tensor) => tensor.bufferSync());
  const sides = y.shape.length - 2;
  for (let index = 0; index < y.size; index++) {
    const at = largest.indexToLoc(index);
    const corners = Array.from({ length: 2 ** sides }, (_, corner) =>
      at.map((position, axis) =>
        axis === 0 || axis > sides ? position : 2 * position + ((corner >> (sides - axis)) & 1),
      ),
    );
    const first = corners.find((corner) => values.get(...corner) === largest.get(...at))!;
    gradient.set(given.get(...at), ...first);
  }
  return gradient.toTensor();
}
