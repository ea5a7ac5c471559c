import assert from 'node:assert/strict';
import { growRegions, UNREACHED } from '../../lib/prompt/grow-regions';
import { LevelQueue } from '../../lib/prompt/level-queue';
import { SEED, seedsOf } from '../../lib/prompt/region-seeds';
import { seededRandom } from '../../lib/runtime';

const NEIGHBOURS = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
];

/** Of the cheapest way from one seed to each pixel: better ways are looked for until there are none. */
function waysFrom(image: Float32Array, [height, width]: number[], channels: number, seeds: Uint8Array) {
  const seed = seeds.indexOf(SEED.positive);
  const costs = new Uint16Array(seeds.length).fill(UNREACHED);
  costs[seed] = 0;
  const own = (at: number) =>
    Math.max(
      ...Array.from({ length: channels }, (_, channel) =>
        Math.round(Math.abs(image[at * channels + channel] - image[seed * channels + channel])),
      ),
    );
  for (let better = true; better;) {
    better = false;
    for (let at = 0; at < costs.length; at++) {
      if (seeds[at] === SEED.closed) continue;
      for (const [down, across] of NEIGHBOURS) {
        const [row, column] = [Math.floor(at / width) + down, (at % width) + across];
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        const cost = Math.max(costs[row * width + column], own(at));
        if (costs[row * width + column] === UNREACHED || cost >= costs[at]) continue;
        costs[at] = cost;
        better = true;
      }
    }
  }
  return costs;
}

describe('growRegions', () => {
  it('costs as much as the worst pixel of the cheapest way, around what is closed', () => {
    const random = seededRandom(3);
    for (const channels of [1, 3]) {
      const shape = [13, 17];
      const image = Float32Array.from({ length: 13 * 17 * channels }, () => 255 * random());
      const seeds = Uint8Array.from({ length: 13 * 17 }, () => (random() < 0.15 ? SEED.closed : SEED.none));
      seeds[6 * 17 + 8] = SEED.positive;
      const { costs, positive } = growRegions(image, shape, channels, seeds);
      assert.deepEqual(costs, waysFrom(image, shape, channels, seeds));
      assert.deepEqual(
        positive,
        Uint8Array.from(costs, (cost) => Number(cost < UNREACHED)),
      );
    }
  });

  it('gives pixels that cost the same to the nearest seed', () => {
    const seeds = new Uint8Array(3 * 8);
    seeds[8] = SEED.positive;
    seeds[15] = SEED.negative;
    const { costs, positive } = growRegions(new Float32Array(24).fill(7), [3, 8], 1, seeds);
    assert.ok(costs.every((cost) => cost === 0));
    assert.deepEqual([...positive.subarray(8, 16)], [1, 1, 1, 1, 0, 0, 0, 0]);
  });
});

describe('seedsOf', () => {
  it('takes the core of a mask, and what is as far away as it is deep, in any corner of the image', () => {
    // Distances to what is not mask are 1, 2, 3 from its border on; the half of 3 is the core.
    const square = (top: number, left: number) => {
      const data = Uint8Array.from({ length: 20 * 30 }, (_, at) => {
        const [row, column] = [Math.floor(at / 30) - top, (at % 30) - left];
        return Number(row >= 0 && row < 5 && column >= 0 && column < 5);
      });
      const seeds = seedsOf({ mask: { data, shape: [20, 30], channels: 1 } }, [20, 30]);
      return (row: number, column: number) => seeds[(top + row) * 30 + left + column];
    };
    for (const seed of [square(8, 12), square(6, 4)]) {
      assert.deepEqual(
        [seed(2, 2), seed(1, 1), seed(0, 2), seed(-1, 2), seed(-2, 2), seed(-3, 2), seed(2, 7)],
        [SEED.positive, SEED.positive, SEED.none, SEED.none, SEED.none, SEED.negative, SEED.negative],
      );
      assert.equal(seed(-6, -4), SEED.negative);
    }
    // The image's own border is no border of the mask.
    const corner = square(0, 0);
    assert.deepEqual([corner(0, 0), corner(4, 4), corner(7, 0)], [SEED.positive, SEED.none, SEED.none]);
    assert.equal(corner(8, 0), SEED.negative);
  });
});

describe('LevelQueue', () => {
  it('gives the lowest first, of equal ones the one that came first, also while it grows', () => {
    const queue = new LevelQueue(4);
    const taken: number[][] = [];
    for (let index = 0; index < 3000; index++) queue.push(index % 3, index, index + 1);
    for (let step = 0; queue.take(); step++) {
      taken.push([queue.level, queue.index, queue.source]);
      if (step === 0) queue.push(0, 9999, 1);
    }
    const expected = [0, 1, 2].flatMap((level) =>
      Array.from({ length: 1000 }, (_, n) => [level, 3 * n + level, 3 * n + level + 1]),
    );
    expected.splice(1000, 0, [0, 9999, 1]);
    assert.deepEqual(taken, expected);
    assert.equal(queue.take(), false);
  });
});
