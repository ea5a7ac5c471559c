import assert from 'node:assert/strict';
import {
  confusion,
  diceScore,
  iouScore,
  pixelError,
  precision,
  sensitivity,
  specificity,
} from '../../lib/metrics/confusion';

describe('confusion', () => {
  const counts = confusion([0.9, 0.5, 0.2, 0.6, 0.1], [1, 1, 1, 0, 0]);

  it('counts at the threshold, which itself is positive', () => {
    assert.deepEqual(counts, { truePositives: 2, falsePositives: 1, falseNegatives: 1, trueNegatives: 1 });
    assert.equal(confusion([0.6, 0.95], [1, 1], 0.9).truePositives, 1);
  });

  it('gives every score by its formula', () => {
    assert.equal(diceScore(counts), 4 / 6);
    assert.equal(iouScore(counts), 2 / 4);
    assert.equal(sensitivity(counts), 2 / 3);
    assert.equal(specificity(counts), 1 / 2);
    assert.equal(precision(counts), 2 / 3);
    assert.equal(pixelError(counts), 2 / 5);
  });

  it('scores two empty masks 1 and a missed object 0', () => {
    assert.equal(diceScore(confusion([0, 0], [0, 0])), 1);
    assert.equal(diceScore(confusion([0, 0], [0, 1])), 0);
    assert.equal(iouScore(confusion([0, 0], [0, 0])), 1);
    assert.equal(iouScore(confusion([0, 0], [0, 1])), 0);
  });

  it('has no score where nothing could be found, left alone or predicted', () => {
    assert.ok(Number.isNaN(sensitivity(confusion([1, 0], [0, 0]))));
    assert.ok(Number.isNaN(specificity(confusion([1, 0], [1, 1]))));
    assert.ok(Number.isNaN(precision(confusion([0, 0], [1, 0]))));
  });

  it('refuses NaN, which is no score', () => {
    assert.throws(() => confusion(Float32Array.of(0, 1, NaN, NaN), [0, 1, 0, 1]), {
      name: 'RangeError',
      message: /got NaN for predicted value 2; expected numbers/,
    });
    assert.throws(() => confusion([1, 1], [1, NaN]), /got NaN for true value 1; expected a mask of 0 and 1/);
    assert.throws(() => confusion([1], [1], NaN), /got threshold NaN; expected a number such as 0\.5/);
  });

  it('refuses masks of different lengths', () => {
    assert.throws(() => confusion([1], [1, 0]), /got 1 predicted and 2 true values/);
  });
});
