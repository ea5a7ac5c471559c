import assert from 'node:assert/strict';
import { tf } from '../../lib/runtime';
import { assertClose, assertNoLeak } from '../gradients';

type Tensor = import('@tensorflow/tfjs-core').Tensor;
type Layer = ReturnType<typeof tf.layers.batchNormalization>;

const EPSILON = 1e-3; // the layer's default

/** Batch normalisation in training from tf.moments, as tfjs-layers 4.22 composes it. */
function reference(
  x: Tensor,
  scale?: Tensor,
  offset?: Tensor,
): { y: Tensor; mean: Tensor; variance: Tensor } {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const { mean, variance } = tf.moments(x, axes);
  const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON)));
  const scaled = scale === undefined ? normal : tf.mul(normal, scale);
  return { y: offset === undefined ? scaled : tf.add(scaled, offset), mean, variance };
}

function weightsOf(layer: Layer, channels: number): Record<string, Tensor> {
  const values = layer.weights.map((_, index) => tf.randomUniform([channels], 0.5, 2, 'float32', 10 + index));
  layer.setWeights(values);
  return Object.fromEntries(
    layer.weights.map((weight, index) => [weight.originalName.split('/').pop()!, values[index]]),
  );
}

describe('batch normalisation in training', () => {
  const shapes = [
    [6, 3],
    [2, 5, 3],
    [2, 4, 5, 3],
    [2, 2, 3, 4, 3],
    [1, 1, 1, 3],
  ];
  for (const shape of shapes) {
    for (const options of [{}, { scale: false }, { center: false }, { axis: shape.length - 1 }]) {
      it(`shape ${shape}, ${JSON.stringify(options)}: values, gradients and moving statistics of the composed formula`, () => {
        assertNoLeak(() =>
          tf.tidy(() => {
            const layer = tf.layers.batchNormalization({ ...options, momentum: 0.9 });
            layer.apply(tf.zeros(shape));
            const weights = weightsOf(layer, 3);
            const x = tf.randomNormal(shape, 2, 3, 'float32', 1);
            const dy = tf.randomNormal(shape, 0, 1, 'float32', 2);
            const expected = reference(x, weights.gamma, weights.beta);

            const { value, grads } = tf.variableGrads(() =>
              tf.sum(tf.mul(layer.apply(x, { training: true }) as Tensor, dy)).asScalar(),
            );
            assertClose(value, tf.sum(tf.mul(expected.y, dy)), 1e-4);
            const moved = (old: Tensor, batch: Tensor): Tensor =>
              tf.add(tf.mul(old, 0.9), tf.mul(batch, 0.1));
            const [movingMean, movingVariance] = layer.getWeights().slice(-2);
            assertClose(movingMean, moved(weights.moving_mean, expected.mean), 1e-5);
            assertClose(movingVariance, moved(weights.moving_variance, expected.variance), 1e-5);

            const parameters = layer.trainableWeights.map((weight) => weight.originalName.split('/').pop()!);
            const slopes = tf.grads((...inputs: Tensor[]) => {
              const named = Object.fromEntries(parameters.map((name, index) => [name, inputs[index + 1]]));
              return tf.sum(tf.mul(reference(inputs[0], named.gamma, named.beta).y, dy));
            })([x, ...parameters.map((name) => weights[name])]);
            layer.trainableWeights.forEach((weight, index) => {
              assertClose(
                grads[(weight.read() as unknown as { name: string }).name],
                slopes[index + 1],
                1e-4,
              );
            });
            const dx = tf.grad((v) => tf.sum(tf.mul(layer.apply(v, { training: true }) as Tensor, dy)))(x);
            assertClose(dx, slopes[0], 1e-4);
            layer.dispose();
          }),
        );
      });
    }
  }

  it('another axis than the last takes the stock path', () => {
    tf.tidy(() => {
      const layer = tf.layers.batchNormalization({ axis: 1 });
      const x = tf.randomNormal([4, 3, 5], 2, 3, 'float32', 1);
      const y = layer.apply(x, { training: true }) as Tensor;
      assertClose(tf.transpose(y, [0, 2, 1]), reference(tf.transpose(x, [0, 2, 1])).y, 1e-4);
    });
  });

  for (const shape of shapes)
    it(`shape ${shape}: inference uses the moving statistics`, () => {
      tf.tidy(() => {
        const layer = tf.layers.batchNormalization();
        layer.apply(tf.zeros(shape));
        const { gamma, beta, moving_mean: mean, moving_variance: variance } = weightsOf(layer, 3);
        const x = tf.randomNormal(shape, 2, 3, 'float32', 1);
        const expected = tf.add(
          tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), gamma),
          beta,
        );
        assertClose(layer.apply(x) as Tensor, expected, 1e-5);
      });
    });

  // Where cuDNN has a limit, which the pixels of a few large images exceed.
  it('no kernel gets the pixels along the axis of the batch', async () => {
    const layer = tf.layers.batchNormalization();
    const x = tf.ones([2, 3, 4, 5, 6]);
    const { kernels, result } = await tf.profile(() => [
      layer.apply(x, { training: true }) as Tensor,
      layer.apply(x) as Tensor,
    ]);
    const normalising = kernels.filter(({ name }) => name.startsWith('FusedBatchNorm'));
    assert.deepEqual(
      normalising.map(({ inputShapes }) => inputShapes[0]?.[0]),
      [2, 2],
    );
    tf.dispose([x, result]);
    layer.dispose();
  });

  it('a gradient of a gradient is that of the composed formula', () => {
    tf.tidy(() => {
      const layer = tf.layers.batchNormalization({ center: true, scale: true });
      const x = tf.randomNormal([4, 2, 2, 2], 0, 1, 'float32', 1);
      const dy = tf.randomNormal([4, 2, 2, 2], 0, 1, 'float32', 2);
      layer.apply(x);
      const slopeSize = (f: (v: Tensor) => Tensor): Tensor =>
        tf.grad((v) => tf.sum(tf.square(tf.grad((u) => tf.sum(tf.mul(f(u), dy)))(v))))(x);
      const fused = slopeSize((v) => layer.apply(v, { training: true }) as Tensor);
      assertClose(
        fused,
        slopeSize((v) => reference(v).y),
        1e-3,
      );
    });
  });

  it('leaves class name and configuration alone', () => {
    const layer = tf.layers.batchNormalization({ momentum: 0.5, name: 'bn' });
    assert.equal(layer.getClassName(), 'BatchNormalization');
    assert.deepEqual(Object.keys(layer.getConfig()).sort(), [
      'axis',
      'betaConstraint',
      'betaInitializer',
      'betaRegularizer',
      'center',
      'epsilon',
      'gammaConstraint',
      'gammaInitializer',
      'gammaRegularizer',
      'momentum',
      'movingMeanInitializer',
      'movingVarianceInitializer',
      'name',
      'scale',
      'trainable',
    ]);
  });
});
