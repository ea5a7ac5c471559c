import assert from 'node:assert/strict';
import { adaptedRandError, randError } from '../../lib/metrics/rand-error';
import { regionScores } from '../../lib/metrics/rand-information';
import { variationOfInformation } from '../../lib/metrics/variation-of-information';
import { golden } from '../golden';

type Stored = number | 'NaN';

interface Golden {
  cases: {
    truth: number[];
    proposal: number[];
    isbi: number[];
    adaptedRand: Stored[];
    'adaptedRandOfAlpha0.2': Stored;
    randError: number;
    variationOfInformation: number[];
  }[];
}

const { cases } = golden<Golden>('rand');

function assertNear(actual: readonly number[], stored: readonly Stored[], what: string): void {
  actual.forEach((value, index) => {
    const expected = Number(stored[index]);
    assert.ok(
      Object.is(value, expected) || Math.abs(value - expected) < 1e-11,
      `${what}, value ${index}: got ${value}, expected ${expected}`,
    );
  });
}

describe('scores of regions', () => {
  it("equal scikit-image's adapted Rand error; its precision and recall, and its alpha, are swapped", () => {
    cases.forEach(({ truth, proposal, adaptedRand, 'adaptedRandOfAlpha0.2': other }, at) => {
      const { error, precision, recall } = adaptedRandError(truth, proposal);
      assertNear([error, recall, precision], adaptedRand, `case ${at}`);
      assertNear([adaptedRandError(truth, proposal, { alpha: 0.8 }).error], [other], `case ${at}, alpha`);
    });
  });

  it("equal 1 − scikit-learn's Rand index", () => {
    cases.forEach(({ truth, proposal, randError: expected }, at) =>
      assertNear([randError(truth, proposal)], [expected], `case ${at}`),
    );
  });

  it("equal scikit-image's variation of information", () => {
    cases.forEach(({ truth, proposal, variationOfInformation: expected }, at) => {
      const { splits, merges } = variationOfInformation(truth, proposal);
      assertNear([splits, merges], expected, `case ${at}`);
      assert.ok(splits >= 0 && merges >= 0);
    });
  });

  it('equal V_rand and V_info of ISBI 2012, made from scikit-image', () => {
    cases.forEach(({ truth, proposal, isbi }, at) => {
      const { vRand, vInfo } = regionScores(truth, proposal);
      assertNear([vRand, vInfo], isbi, `case ${at}`);
    });
  });

  it('blame precision and splits as the definitions say', () => {
    const [apart, joined] = [
      [1, 1, 2, 2],
      [5, 5, 5, 5],
    ];
    assertNear([adaptedRandError(apart, joined).precision], [1 / 3], 'precision of a merger');
    assertNear([adaptedRandError(joined, apart).recall], [1 / 3], 'recall of a split');
    assert.deepEqual(variationOfInformation(apart, joined), { splits: 0, merges: 1 });
    assert.deepEqual(variationOfInformation(joined, apart), { splits: 1, merges: 0 });
  });

  it('have no Rand error on one pixel', () => {
    assert.equal(randError([3], [4]), 0);
  });

  it('refuse what they cannot score', () => {
    assert.throws(() => randError([1], [1, 2]), {
      name: 'RangeError',
      message: /^randError: got 1 true and 2/,
    });
    assert.throws(() => randError([], []), /randError: got no pixels; expected at least one/);
    assert.throws(() => variationOfInformation([], []), /variationOfInformation: got no pixels/);
    assert.throws(() => adaptedRandError([0, 0], [1, 2]), /got a truth without any region/);
    for (const alpha of [-0.1, 1.1, NaN]) {
      assert.throws(
        () => adaptedRandError([1], [1], { alpha }),
        /got alpha .*; expected a weight in \[0, 1\]/,
      );
    }
  });
});
