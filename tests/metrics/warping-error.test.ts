import assert from 'node:assert/strict';
import type { PlaneConnectivity } from '../../lib/metrics/connectivity';
import { TopologicalErrors } from '../../lib/metrics/topological-errors';
import { warpingError } from '../../lib/metrics/warping-error';
import { golden } from '../golden';
import { MaskFormula, maskOf } from './masks';

interface Golden {
  cases: {
    truth: MaskFormula;
    prediction: MaskFormula;
    sixteenths?: number[];
    mask?: MaskFormula;
    connectivity: PlaneConnectivity;
    threshold: number;
    pixels: number;
    warped: string;
    errors: TopologicalErrors;
  }[];
}

const { cases } = golden<Golden>('warping');
const NONE: TopologicalErrors = {
  splits: 0,
  mergers: 0,
  falseObjects: 0,
  missedObjects: 0,
  falseHoles: 0,
  missedHoles: 0,
  displacements: 0,
};

/** Rows of # for foreground. */
function picture(...rows: string[]) {
  return {
    values: Array.from(rows.join(''), (character) => (character === '#' ? 1 : 0)),
    width: rows[0].length,
  };
}

describe('warpingError', () => {
  it("equals the paper's algorithm on random and degenerate masks", () => {
    cases.forEach(({ truth, prediction, sixteenths, mask, connectivity, threshold, ...expected }, at) => {
      const [, width] = truth.shape;
      const values = sixteenths ? sixteenths.map((value) => value / 16) : maskOf(prediction);
      const result = warpingError(values, maskOf(truth), width, {
        connectivity,
        threshold,
        mask: mask && maskOf(mask),
      });
      assert.equal(result.warped.join(''), expected.warped, `case ${at}`);
      assert.equal(result.pixels, expected.pixels, `case ${at}`);
      assert.equal(result.error, expected.pixels / values.length, `case ${at}`);
      assert.deepEqual(result.errors, expected.errors, `case ${at}`);
    });
  });

  it('forgives borders that lie elsewhere', () => {
    const truth = picture('.......', '.###.#.', '.###.#.', '.......');
    const moved = picture('..####.', '..##.##', '..##.##', '..##.##');
    moved.values[5] = 0;
    const { error, errors } = warpingError(moved.values, truth.values, truth.width);
    assert.equal(error, 0);
    assert.deepEqual(errors, NONE);
  });

  it('counts a merger and a split as one each, by the thinnest line that is left', () => {
    const apart = picture('###...###', '###...###', '###...###');
    const joined = picture('#########', '#########', '#########');
    const merged = warpingError(joined.values, apart.values, apart.width);
    assert.deepEqual(merged.errors, { ...NONE, mergers: 1 });
    assert.equal(merged.pixels, 3);
    const split = warpingError(apart.values, joined.values, apart.width);
    assert.deepEqual(split.errors, { ...NONE, splits: 1 });
    assert.equal(split.pixels, 3);
  });

  it('takes pixels that touch by corners for one object where connectivity is 8', () => {
    const truth = picture('#..', '.#.', '..#');
    const empty = picture('...', '...', '...');
    assert.equal(warpingError(empty.values, truth.values, 3).errors.missedObjects, 3);
    const one = warpingError(empty.values, truth.values, 3, { connectivity: 8 });
    assert.deepEqual([one.pixels, one.errors.missedObjects], [1, 1]);
  });

  it('flips only where the mask is', () => {
    const truth = picture('##....');
    const longer = picture('####..');
    const { warped, errors } = warpingError(longer.values, truth.values, 6, { mask: [1, 1, 1, 0, 1, 1] });
    assert.deepEqual([...warped], [1, 1, 1, 0, 0, 0]);
    assert.deepEqual(errors, { ...NONE, displacements: 1 });
  });

  it('refuses what it cannot warp', () => {
    assert.throws(() => warpingError([1], [1, 0], 1), {
      name: 'RangeError',
      message: /^warpingError: got 1 predicted, 2 true; expected as many of each/,
    });
    assert.throws(() => warpingError([1, 0], [1, 0], 2, { mask: [1] }), /2 true and 1 mask values/);
    assert.throws(
      () => warpingError([1, 0, 1], [1, 0, 1], 2),
      /got width 2 for 3 pixels; expected whole rows/,
    );
    assert.throws(() => warpingError([], [], 1), /got width 1 for 0 pixels/);
    assert.throws(() => warpingError([NaN], [1], 1), /got NaN for predicted value 0/);
    assert.throws(() => warpingError([1], [NaN], 1), /got NaN for true value 0/);
    assert.throws(() => warpingError([1], [1], 1, { threshold: NaN }), /got threshold NaN/);
    const connectivity = 6 as PlaneConnectivity;
    assert.throws(
      () => warpingError([1], [1], 1, { connectivity }),
      /got connectivity 6; expected 4 .* or 8/,
    );
  });
});
