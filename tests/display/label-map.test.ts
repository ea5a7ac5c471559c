import assert from 'node:assert/strict';
import { labelMap } from '../../lib/display/label-map';
import { watershedLines } from '../../lib/metrics/watershed-lines';
import { seededRandom } from '../../lib/runtime/seed';

const SIDE = 96;

/** Each pixel has the number of the nearest of `count` random points. */
function cells(count: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const points = Array.from({ length: count }, () => [SIDE * random(), SIDE * random()]);
  return Int32Array.from({ length: SIDE * SIDE }, (_, at) => {
    const far = points.map(([row, column]) => Math.hypot(Math.floor(at / SIDE) - row, (at % SIDE) - column));
    return 1 + far.indexOf(Math.min(...far));
  });
}

/** CIE L* of a pixel. */
function lightness(data: ArrayLike<number>, at: number): number {
  const [r, g, b] = [0, 1, 2].map((channel) => {
    const share = data[3 * at + channel] / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y <= 0.008856 ? 903.3 * y : 116 * Math.cbrt(y) - 16;
}

function leastDifference(labels: ArrayLike<number>, steps: readonly number[]): number {
  const { data } = labelMap(labels, [SIDE, SIDE]);
  let least = Infinity;
  for (let at = 0; at < labels.length; at++) {
    for (const step of steps) {
      const other = at + step;
      const isInside = step >= SIDE ? other < labels.length : (at % SIDE) + step < SIDE;
      if (!isInside || labels[at] === 0 || labels[other] === 0 || labels[at] === labels[other]) continue;
      least = Math.min(least, Math.abs(lightness(data, at) - lightness(data, other)));
    }
  }
  return least;
}

describe('display/label-map', () => {
  for (const seed of [1, 2, 3]) {
    it(`gives cells that touch colours of another lightness (${seed})`, () => {
      assert.ok(leastDifference(cells(60, seed), [1, SIDE]) > 6);
    });

    it(`and cells with a line between them (${seed})`, () => {
      const touching = cells(60, seed);
      const interior = touching.map((label, at) =>
        Number(label === touching[at + 1] && label === touching[at + SIDE]),
      );
      const lined = watershedLines(interior, SIDE);
      assert.ok(new Set(lined).size > 50);
      assert.ok(leastDifference(lined, [2, 2 * SIDE]) > 6);
    });
  }

  it('leaves 0 black, and one label in one colour wherever it is', () => {
    const { data } = labelMap([0, 7, 3, 0, 0, 0, 3, 7], [2, 4]);
    const pixel = (at: number) => [...Array.from(data).slice(3 * at, 3 * at + 3)].join();
    assert.deepEqual([0, 3, 4, 5].map(pixel), Array(4).fill('0,0,0'));
    assert.equal(pixel(1), pixel(7));
    assert.equal(pixel(2), pixel(6));
    assert.notEqual(pixel(1), pixel(2));
  });

  it('colours what has more neighbours than there are colours', () => {
    const { data } = labelMap(
      Uint16Array.from({ length: 100 }, (_, at) => at + 1),
      [10, 10],
    );
    for (let at = 0; at < 100; at++) assert.ok(lightness(data, at) > 40);
  });

  it('takes an empty map', () => {
    assert.deepEqual(Array.from(labelMap([0, 0], [1, 2]).data), [0, 0, 0, 0, 0, 0]);
  });

  it('says what is wrong with its labels', () => {
    assert.throws(() => labelMap([1, 2, 3], [2, 2]), /got 3 labels for a shape \[2, 2\]/);
    assert.throws(() => labelMap([1, 2], [1, 1, 2]), /expected \[height, width\]/);
    assert.throws(() => labelMap([1, 0.5], [1, 2]), /got label 0\.5 at pixel 1/);
    assert.throws(() => labelMap([1, -1], [1, 2]), /got label -1 at pixel 1/);
  });
});
