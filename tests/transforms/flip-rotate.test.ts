import assert from 'node:assert/strict';
import { seededRandom } from '../../lib/runtime/seed';
import { drawFlipRotate, randomFlipRotate } from '../../lib/transforms/flip-rotate';
import { flipHorizontal, flipVertical } from '../../lib/transforms/flip';
import { rotate90 } from '../../lib/transforms/rotate90';

// Written out by hand from numpy.flip and numpy.rot90 of [[1, 2, 3], [4, 5, 6]] and ten times that.
const stack = {
  data: new Uint16Array([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]),
  pages: 2,
  height: 2,
  width: 3,
};

describe('transforms/flip, rotate90', () => {
  it('flips rows', () => {
    assert.deepEqual([...flipVertical(stack).data], [4, 5, 6, 1, 2, 3, 40, 50, 60, 10, 20, 30]);
  });

  it('flips columns', () => {
    assert.deepEqual([...flipHorizontal(stack).data], [3, 2, 1, 6, 5, 4, 30, 20, 10, 60, 50, 40]);
  });

  it('turns counter-clockwise', () => {
    const expected = [
      { turns: 0, shape: [2, 3], first: [1, 2, 3, 4, 5, 6] },
      { turns: 1, shape: [3, 2], first: [3, 6, 2, 5, 1, 4] },
      { turns: 2, shape: [2, 3], first: [6, 5, 4, 3, 2, 1] },
      { turns: 3, shape: [3, 2], first: [4, 1, 5, 2, 6, 3] },
    ];
    for (const { turns, shape, first } of expected) {
      for (const equivalent of [turns, turns - 4, turns + 8]) {
        const out = rotate90(stack, equivalent);
        assert.deepEqual([out.height, out.width], shape);
        assert.deepEqual([...out.data], [...first, ...first.map((value) => 10 * value)]);
      }
    }
    assert.throws(() => rotate90(stack, 0.5), /got 0.5 turns/);
  });

  it('treats image and mask alike and reaches all eight positions', () => {
    const square = { data: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]), pages: 1, height: 3, width: 3 };
    const mask = { ...square, data: Float32Array.from(square.data) };
    const random = seededRandom(3);
    const seen = new Set<string>();
    for (let draw = 0; draw < 100; draw++) {
      const out = randomFlipRotate({ image: square, mask }, random);
      assert.deepEqual([...out.image.data], [...out.mask.data]);
      seen.add(String(out.image.data));
    }
    assert.equal(seen.size, 8);
    assert.throws(
      () => randomFlipRotate({ image: square, mask: { ...mask, width: 1 } }, random),
      /same size/,
    );
  });

  it('draws each flip and each number of turns equally often', () => {
    const random = seededRandom(7);
    const draws = Array.from({ length: 4000 }, () => drawFlipRotate(random));
    // Binomial: standard deviations of 32 and 27; five of them leave no chance to a fair draw.
    assert.ok(Math.abs(draws.filter(({ vertical }) => vertical).length - 2000) < 160);
    assert.ok(Math.abs(draws.filter(({ horizontal }) => horizontal).length - 2000) < 160);
    for (const turns of [0, 1, 2, 3]) {
      assert.ok(Math.abs(draws.filter((drawn) => drawn.turns === turns).length - 1000) < 140);
    }
  });
});
