import assert from 'node:assert/strict';
import { findContours, type ContourOptions } from '../../lib/postprocessing/contours';
import { decodePixels, golden } from '../golden';

interface Golden {
  cases: {
    shape: number[];
    values: string;
    results: (Required<Omit<ContourOptions, 'level'>> & { level: number | null; contours: number[][] })[];
  }[];
}

describe('findContours', () => {
  it('equals scikit-image, order included, also at values that are the level, and beside NaN', () => {
    for (const { shape, values, results } of golden<Golden>('contours').cases) {
      const image = decodePixels('float32', values);
      for (const { level, connected, orientation, contours } of results) {
        const found = findContours(image, shape, {
          connected,
          orientation,
          ...(level !== null && { level }),
        });
        const what = `${shape.join(' × ')}, ${JSON.stringify({ level, connected, orientation })}`;
        assert.deepEqual(
          found.map(({ points }) => points.length),
          contours.map((points) => points.length),
          what,
        );
        found.forEach(({ points, closed }, number) => {
          const expected = contours[number];
          points.forEach((value, at) => assert.ok(Math.abs(value - expected[at]) < 1e-8, what));
          const [row, column, last, lastColumn] = [...expected.slice(0, 2), ...expected.slice(-2)];
          assert.equal(closed, expected.length > 4 && row === last && column === lastColumn);
        });
      }
    }
  });

  it('finds nothing in a flat image', () => {
    assert.deepEqual(findContours(new Float32Array(9), [3, 3]), []);
  });

  it('refuses what has no contours', () => {
    const image = new Float32Array(8);
    assert.throws(() => findContours(image, [2, 2, 2]), /got shape \[2, 2, 2\]; expected \[height, width\]/);
    assert.throws(() => findContours(image, [1, 8]), /got shape \[1, 8\]; expected \[height, width\], each/);
    assert.throws(() => findContours(image, [2, 4], { level: NaN }), /got level NaN; expected a finite/);
    assert.throws(
      () => findContours(image, [2, 4], { connected: 'both' as 'low' }),
      /got connected 'both'; expected 'high' or 'low'/,
    );
  });
});
