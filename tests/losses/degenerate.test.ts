import assert from 'node:assert/strict';
import { diceLoss, type LossOptions } from '../../lib';
import { tf } from '../../lib/runtime';
import { LOSSES, lossInput, lossOf, type LossName } from './inputs';

type Tensor = import('@tensorflow/tfjs-core').Tensor;

const EXTREME = 1e4;
const names = Object.keys(LOSSES) as LossName[];

/** Options under which a division, a power or a logarithm could meet 0. */
const HARDEST: Partial<Record<LossName, LossOptions[]>> = {
  binaryCrossEntropy: [{ ignoreIndex: 1 }],
  diceLoss: [
    { smooth: 0 },
    { smooth: 0, squared: true },
    { emptyMasks: 'skip' },
    { emptyMasks: 'background' },
  ],
  generalisedDiceLoss: [{ smooth: 0 }, { weighting: 'simple' }],
  jaccardLoss: [{ smooth: 0, per: 'batch' }],
  tverskyLoss: [{ smooth: 0, falsePositiveWeight: 0 }],
  focalTverskyLoss: [{ smooth: 0, gamma: 0.3 }],
  focalLoss: [{ gamma: 0.3 }, { gamma: 0 }],
  hausdorffLoss: [{ distancePower: 0.5 }],
  clDiceLoss: [{ smooth: 0, lambda: 1 }],
};

function valueAndSlopes(name: LossName, y: Tensor, x: Tensor, options: object): [number, Float32Array] {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((logits) => lossOf(name, y, logits, options))(x);
    return [value.dataSync()[0], grad.dataSync() as Float32Array];
  });
}

describe('losses stay finite, value and gradient', () => {
  for (const name of names) {
    it(`${name} of empty, full and mixed masks at logits of 0 and ±10⁴`, () => {
      const shape = [2, 4, 4, 1];
      const checkered = tf.tensor(
        Float32Array.from({ length: 32 }, (_, i) => i % 2),
        shape,
      );
      const masks = [tf.zeros(shape), tf.ones(shape), checkered];
      const logits = [0, EXTREME, -EXTREME].map((value) => tf.fill(shape, value));
      logits.push(tf.tidy(() => checkered.sub(0.5).mul(2 * EXTREME)));
      for (const options of [{}, ...(HARDEST[name] ?? [])]) {
        for (const [maskIndex, y] of masks.entries()) {
          for (const [logitIndex, x] of logits.entries()) {
            const [value, slopes] = valueAndSlopes(name, y, x, options);
            const where = `${JSON.stringify(options)}, mask ${maskIndex}, logits ${logitIndex}`;
            assert.ok(Number.isFinite(value), `${where}: value ${value}`);
            assert.ok(slopes.every(Number.isFinite), `${where}: slopes ${slopes}`);
          }
        }
      }
      tf.dispose([...masks, ...logits]);
    });

    if (name === 'binaryCrossEntropy') continue;
    it(`${name} of one class alone, or all pixels ignored, at logits of 0 and ±10⁴`, () => {
      const shape = [2, 4, 4, 3];
      const maps = [0, 2, 255].map((label) => tf.fill([2, 4, 4], label));
      const scores = Float32Array.from({ length: 96 }, (_, i) => (i % 3 === 0 ? EXTREME : -EXTREME));
      const logits = [tf.zeros(shape), tf.tensor(scores, shape)];
      for (const options of [{}, ...(HARDEST[name] ?? [])]) {
        for (const y of maps) {
          for (const x of logits) {
            const [value, slopes] = valueAndSlopes(name, y, x, { ...options, ignoreIndex: 255 });
            assert.ok(Number.isFinite(value) && slopes.every(Number.isFinite), JSON.stringify(options));
          }
        }
      }
      tf.dispose([...maps, ...logits]);
    });
  }

  it('of a perfect prediction is 0 in all but the boundary loss, of its opposite is not', () => {
    const { labels, logits } = tf.tidy(() => {
      const { labels: y } = lossInput('binary-2d');
      return { labels: tf.keep(y), logits: tf.keep(tf.mul(tf.sub(y, 0.5), 2 * EXTREME)) };
    });
    const opposite = logits.neg();
    for (const name of names) {
      const [found] = valueAndSlopes(name, labels, logits, {});
      const [missed] = valueAndSlopes(name, labels, opposite, {});
      if (name !== 'boundaryLoss') assert.ok(Math.abs(found) < 1e-4, `${name}: ${found}`);
      assert.ok(missed > found + 0.4, `${name}: ${missed}`);
    }
    tf.dispose([labels, logits, opposite]);
  });
});

describe('the empty-mask problem', () => {
  /** Largest slope at the logits of the empty image and of the other one. */
  const steepest = (options: object): [empty: number, other: number] => {
    const { labels, logits } = tf.tidy(() => lossInput('empty-2d'));
    const [, slopes] = valueAndSlopes('diceLoss', labels, logits, options);
    tf.dispose([labels, logits]);
    const half = slopes.length / 2;
    const largest = (part: Float32Array): number => Math.max(...part.map(Math.abs));
    return [largest(slopes.slice(0, half)), largest(slopes.slice(half))];
  };

  it('leaves an empty image without a slope under the default smoothing', () => {
    const [empty, other] = steepest({});
    assert.ok(empty < 1e-7 && other > 1e-3);
  });

  it('is remedied by smoothing, the Dice of the batch and that of the background', () => {
    for (const remedy of [{ smooth: 10 }, { per: 'batch' }, { emptyMasks: 'background' }]) {
      const [empty] = steepest(remedy);
      assert.ok(empty > 1e-3, `${JSON.stringify(remedy)}: ${empty}`);
    }
  });

  it('is passed over by skipping, which gives the other image its full weight', () => {
    const [empty, other] = steepest({ emptyMasks: 'skip' });
    assert.equal(empty, 0);
    assert.ok(Math.abs(other - 2 * steepest({ emptyMasks: 'zero' })[1]) < 1e-7);
  });

  it('skips to a loss of 0 where all masks are empty', () => {
    tf.tidy(() => {
      const loss = diceLoss(tf.zeros([2, 3, 3, 1]), tf.ones([2, 3, 3, 1]), { emptyMasks: 'skip' });
      assert.equal(loss.dataSync()[0], 0);
    });
  });
});
