import assert from 'node:assert/strict';
import { selectPages } from '../../lib/io/image-stack';
import { resizeBilinear, resizeNearest } from '../../lib/transforms/resize';
import { decodePixels, golden, type GoldenType } from '../golden';

interface ResizeCase {
  dtype: GoldenType;
  from: [number, number];
  to: [number, number];
  image: string;
  bilinear: string;
  nearest: string;
}

describe('transforms/resize', () => {
  const { resizes } = golden<{ resizes: ResizeCase[] }>('pillow');
  for (const { dtype, from, to, image, bilinear, nearest } of resizes) {
    it(`equals Pillow on ${dtype} ${from.join('×')} → ${to.join('×')}`, () => {
      // Twice the same page: an offset error between pages would show.
      const page = decodePixels(dtype, image);
      const single = { data: page, pages: 1, height: from[0], width: from[1] };
      const stack = selectPages(single, [0, 0]);
      for (const [resize, expected] of [
        [resizeBilinear, bilinear],
        [resizeNearest, nearest],
      ] as const) {
        const out = resize(stack, ...to);
        const want = decodePixels(dtype, expected);
        assert.deepEqual([out.pages, out.height, out.width], [2, ...to]);
        for (let start = 0; start < out.data.length; start += want.length) {
          assert.deepEqual(out.data.slice(start, start + want.length), want);
        }
      }
    });
  }

  it('returns a copy when nothing changes', () => {
    const stack = { data: new Uint8Array([1, 2]), pages: 1, height: 1, width: 2 };
    const out = resizeBilinear(stack, 1, 2);
    out.data[0] = 9;
    assert.equal(stack.data[0], 1);
  });

  it('refuses sizes that are not positive integers', () => {
    const stack = { data: new Uint8Array(1), pages: 1, height: 1, width: 1 };
    for (const size of [0, -1, 1.5, NaN]) {
      assert.throws(
        () => resizeBilinear(stack, size, 4),
        /resizeBilinear: got .* expected a positive integer/,
      );
      assert.throws(() => resizeNearest(stack, 4, size), /resizeNearest: got .* expected a positive integer/);
    }
  });
});
