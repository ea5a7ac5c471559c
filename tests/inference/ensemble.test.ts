import assert from 'node:assert';
import {
  ensemble,
  mirrored,
  mirrorMembers,
  type Predict,
  rotated,
  rotationMembers,
  slidingWindow,
  tf,
  withProbabilities,
} from '../../lib';
import { KERNEL_BRIDGE } from '../../lib/kernel/bridge';
import { imageOf, largestDifference, smallNetwork } from './small-network';

/** Two classes whose logits are multiples of the image's one channel. */
const scaled =
  (first: number, second: number): Predict =>
  (batch) =>
    tf.tidy(() => tf.concat([tf.mul(batch, first), tf.mul(batch, second)], -1));

function predicted(predict: Predict, values: number[]): number[] {
  return tf.tidy(() => {
    const output = predict(tf.tensor(values, [1, values.length, 1, 1]));
    assert.ok(!Array.isArray(output));
    return [...output.dataSync()];
  });
}

const near = (got: number[], expected: number[]) =>
  assert.ok(largestDifference(got, expected) < 1e-6, String(got));

describe('ensemble', () => {
  it('takes the mean of logits, or of probabilities', () => {
    const before = tf.memory().numTensors;
    const members = [scaled(1, 0), scaled(5, 2), scaled(0, 1)];
    near(predicted(ensemble(members), [1, 2]), [2, 1, 4, 2]);
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const ofLogits = withProbabilities(ensemble(members), 'softmax');
    near(predicted(ofLogits, [1]), [sigmoid(1), sigmoid(-1)]);
    const ofProbabilities = ensemble(members.map((member) => withProbabilities(member, 'softmax')));
    const mean = (sigmoid(1) + sigmoid(3) + sigmoid(-1)) / 3;
    near(predicted(ofProbabilities, [1]), [mean, 1 - mean]);
    near(predicted(withProbabilities(scaled(1, -3), 'sigmoid'), [1]), [sigmoid(1), sigmoid(-3)]);
    assert.strictEqual(tf.memory().numTensors, before);
  });

  it("takes the first of a member's outputs, and leaves a member's own tensors alone", () => {
    const fixed = tf.tensor([1, 3], [1, 1, 1, 2]);
    const before = tf.memory().numTensors;
    const deep: Predict = (batch) => [tf.concat([batch, batch], -1), tf.zeros([1, 1, 1, 1])];
    near(predicted(ensemble([() => fixed, deep]), [5]), [3, 4]);
    assert.deepStrictEqual([...fixed.dataSync()], [1, 3]);
    assert.strictEqual(tf.memory().numTensors, before);
    fixed.dispose();
  });

  it('refuses no member, members that differ, and an unknown activation', () => {
    assert.throws(() => ensemble([]), /got no member/);
    const one: Predict = (batch) => batch;
    assert.throws(
      () => predicted(ensemble([scaled(1, 2), one]), [1]),
      /got outputs of shapes \[1, 1, 1, 2\] and/,
    );
    assert.throws(() => withProbabilities(one, 'relu' as 'sigmoid'), /got activation 'relu'/);
  });
});

describe('test-time augmentation', () => {
  it('gives its members, whose mean it is', () => {
    const values = imageOf([8, 8]).data;
    const outputs = (predict: Predict) =>
      tf.tidy(() => [...(predict(tf.tensor(values, [1, 8, 8, 2])) as tf.Tensor).dataSync()]);
    const network = smallNetwork(2);
    for (const [members, mean] of [
      [mirrorMembers(network, [0, 1]), mirrored(network, [0, 1])],
      [rotationMembers(network), rotated(network)],
    ] as const) {
      assert.strictEqual(members.length, 4);
      const each = members.map(outputs);
      assert.ok(largestDifference(each[0], each[3]) > 0.01, 'members must differ');
      const expected = each[0].map((_, i) => each.reduce((sum, one) => sum + one[i], 0) / 4);
      near(outputs(mean), expected);
    }
  });

  it('takes the mean over all symmetries of a square, so that a turned image gives the turned prediction', () => {
    const network = rotated(mirrored(smallNetwork(2), [0]));
    tf.tidy(() => {
      const image = tf.tensor(imageOf([8, 8]).data, [1, 8, 8, 2]);
      const turned = (x: tf.Tensor) => tf.transpose(tf.reverse(x, 2), [0, 2, 1, 3]);
      const got = network(turned(image)) as tf.Tensor;
      const expected = turned(network(image) as tf.Tensor);
      assert.ok(largestDifference(got.dataSync(), expected.dataSync()) < 1e-5);
    });
  });

  it('refuses axes that are none', () => {
    const network = smallNetwork(2);
    assert.throws(() => mirrored(network, []), /got axes \[\]; expected at least one/);
    assert.throws(() => mirrored(network, [0, 0]), /got axes \[0, 0\]/);
    assert.throws(() => mirrored(network, [3]), /got axes \[3\]/);
    assert.throws(() => rotated(network, [1, 1]), /got axes \[1, 1\]; expected 2/);
    const before = tf.memory().numTensors;
    const run = () => tf.tidy(() => mirrored(network, [2])(tf.zeros([1, 4, 4, 2])));
    assert.throws(
      run,
      /got axes \[2\] for images of shape \[1, 4, 4, 2\]; expected spatial axes from 0 to 1/,
    );
    assert.strictEqual(tf.memory().numTensors, before);
  });
});

describe("the notebook's stop button", () => {
  it('ends a sliding window between two batches', async () => {
    let windows = 0;
    const interruptPoint = () => {
      if (windows === 3) throw new Error('KeyboardInterrupt');
    };
    Object.assign(globalThis, { [KERNEL_BRIDGE]: { interruptPoint } });
    const before = tf.memory().numTensors;
    try {
      const predict: Predict = (batch) => {
        windows++;
        return batch;
      };
      await assert.rejects(
        slidingWindow(imageOf([40, 12]), predict, { window: [8, 8] }),
        /KeyboardInterrupt/,
      );
    } finally {
      Reflect.deleteProperty(globalThis, KERNEL_BRIDGE);
    }
    assert.strictEqual(windows, 3);
    assert.strictEqual(tf.memory().numTensors, before);
  });
});
