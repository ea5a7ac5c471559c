import assert from 'node:assert/strict';
import { splitIndices } from '../../lib/datasets/split';
import { setSeed } from '../../lib/runtime';

describe('datasets/split', () => {
  it('gives the split that the PyTorch peer uses', () => {
    const { training, validation } = splitIndices(30, { validation: 5, seed: 0 });
    assert.deepEqual(validation, [3, 12, 17, 18, 23]);
    assert.deepEqual(
      [...training, ...validation].sort((a, b) => a - b),
      Array.from({ length: 30 }, (_, index) => index),
    );
    assert.deepEqual(splitIndices(30, { validation: 5 }), { training, validation });
  });

  it('differs between seeds', () => {
    const splits = [1, 2, 3, 4].map((seed) => String(splitIndices(30, { validation: 5, seed }).validation));
    assert.equal(new Set(splits).size, 4);
  });

  it('does not change with the global seed', () => {
    const original = Math.random;
    try {
      setSeed(5);
      assert.deepEqual(splitIndices(30, { validation: 5 }).validation, [3, 12, 17, 18, 23]);
    } finally {
      Math.random = original;
    }
  });

  it('refuses numbers that leave nothing to train on', () => {
    for (const validation of [-1, 1.5, 30, NaN]) {
      assert.throws(
        () => splitIndices(30, { validation }),
        /splitIndices: got .* of 30 items .*; expected integers/,
      );
    }
    assert.deepEqual(splitIndices(2, { validation: 0 }).training, [0, 1]);
  });
});
