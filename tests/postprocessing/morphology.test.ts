import assert from 'node:assert/strict';
import { closing, dilation, erosion, opening } from '../../lib/postprocessing/morphology';
import type { ElementShape } from '../../lib/postprocessing/structuring-element';
import { decodePixels, golden } from '../golden';

interface Golden {
  cases: {
    shape: number[];
    element: ElementShape;
    radius: number;
    spacing: number[] | null;
    grey: string;
    mask: string;
    results: {
      operation: 'erosion' | 'dilation' | 'opening' | 'closing';
      of: 'grey' | 'mask';
      values: string;
    }[];
  }[];
}

const operations = { erosion, dilation, opening, closing };

describe('postprocessing/morphology', () => {
  it('equals scikit-image, of masks and grey values, with balls, crosses and squares', () => {
    for (const { shape, element, radius, spacing, results, ...inputs } of golden<Golden>('morphology')
      .cases) {
      for (const { operation, of, values } of results) {
        const input = decodePixels('uint8', inputs[of]);
        const result = operations[operation](input, shape, {
          element,
          radius,
          ...(spacing ? { spacing } : {}),
        });
        assert.deepEqual(
          result,
          decodePixels('uint8', values),
          `${operation} of ${of}, ${shape.join(' × ')}, ${element} ${radius}`,
        );
      }
    }
  });

  it('is by the four nearest neighbours unless told otherwise, keeps the type and leaves its input alone', () => {
    const values = Float32Array.of(0, 0, 0, 0, -2.5, 0, 0, 0, 0);
    const eroded = erosion(values, [3, 3]);
    assert.deepEqual(eroded, Float32Array.of(0, -2.5, 0, -2.5, -2.5, -2.5, 0, -2.5, 0));
    assert.equal(values[1], 0);
  });

  it('does not shrink a mask from the border of the image', () => {
    const full = new Uint8Array(27).fill(1);
    assert.deepEqual(erosion(full, [3, 3, 3], { element: 'square', radius: 2 }), full);
  });

  it('refuses options that do not fit', () => {
    const mask = new Uint8Array(9);
    assert.throws(() => erosion(mask, [9]), /erosion: got shape \[9\]; expected \[height, width\] or/);
    assert.throws(() => dilation(mask, [3, 4]), /dilation: got 9 values for shape \[3, 4\]; expected 12/);
    assert.throws(
      () => opening(mask, [3, 3], { radius: 0 }),
      /opening: got radius 0; expected a positive number/,
    );
    assert.throws(() => closing(mask, [3, 3], { radius: Infinity }), /closing: got radius Infinity/);
    assert.throws(
      () => erosion(mask, [3, 3], { element: 'disk' as ElementShape }),
      /got element 'disk'; expected 'ball', 'cross' or 'square'/,
    );
    assert.throws(
      () => erosion(mask, [3, 3], { spacing: [1, 2] }),
      /got a spacing for a cross; expected it for a ball/,
    );
  });
});
