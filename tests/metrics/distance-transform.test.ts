import assert from 'node:assert/strict';
import { distanceTransform, nearestZeros } from '../../lib/metrics/distance-transform';
import { golden } from '../golden';
import { Blobs, blobs, unravel } from './masks';

interface Golden {
  cases: { mask: Blobs; spacing: number[]; distances: number[] }[];
}

const { cases } = golden<Golden>('surface-distance-transform');

describe('distanceTransform', () => {
  it("equals SciPy's distance_transform_edt with sampling in 1, 2 and 3 dimensions", () => {
    for (const { mask, spacing, distances } of cases) {
      const result = distanceTransform(blobs(mask), mask.shape, spacing);
      assert.equal(result.length, distances.length);
      result.forEach((distance, index) => assert.ok(Math.abs(distance - distances[index]) < 1e-11));
    }
  });

  it('has spacing 1 unless told', () => {
    assert.deepEqual(
      [...distanceTransform([1, 1, 1, 0, 1, 1], [2, 3])],
      [1, Math.SQRT2, Math.sqrt(5), 0, 1, 2],
    );
  });

  it('is Infinity where there is no zero and 0 where all are', () => {
    assert.deepEqual([...distanceTransform([1, 1, 1, 1], [2, 2])], [Infinity, Infinity, Infinity, Infinity]);
    assert.deepEqual([...distanceTransform([0, 0, 0, 0], [2, 2])], [0, 0, 0, 0]);
  });

  it('takes any number but 0 for inside', () => {
    assert.deepEqual([...distanceTransform([0.25, -3, 0], [3])], [2, 1, 0]);
  });

  it('refuses shapes and spacings that do not fit', () => {
    assert.throws(() => distanceTransform([1, 0, 1], [2, 2]), {
      name: 'RangeError',
      message: /^distanceTransform: got 3 values for shape \[2, 2\]; expected 4/,
    });
    assert.throws(() => distanceTransform([], [0, 2]), /got shape \[0, 2\]; expected positive integers/);
    assert.throws(() => distanceTransform([1], []), /got shape \[\]/);
    assert.throws(() => distanceTransform([1, 0], [2], [1, 1]), /got spacing \[1, 1\]; expected 1 positive/);
    assert.throws(() => distanceTransform([1, 0], [2], [0]), /got spacing \[0\]/);
    assert.throws(() => distanceTransform([1, 0], [2], [NaN]), /got spacing \[NaN\]/);
  });
});

describe('nearestZeros', () => {
  it('names a zero that is as far as the distance says', () => {
    for (const { mask, spacing } of cases) {
      const values = blobs(mask);
      const { distances, indices } = nearestZeros(values, mask.shape, spacing);
      indices.forEach((nearest, index) => {
        assert.equal(values[nearest], 0);
        const here = unravel(index, mask.shape);
        const there = unravel(nearest, mask.shape);
        const apart = Math.hypot(...here.map((at, axis) => spacing[axis] * (at - there[axis])));
        assert.ok(Math.abs(distances[index] - apart) < 1e-11);
      });
    }
  });

  it('is −1 where there is no zero', () => {
    assert.deepEqual([...nearestZeros([1, 1], [2]).indices], [-1, -1]);
  });
});
