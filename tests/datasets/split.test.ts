import assert from 'node:assert/strict';
import { kFold, splitIndices } from '../../lib/datasets/split';
import { setSeed } from '../../lib/runtime';
import { seededRandom } from '../../lib/runtime/seed';

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

  it('keeps groups together, near the number wanted, with both parts filled', () => {
    for (const { groups, random } of cases()) {
      const validation = 1 + Math.floor(random() * (groups.length - 1));
      const split = splitIndices(groups.length, { validation, groups });
      assert.deepEqual(allOf([split.training, split.validation]), indicesTo(groups.length));
      assert.ok(split.training.length > 0 && split.validation.length > 0);
      assertNoLeak(split.training, split.validation, groups);
      const largest = Math.max(...countsOf(groups).values());
      assert.ok(Math.abs(split.validation.length - validation) <= largest, `${split.validation.length}`);
    }
  });

  it('holds out the exact number with strata alone, in the shares of the whole', () => {
    const strata = Array.from({ length: 103 }, (_, index) =>
      index % 10 === 0 ? 'rare' : index % 3 ? 'many' : 'some',
    );
    const { validation } = splitIndices(103, { validation: 21, strata });
    assert.equal(validation.length, 21);
    const held = countsOf(validation.map((index) => strata[index]));
    for (const [name, count] of countsOf(strata)) {
      assert.ok(
        Math.abs((held.get(name) ?? 0) - (21 / 103) * count) < 1,
        `${name}: ${held.get(name)} of ${count}`,
      );
    }
  });
});

describe('datasets/split: kFold', () => {
  it('has each item in one fold, and no group in two', () => {
    for (const { groups, random } of cases()) {
      const strata = groups.map(() => Math.floor(random() * 3));
      const distinct = new Set(groups).size;
      if (distinct < 2) continue;
      const folds = 2 + Math.floor(random() * (Math.min(distinct, 7) - 1));
      for (const options of [{ groups }, { groups, strata }]) {
        const splits = kFold(groups.length, { folds, ...options });
        assert.equal(splits.length, folds);
        assert.deepEqual(allOf(splits.map(({ validation }) => validation)), indicesTo(groups.length));
        for (const { training, validation } of splits) {
          assert.ok(validation.length > 0);
          assert.deepEqual(allOf([training, validation]), indicesTo(groups.length));
          assertNoLeak(training, validation, groups);
        }
      }
    }
  });

  it('makes folds of one size, and of one size in each class, without groups', () => {
    for (const { groups: strata } of cases()) {
      const count = strata.length;
      for (const folds of [2, 3, 5].filter((number) => number <= count)) {
        for (const options of [{}, { strata }]) {
          const sizes = kFold(count, { folds, ...options }).map(({ validation }) => validation.length);
          assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${sizes}`);
        }
        const perClass = kFold(count, { folds, strata }).map(({ validation }) =>
          countsOf(validation.map((index) => strata[index])),
        );
        for (const name of new Set(strata)) {
          const sizes = perClass.map((counts) => counts.get(name) ?? 0);
          assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${name}: ${sizes}`);
        }
      }
    }
  });

  it('comes as near to equal folds as any division of the groups', () => {
    const random = seededRandom(3);
    for (let trial = 0; trial < 25; trial++) {
      const sizes = Array.from({ length: 4 + Math.floor(random() * 4) }, () => 1 + Math.floor(random() * 9));
      const groups = sizes.flatMap((size, group) => Array.from({ length: size }, () => group));
      const got = spread(
        kFold(groups.length, { folds: 3, groups }).map(({ validation }) => validation.length),
      );
      let best = Infinity;
      for (let code = 0; code < 3 ** sizes.length; code++) {
        const filled = [0, 0, 0];
        for (let group = 0, rest = code; group < sizes.length; group++, rest = Math.floor(rest / 3)) {
          filled[rest % 3] += sizes[group];
        }
        if (filled.every((size) => size > 0)) best = Math.min(best, spread(filled));
      }
      // Moves and swaps may end a little above the least sum of squares.
      assert.ok(got <= best + 2, `${sizes}: ${got}, best ${best}`);
    }
  });

  it('follows from the seed', () => {
    const folds = (seed: number) => kFold(20, { seed }).map(({ validation }) => validation);
    assert.deepEqual(folds(1), folds(1));
    assert.notDeepEqual(folds(1), folds(2));
  });

  it('refuses what cannot be divided', () => {
    assert.throws(
      () => kFold(4, { folds: 5 }),
      /got 5 folds of 4 items; expected integers with 2 ≤ folds ≤ items/,
    );
    assert.throws(() => kFold(4, { folds: 1 }), RangeError);
    assert.throws(
      () => kFold(4, { folds: 2, groups: ['a', 'b'] }),
      /got 2 groups for 4 items; expected one for each/,
    );
    assert.throws(() => kFold(4, { folds: 2, strata: [1] }), /got 1 strata for 4 items/);
    assert.throws(
      () => kFold(4, { folds: 3, groups: ['a', 'a', 'b', 'b'] }),
      /kFold: got 2 different groups; expected at least 3/,
    );
    assert.throws(() => splitIndices(2, { validation: 1, groups: ['a', 'a'] }), /got 1 different groups/);
  });
});

/** Groups of 40 random data sets: few and many items, groups alike and of very different size. */
function cases() {
  const random = seededRandom(7);
  return Array.from({ length: 40 }, (_, trial) => {
    const count = 6 + Math.floor(random() * 60);
    const names = 2 + Math.floor(random() * Math.min(count - 2, 20));
    const skew = trial % 2 ? 3 : 1;
    const groups = Array.from({ length: count }, (_item, index) =>
      index < names ? `g${index}` : `g${Math.floor(random() ** skew * names)}`,
    );
    return { groups, random };
  });
}

const indicesTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const allOf = (parts: number[][]) => parts.flat().sort((a, b) => a - b);
const spread = (sizes: number[]) => sizes.reduce((sum, size) => sum + size * size, 0);

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function assertNoLeak(training: number[], validation: number[], groups: readonly string[]): void {
  const held = new Set(validation.map((index) => groups[index]));
  assert.ok(training.every((index) => !held.has(groups[index])));
}
