import assert from 'node:assert/strict';
import {
  boundaryLoss,
  clDiceLoss,
  crossEntropy,
  deepSupervisionLoss,
  diceLoss,
  focalLoss,
  type LossOptions,
} from '../../lib';
import { tf } from '../../lib/runtime';
import { assertClose, assertNoLeak } from '../gradients';
import { LOSSES, lossInput, lossOf, logitsOf, type LossName } from './inputs';

const names = Object.keys(LOSSES) as LossName[];
const takes = (name: LossName, option: keyof LossOptions): boolean => {
  try {
    tf.tidy(() => lossOf(name, tf.zeros([1, 2, 2, 1]), tf.zeros([1, 2, 2, 1]), { [option]: undefined }));
    return true;
  } catch {
    return false;
  }
};

describe('options of the losses', () => {
  it('that are unknown are refused with the list of the known ones', () => {
    for (const name of names) {
      const [y, x] = [tf.zeros([1, 2, 2, 1]), tf.zeros([1, 2, 2, 1])];
      assertNoLeak(() => {
        assert.throws(() => lossOf(name, y, x, { smoth: 1 }), {
          name: 'RangeError',
          message: new RegExp(`^${name}: got option 'smoth'; expected one of '.*ignoreIndex'`),
        });
      });
      tf.dispose([y, x]);
    }
    assert.throws(
      () => deepSupervisionLoss(tf.zeros([1]), [], { loss: diceLoss, weights: [1] } as never),
      /got option 'weights'; expected one of 'loss', 'levelWeights'/,
    );
  });

  it('out of their range are refused with what is expected', () => {
    const wrong: [LossName, object, RegExp][] = [
      [
        'diceLoss',
        { mode: 'softmax' },
        /got mode 'softmax'; expected one of 'binary', 'multilabel', 'multiclass'/,
      ],
      ['diceLoss', { smooth: -1 }, /got smooth -1; expected a number of at least 0/],
      ['diceLoss', { smooth: NaN }, /got smooth NaN/],
      ['diceLoss', { per: 'pixel' }, /expected one of 'image', 'batch'/],
      ['diceLoss', { emptyMasks: 'ignore' }, /expected one of 'smooth', 'skip', 'zero', 'background'/],
      ['diceLoss', { squared: 1 }, /got squared 1; expected true or false/],
      [
        'diceLoss',
        { classWeights: [1, 2] },
        /got classWeights \[1, 2\]; expected 3 numbers, one for each channel/,
      ],
      [
        'diceLoss',
        { classWeights: [0, 0, 0] },
        /got classWeights \[0, 0, 0\]; expected .* not all of them 0/,
      ],
      ['diceLoss', { classWeights: [1, 0, 0], includeBackground: false }, /no other channel that counts/],
      ['crossEntropy', { ignoreIndex: 1.5 }, /got ignoreIndex 1\.5; expected an integer/],
      ['crossEntropy', { positiveWeight: 2 }, /got positiveWeight in mode 'multiclass'.*use classWeights/],
      ['crossEntropy', { labelSmoothing: 2 }, /got labelSmoothing 2; expected a number from 0 to 1/],
      ['binaryCrossEntropy', { positiveWeight: [1, 2] }, /expected 3 numbers, one for each channel/],
      ['topKCrossEntropy', { topPercent: 0 }, /got topPercent 0; expected a number above 0, at most 100/],
      ['tverskyLoss', { squared: true }, /got option 'squared'; expected one of /],
      ['focalLoss', { alpha: 1.5 }, /got alpha 1\.5; expected a number from 0 to 1/],
      ['combinedLoss', { lambda: -0.1 }, /got lambda -0\.1/],
      ['boundaryLoss', { spacing: [1, 2, 3] }, /got spacing \[1, 2, 3\]; expected 2 positive numbers/],
      ['hausdorffLoss', { distancePower: 0 }, /got distancePower 0; expected a number above 0/],
      ['clDiceLoss', { iterations: 1.5 }, /got iterations 1\.5; expected an integer of at least 0/],
    ];
    const { labels, logits } = lossInput('oneHot-2d');
    assertNoLeak(() => {
      for (const [name, options, message] of wrong) {
        assert.throws(() => lossOf(name, labels, logits, options), { name: 'RangeError', message });
      }
    });
    tf.dispose([labels, logits]);
  });

  it('that are undefined are left out', () => {
    tf.tidy(() => {
      const { labels, logits } = lossInput('classes-2d');
      const loss = diceLoss(labels, logits, { smooth: undefined, mode: undefined });
      assertClose(loss, diceLoss(labels, logits), 0);
    });
  });

  it('keep ignored pixels out of value and gradient', () => {
    for (const name of names) {
      tf.tidy(() => {
        const binary = name === 'binaryCrossEntropy';
        const { labels, logits } = lossInput(binary ? 'binaryIgnored-2d' : 'ignored-2d');
        const map = binary ? labels : tf.expandDims(labels, -1);
        const options = { ignoreIndex: 255 };
        const disturbed = tf.where(tf.equal(map, 255).broadcastTo(logits.shape), tf.onesLike(logits), logits);
        const { value, grad } = tf.valueAndGrad((x) => lossOf(name, labels, x, options))(logits);
        assertClose(lossOf(name, labels, disturbed, options), value, 1e-6);
        assert.equal(tf.mul(grad, tf.equal(map, 255)).abs().max().dataSync()[0], 0, name);
      });
    }
  });

  it('classWeights count by their ratios, and one class alone by itself', () => {
    for (const name of names.filter((each) => takes(each, 'classWeights'))) {
      tf.tidy(() => {
        const { labels, logits } = lossInput(name === 'binaryCrossEntropy' ? 'multilabel-2d' : 'classes-2d');
        const value = (classWeights: number[]) => lossOf(name, labels, logits, { classWeights });
        assertClose(value([1, 2, 4]), value([10, 20, 40]), 1e-6);
        assert.ok(Math.abs(tf.sub(value([1, 2, 4]), value([1, 1, 1])).dataSync()[0]) > 1e-4, name);
      });
    }
  });

  it('includeBackground: false is a weight of 0 for channel 0', () => {
    for (const name of names.filter(
      (each) => takes(each, 'includeBackground') && takes(each, 'classWeights'),
    )) {
      if (name === 'combinedLoss') continue; // its cross-entropy has the weights too
      tf.tidy(() => {
        const { labels, logits } = lossInput('classes-2d');
        const without = lossOf(name, labels, logits, { includeBackground: false });
        assertClose(without, lossOf(name, labels, logits, { classWeights: [0, 1, 1] }), 1e-6);
      });
    }
  });
});

describe('labels of the losses', () => {
  it('may be classes, with a last axis of 1 or not, or one-hot masks', () => {
    for (const name of names.filter((each) => each !== 'binaryCrossEntropy')) {
      for (const dimension of ['2d', '3d']) {
        tf.tidy(() => {
          const { labels, logits } = lossInput(`classes-${dimension}`);
          const value = lossOf(name, labels, logits);
          assertClose(lossOf(name, tf.expandDims(labels, -1), logits), value, 1e-6);
          assertClose(lossOf(name, tf.cast(labels, 'int32'), logits), value, 1e-6);
          assertClose(lossOf(name, lossInput(`oneHot-${dimension}`).labels, logits), value, 1e-6);
        });
      }
    }
  });

  it('may leave out the axis of a single channel', () => {
    tf.tidy(() => {
      const { labels, logits } = lossInput('binary-2d');
      assertClose(diceLoss(tf.squeeze(labels, [-1]), logits), diceLoss(labels, logits), 0);
    });
  });

  it('of one-hot masks leave out the pixels of the class ignoreIndex, as class maps do', () => {
    tf.tidy(() => {
      const { labels, logits } = lossInput('classes-2d');
      const masks = lossInput('oneHot-2d').labels;
      const options = { ignoreIndex: 2 };
      assertClose(crossEntropy(masks, logits, options), crossEntropy(labels, logits, options), 1e-6);
      assert.throws(() => crossEntropy(masks, logits, { ignoreIndex: 255 }), /expected a class from 0 to 2/);
    });
  });

  it('that do not fit are refused before any work, without a tensor left behind', () => {
    const logits = tf.zeros([1, 2, 2, 3]);
    const mask = tf.zeros([1, 2, 2, 1]);
    const wrong: [() => unknown, RegExp][] = [
      [() => diceLoss(tf.zeros([1, 4, 4, 3]), logits), /got labels \[1,4,4,3\] for logits \[1,2,2,3\]/],
      [() => diceLoss(mask, logits, { mode: 'multilabel' }), /expected labels \[1,2,2,3\]$/],
      [() => diceLoss(tf.fill([1, 2, 2], 3), logits), /got a label 3; expected a class from 0 to 2/],
      [() => diceLoss(tf.fill([1, 2, 2], 0.5), logits), /got a label 0\.5/],
      [() => diceLoss(tf.zeros([1, 2, 2, 3]), logits), /do not sum to 1.*set mode: 'multilabel'/],
      [() => diceLoss(tf.fill([1, 2, 2, 1], 255), mask), /got a label 255; expected 0 to 1.*divide/],
      [() => diceLoss(tf.fill([1, 2, 2, 1], NaN), mask), /got a label NaN/],
      [() => diceLoss(mask, mask, { mode: 'multiclass' }), /expected at least 2 channels: use 'binary'/],
      [() => diceLoss(mask, logits, { mode: 'binary' }), /expected one channel: use 'multilabel'/],
      [() => diceLoss(mask, mask, { includeBackground: false }), /got includeBackground false/],
      [() => diceLoss(tf.zeros([2, 2]), tf.zeros([2, 2])), /expected \[B, H, W, C\] or \[B, D, H, W, C\]/],
    ];
    assertNoLeak(() => {
      for (const [call, message] of wrong) {
        tf.tidy(() => assert.throws(call, { name: 'RangeError', message }));
      }
    });
    tf.dispose([logits, mask]);
  });
});

describe('losses', () => {
  it('leave no tensor behind but their result, with a gradient or without', () => {
    for (const name of names) {
      const { labels, logits } = lossInput(name === 'binaryCrossEntropy' ? 'multilabel-2d' : 'classes-3d');
      assertNoLeak(() => lossOf(name, labels, logits).dispose());
      assertNoLeak(() =>
        tf
          .grad((x) => lossOf(name, labels, x))(logits)
          .dispose(),
      );
      tf.dispose([labels, logits]);
    }
    const outputs = [logitsOf([1, 4, 4, 1]), logitsOf([1, 2, 2, 1])];
    const labels = tf.ones([1, 4, 4, 1]);
    assertNoLeak(() => deepSupervisionLoss(labels, outputs, { loss: diceLoss }).dispose());
    tf.dispose([...outputs, labels]);
  });

  it('that belong together agree', () => {
    tf.tidy(() => {
      const { labels, logits } = lossInput('classes-2d');
      assertClose(focalLoss(labels, logits, { gamma: 0 }), crossEntropy(labels, logits), 1e-6);
      const half = { falsePositiveWeight: 0.5, falseNegativeWeight: 0.5 };
      const tversky = lossOf('tverskyLoss', labels, logits, { ...half, smooth: 0.5 });
      assertClose(tversky, diceLoss(labels, logits, { smooth: 1 }), 1e-6);
      assertClose(
        lossOf('topKCrossEntropy', labels, logits, { topPercent: 100 }),
        crossEntropy(labels, logits),
        1e-6,
      );
      assertClose(lossOf('combinedLoss', labels, logits, { lambda: 0 }), diceLoss(labels, logits), 1e-6);
      assertClose(clDiceLoss(labels, logits, { lambda: 0, smooth: 1e-6 }), diceLoss(labels, logits), 1e-6);
    });
  });

  it('of distances grow with the spacing', () => {
    tf.tidy(() => {
      const { labels, logits } = lossInput('binary-2d');
      const [near, far] = [1, 3].map((step) => boundaryLoss(labels, logits, { spacing: [step, step] }));
      assertClose(far, near.mul(3), 1e-6);
    });
  });
});
