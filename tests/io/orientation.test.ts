import assert from 'node:assert/strict';
import type { Volume } from '../../lib/io/image';
import { orientationOf, reorient, toRas } from '../../lib/io/orientation';
import { golden } from '../golden';
import { assertSamePlaces } from './volume-golden';

interface OrientationCase {
  affine: number[][];
  codes: string;
  to: Record<string, { shape: [number, number, number]; data: number[]; affine: number[][] }>;
}

const { orientations } = golden<{ orientations: OrientationCase[] }>('nibabel-orientation');

/** 0, 1, 2… at [2, 3, 4], placed by nibabel's affine of (i, j, k). */
function counted(affine: number[][], channels = 1): Volume<Int16Array> {
  const data = Int16Array.from({ length: 24 * channels }, (_, index) => index);
  const rows = affine.flatMap(([i, j, k, origin]) => [k, j, i, origin]);
  return { data, shape: [2, 3, 4], channels, affine: rows };
}

describe('io/orientation', () => {
  for (const [index, { affine, codes, to }] of orientations.entries()) {
    it(`equals nibabel's: affine ${index}, ${codes}, to ${Object.keys(to).join(', ')}`, () => {
      const volume = counted(affine);
      assert.equal(orientationOf(volume), codes);
      for (const [code, expected] of Object.entries(to)) {
        const moved = reorient(volume, code);
        assert.deepEqual([...moved.shape], expected.shape);
        assert.deepEqual([...moved.data], expected.data);
        assertSamePlaces(moved.affine, expected.affine, 1e-9);
        assert.equal(orientationOf(moved), code);
      }
    });
  }

  it('moves all channels of a voxel together', () => {
    const [{ affine, to }] = [orientations[1]];
    const moved = reorient(counted(affine, 3), 'RAS');
    const expected = to.RAS.data.flatMap((voxel) => [3 * voxel, 3 * voxel + 1, 3 * voxel + 2]);
    assert.deepEqual([...moved.data], expected);
    assert.equal(moved.channels, 3);
  });

  it('brings a volume back exactly', () => {
    for (const { affine } of orientations) {
      const volume = counted(affine, 2);
      for (const code of ['RAS', 'IPL', 'ASR', 'LIA']) {
        const back = reorient(reorient(volume, code), orientationOf(volume));
        assert.deepEqual(back.data, volume.data);
        back.affine.forEach((value, index) => assert.ok(Math.abs(value - volume.affine[index]) < 1e-12));
      }
    }
  });

  it('gives the volume itself where it is so already, and leaves its input as it is', () => {
    const volume = counted(orientations[0].affine);
    assert.equal(reorient(volume, orientationOf(volume)), volume);
    const flipped = counted(orientations[1].affine);
    const copy = flipped.data.slice();
    assert.notEqual(toRas(flipped).data, flipped.data);
    assert.deepEqual(flipped.data, copy);
  });

  it('refuses what is no orientation, and an affine without one', () => {
    const volume = counted(orientations[0].affine);
    for (const code of ['', 'RA', 'RAX', 'RLS', 'RASR', 'ras', 'RRR']) {
      assert.throws(() => reorient(volume, code), /^RangeError: reorient: got '.*'; expected three letters/);
    }
    for (const affine of [Array<number>(16).fill(0), [...volume.affine.slice(0, 15), NaN]]) {
      assert.throws(
        () => orientationOf({ affine }),
        /^RangeError: orientation: got the affine \[.*\]; expected/,
      );
    }
  });
});
