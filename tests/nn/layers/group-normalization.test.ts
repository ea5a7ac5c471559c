import assert from 'node:assert/strict';
import { GroupNormalization } from '../../../lib/nn/layers';
import { tf } from '../../../lib/runtime';
import { assertClose, assertGradient, assertNoLeak, weigh } from '../../gradients';

const layerOf = (groups: number, options: { scale?: boolean; center?: boolean } = {}) =>
  new GroupNormalization({ name: `groups${groups}`, groups, ...options });

/** The formula, read off the definition. */
function naive(x: tf.Tensor, groups: number): tf.Tensor {
  const channels = x.shape[x.rank - 1];
  const grouped = tf.reshape(x, [x.shape[0], -1, groups, channels / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  return tf.reshape(tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, 1e-5))), x.shape);
}

describe('GroupNormalization', () => {
  for (const [shape, groups] of [
    [[2, 3, 2, 4], 2],
    [[2, 2, 2, 2, 4], 1],
    [[2, 3, 3, 2], -1],
    [[1, 3, 3, 2], 2],
    [[2, 2, 3, 2, 2], -1],
  ] as [number[], number][]) {
    it(`numeric gradients in x, γ and β: shape ${shape}, ${groups} groups`, () => {
      assertNoLeak(() => {
        const layer = layerOf(groups);
        tf.tidy(() => {
          const x = tf.randomNormal(shape, 1, 2, 'float32', 1);
          layer.apply(x);
          const [gamma, beta] = [
            tf.randomUniform([shape.at(-1)!], 0.5, 2, 'float32', 2),
            tf.randomNormal([shape.at(-1)!], 0, 1, 'float32', 4),
          ];
          layer.setWeights([gamma, beta]);
          const loss = (map: tf.Tensor) => weigh(layer.apply(map) as tf.Tensor);
          assertGradient(loss, x, { tolerance: 5e-3 });
          const { grads } = tf.variableGrads(() => loss(x));
          const [dGamma, dBeta] = layer.trainableWeights.map(({ name }) => grads[name]);
          const normal = naive(x, groups === -1 ? shape.at(-1)! : groups);
          const axes = shape.map((_, axis) => axis).slice(0, -1);
          const weights = tf.randomNormal(shape, 0, 1, 'float32', 3);
          assertClose(dGamma, tf.sum(tf.mul(normal, weights), axes), 1e-4);
          assertClose(dBeta, tf.sum(weights, axes), 1e-4);
        });
        layer.dispose();
      });
    });
  }

  it('is the same by single operations, which inner gradients take, and by the fused kernel', () => {
    tf.tidy(() => {
      const layer = layerOf(-1);
      const x = tf.randomNormal([3, 4, 5, 6], 2, 3, 'float32', 8);
      const loss = (map: tf.Tensor) => weigh(layer.apply(map) as tf.Tensor);
      // A gradient inside a gradient is recorded step by step.
      let stepwise: tf.Tensor | undefined;
      tf.grad((map: tf.Tensor) => {
        stepwise = tf.keep(tf.grad(loss)(map));
        return tf.sum(stepwise) as tf.Scalar;
      })(x);
      assertClose(tf.grad(loss)(x), stepwise!, 1e-4);
      stepwise!.dispose();
    });
  });

  it('has a second derivative', () => {
    tf.tidy(() => {
      const layer = layerOf(-1);
      const x = tf.randomNormal([2, 2, 2, 2], 0, 1, 'float32', 5);
      const slope = tf.grad((map: tf.Tensor) => tf.sum(tf.pow(layer.apply(map) as tf.Tensor, 3)));
      assertGradient((map) => weigh(slope(map)), x, { step: 3e-3, tolerance: 2e-2 });
    });
  });

  it('does not lose the deviation of values far from zero', () => {
    tf.tidy(() => {
      const noise = tf.randomNormal([2, 16, 16, 4], 0, 1, 'float32', 6);
      const far = tf.add(noise, 1000);
      for (const groups of [-1, 2]) {
        const expected = naive(tf.sub(far, 1000), groups === -1 ? 4 : groups);
        assertClose(layerOf(groups).apply(far) as tf.Tensor, expected, 2e-3);
      }
    });
  });

  it('is finite and zero for a constant image', () => {
    tf.tidy(() => {
      const flat = tf.fill([1, 4, 4, 2], 3);
      const layer = layerOf(-1);
      assertClose(layer.apply(flat) as tf.Tensor, tf.zerosLike(flat), 1e-3); // rounding of 3 / √ε
      const slope = tf.grad((map: tf.Tensor) => weigh(layer.apply(map) as tf.Tensor))(flat);
      assert.ok(slope.dataSync().every(Number.isFinite));
    });
  });

  it('has γ and β where asked, and is loaded as it was saved', async () => {
    const image = tf.input({ shape: [null, null, 4] });
    const outputs = layerOf(2, { center: false }).apply(image) as tf.SymbolicTensor;
    const model = tf.model({ inputs: image, outputs });
    assert.deepEqual(
      model.weights.map(({ shape }) => shape),
      [[4]],
    );
    model.setWeights([tf.tensor1d([1, 2, 3, 4])]);
    const copy = await tf.models.modelFromJSON(JSON.parse(model.toJSON() as unknown as string));
    copy.setWeights(model.getWeights());
    tf.tidy(() => {
      const x = tf.randomNormal([1, 4, 6, 4], 0, 1, 'float32', 7);
      assertClose(copy.predict(x) as tf.Tensor, model.predict(x) as tf.Tensor, 0);
    });
    model.dispose();
    copy.dispose();
  });

  it('refuses groups that do not divide the channels', () => {
    assert.throws(
      () => layerOf(3).build([null, 4, 4, 8]),
      /got 3 groups for 8 channels; expected a divisor of 8/,
    );
  });
});
