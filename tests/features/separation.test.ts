import assert from 'node:assert/strict';
import { nearestNeighbourAccuracy } from '../../lib/features/nearest-neighbours';
import { silhouetteScore } from '../../lib/features/silhouette';
import { tSNE } from '../../lib/features/t-sne';
import { seededRandom } from '../../lib/runtime';
import { golden } from '../golden';

interface Case {
  vectors: number[][];
  labels: number[];
  accuracy: Record<string, number>;
  silhouette: number;
}

describe('features, how far classes are apart', () => {
  for (const [name, twin] of Object.entries(golden<Record<string, Case>>('feature-separation'))) {
    it(`scores as scikit-learn: ${name}`, () => {
      for (const [k, accuracy] of Object.entries(twin.accuracy)) {
        const own = nearestNeighbourAccuracy(twin.vectors, twin.labels, { k: Number(k) });
        assert.ok(Math.abs(own - accuracy) < 1e-12, `k ${k}: ${own}, expected ${accuracy}`);
      }
      assert.ok(Math.abs(silhouetteScore(twin.vectors, twin.labels) - twin.silhouette) < 1e-12);
    });
  }

  it('refuses what it cannot score', () => {
    const two = [[0], [1]];
    assert.throws(
      () => nearestNeighbourAccuracy(two, [0, 1], { k: 2 }),
      /got k 2; expected an integer from 1 to 1/,
    );
    assert.throws(
      () => nearestNeighbourAccuracy([[0], [1, 2]], [0, 1]),
      /got 2 values in vector 1; expected 1/,
    );
    assert.throws(() => nearestNeighbourAccuracy([[0], [NaN]], [0, 1], { k: 1 }), /got NaN in vector 1/);
    assert.throws(() => silhouetteScore(two, [0]), /got 1 labels for 2 vectors/);
    assert.throws(() => silhouetteScore(two, [0, 1]), /got 2 classes of 2 vectors; expected from 2 to 1/);
  });
});

describe('features/t-sne', () => {
  const random = seededRandom(3);
  const labels = Array.from({ length: 60 }, (_, index) => index % 3);
  /** Three clouds in ten dimensions. */
  const clouds = labels.map((label) =>
    Array.from({ length: 10 }, (_, axis) => 4 * Number(axis === label) + random()),
  );

  it('keeps neighbours together, the same way for the same seed', async () => {
    const options = { iterations: 400, perplexity: 10 };
    const map = await tSNE(clouds, { ...options, seed: 42 });
    assert.equal(map.length, 60);
    assert.equal(nearestNeighbourAccuracy(map, labels, { k: 5 }), 1);
    assert.deepEqual(await tSNE(clouds, { ...options, seed: 42 }), map);
    assert.notDeepEqual(await tSNE(clouds, { ...options, seed: 43 }), map);
  });

  it('chooses a perplexity that few points allow, and refuses one that they do not', async () => {
    const few = clouds.slice(0, 7);
    assert.ok((await tSNE(few, { iterations: 50 })).flat().every(Number.isFinite));
    await assert.rejects(
      () => tSNE(few, { perplexity: 3 }),
      /got perplexity 3; expected a number from 1 to 2\.0/,
    );
    await assert.rejects(() => tSNE(few, { seed: -1 }), /got seed -1/);
    await assert.rejects(() => tSNE(few, { iterations: 0 }), /got iterations 0/);
  });
});
