import assert from 'node:assert/strict';
import { nextSeed, seededRandom, setSeed, tf } from '../../lib/runtime';

type Tensor = import('@tensorflow/tfjs-core').Tensor;

/** Everything random that a training run draws from tfjs and from the library. */
function draw(seed: number): number[][] {
  setSeed(seed);
  return tf.tidy(() => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 1], kernelInitializer: 'heNormal' }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 3 }),
      ],
    });
    const dropped = tf.layers.dropout({ rate: 0.5 }).apply(tf.ones([40]), { training: true }) as Tensor;
    const order = Array.from({ length: 20 }, (_, index) => index);
    tf.util.shuffle(order);
    const results = [
      ...model.getWeights().map((weight) => [...weight.dataSync()]),
      [...dropped.dataSync()],
      order,
      [nextSeed(), nextSeed()],
    ];
    model.dispose();
    return results;
  });
}

describe('setSeed', () => {
  const original = Math.random;
  after(() => {
    Math.random = original;
  });

  it('the same seed gives the same initial weights, dropout, shuffles and seeds', () => {
    const first = draw(42);
    draw(7);
    assert.deepEqual(draw(42), first);
  });

  it('another seed gives others', () => {
    const [first, second] = [draw(42), draw(43)];
    first.forEach((values, index) => {
      if (values.some((value) => value !== 0)) assert.notDeepEqual(values, second[index]);
    });
  });

  it('two layers of one model do not start alike', () => {
    setSeed(1);
    const [a, b] = [0, 1].map(() => tf.layers.dense({ units: 4 }));
    tf.tidy(() => [a, b].forEach((layer) => layer.apply(tf.ones([1, 4]))));
    assert.notDeepEqual(a.getWeights()[0].arraySync(), b.getWeights()[0].arraySync());
  });

  it('gives seeds from 1 to 2³¹ − 1', () => {
    setSeed(0);
    for (let draws = 0; draws < 1000; draws++) {
      const seed = nextSeed();
      assert.ok(Number.isInteger(seed) && seed >= 1 && seed < 2 ** 31);
    }
  });

  it('refuses what is no seed', () => {
    for (const wrong of [-1, 1.5, NaN]) {
      assert.throws(() => setSeed(wrong), /expected a non-negative integer/);
      assert.throws(() => seededRandom(wrong), RangeError);
    }
  });
});

describe('seededRandom', () => {
  it('is uniform in [0, 1)', () => {
    const random = seededRandom(1);
    const values = Array.from({ length: 2000 }, () => random());
    assert.ok(values.every((value) => value >= 0 && value < 1));
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value) / 2000 - 0.5) < 0.02);
  });
});
