import assert from 'node:assert/strict';
import { binaryCrossEntropy } from '../../lib/losses/binary-cross-entropy';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';

const { bce } = golden<{
  bce: { logits: number[]; target: number[]; positiveWeight9: number; unweighted: number };
}>('pytorch');

describe('binaryCrossEntropy', () => {
  const value = (target: number[], logits: number[], positiveWeight?: number) =>
    tf.tidy(
      () => binaryCrossEntropy(tf.tensor1d(target), tf.tensor1d(logits), { positiveWeight }).dataSync()[0],
    );

  it("equals PyTorch's BCEWithLogitsLoss, weighted and not, up to logits of ±10⁴", () => {
    assert.ok(Math.abs(value(bce.target, bce.logits, 9) - bce.positiveWeight9) < 1e-5 * bce.positiveWeight9);
    const inner = [bce.target.slice(1, -1), bce.logits.slice(1, -1)] as const;
    assert.ok(Math.abs(value(...inner) - bce.unweighted) < 1e-5 * bce.unweighted);
  });

  it('has the gradient (σ(x)·(1 + (w − 1)·y) − w·y) / n', () => {
    tf.tidy(() => {
      const target = tf.tensor1d(bce.target);
      const gradient = tf.grad((x) => binaryCrossEntropy(target, x, { positiveWeight: 9 }))(
        tf.tensor1d(bce.logits),
      );
      gradient.dataSync().forEach((actual, index) => {
        const y = bce.target[index];
        const sigmoid = 1 / (1 + Math.exp(-bce.logits[index]));
        assert.ok(Math.abs(actual - (sigmoid * (1 + 8 * y) - 9 * y) / bce.logits.length) < 1e-6);
      });
    });
  });

  it('leaves no tensor behind but its result', () => {
    const labels = tf.ones([2, 3]);
    const logits = tf.zeros([2, 3]);
    const before = tf.memory().numTensors;
    const loss = binaryCrossEntropy(labels, logits);
    assert.equal(tf.memory().numTensors, before + 1);
    tf.dispose([labels, logits, loss]);
  });

  it('refuses different shapes and weights that are not positive', () => {
    tf.tidy(() => {
      assert.throws(
        () => binaryCrossEntropy(tf.ones([2]), tf.ones([3])),
        /got labels \[2\] and logits \[3\]/,
      );
      assert.throws(
        () => binaryCrossEntropy(tf.ones([2]), tf.ones([2]), { positiveWeight: 0 }),
        /got positiveWeight 0; expected a number above 0/,
      );
    });
  });
});
