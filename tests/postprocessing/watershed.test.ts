import assert from 'node:assert/strict';
import type { Connectivity } from '../../lib/metrics/connectivity';
import { separateInstances } from '../../lib/postprocessing/instances';
import { watershed } from '../../lib/postprocessing/watershed';
import { decodePixels, golden } from '../golden';

interface Golden {
  cases: {
    shape: number[];
    elevation: string;
    markers: string;
    mask: string;
    results: {
      connectivity: Connectivity;
      masked: boolean;
      compactness: number;
      labels: string;
    }[];
  }[];
  instances: { shape: number[]; mask: string; separation: number; labels: string }[];
}

const unpacked = (base64: string) => decodePixels('uint16', base64) as Uint16Array;
const { cases, instances } = golden<Golden>('watershed');

describe('watershed', () => {
  it('equals scikit-image, ties included; within a mask, and compact', () => {
    for (const { shape, results, ...inputs } of cases) {
      const [elevation, markers, mask] = [inputs.elevation, inputs.markers, inputs.mask].map(unpacked);
      for (const { connectivity, masked, compactness, labels } of results) {
        const result = watershed(elevation, markers, shape, {
          connectivity,
          compactness,
          ...(masked ? { mask } : {}),
        });
        assert.deepEqual(
          [...result],
          [...unpacked(labels)],
          `${shape.join(' × ')}: ${JSON.stringify({ connectivity, masked, compactness })}`,
        );
      }
    }
  });

  it('takes negative elevations and markers, and leaves what no water reaches', () => {
    const labels = watershed([-3, -1, -2, 0, -5], [0, 0, -7, 0, 0], [1, 5], { mask: [1, 1, 1, 0, 1] });
    assert.deepEqual([...labels], [-7, -7, -7, 0, 0]);
  });

  it('refuses what it cannot flood', () => {
    const flat = [0, 0, 0, 0];
    assert.throws(
      () => watershed([0, NaN, 0, 0], flat, [2, 2]),
      /got elevation NaN at index 1; expected finite/,
    );
    assert.throws(
      () => watershed(flat, [0, 0.5, 0, 0], [2, 2]),
      /got marker 0.5 at index 1; expected integers/,
    );
    assert.throws(
      () => watershed(flat, [1, 0], [2, 2]),
      /watershed: markers: got 2 values for shape \[2, 2\]/,
    );
    assert.throws(() => watershed(flat, flat, [2, 2], { mask: [1] }), /watershed: mask: got 1 values/);
    assert.throws(() => watershed(flat, flat, [2, 2], { compactness: -1 }), /got compactness -1; expected/);
    assert.throws(() => watershed(flat, flat, [2, 2], { connectivity: 6 }), /got connectivity 6; expected 4/);
  });
});

describe('separateInstances', () => {
  it('equals the same steps by SciPy and scikit-image', () => {
    for (const { shape, mask, separation, labels } of instances) {
      assert.deepEqual([...separateInstances(unpacked(mask), shape, { separation })], [...unpacked(labels)]);
    }
  });

  /** Probability 0.9 in disks about the centres. */
  const disks = (centres: readonly (readonly number[])[], radius: number, size: number) =>
    Float32Array.from({ length: size * size }, (_, at) =>
      centres.some(([row, column]) => Math.hypot(Math.floor(at / size) - row, (at % size) - column) <= radius)
        ? 0.9
        : 0.1,
    );

  it('separates touching disks, which are one component, in halves', () => {
    const map = disks(
      [
        [20, 13],
        [20, 27],
      ],
      8,
      40,
    );
    const labels = separateInstances(map, [40, 40]);
    const [left, right] = [labels[20 * 40 + 13], labels[20 * 40 + 27]];
    assert.deepEqual(new Set(labels), new Set([0, left, right]));
    assert.ok(left !== right && left > 0 && right > 0);
    labels.forEach((label, at) => {
      assert.equal(label > 0, map[at] > 0.5);
      if (label > 0 && at % 40 !== 20) assert.equal(label, at % 40 < 20 ? left : right);
    });
  });

  it('keeps a speck beside a large disk unless it is too small', () => {
    const map = disks([[12, 12]], 6, 24);
    map[12 * 24 + 20] = 0.8;
    assert.equal(new Set(separateInstances(map, [24, 24], { separation: 9 })).size, 3);
    assert.equal(new Set(separateInstances(map, [24, 24], { separation: 9, minimumSize: 2 })).size, 2);
    assert.equal(separateInstances(map, [24, 24], { threshold: 0.85 })[12 * 24 + 20], 0);
  });

  it('finds nothing in nothing, and one instance in a full image', () => {
    assert.deepEqual(separateInstances(new Float32Array(12), [3, 4]), new Int32Array(12));
    assert.deepEqual(separateInstances(new Float32Array(12).fill(1), [3, 4]), new Int32Array(12).fill(1));
  });

  it('refuses NaN and options out of range', () => {
    assert.throws(() => separateInstances([0, NaN], [1, 2]), /got NaN at index 1; expected probabilities/);
    assert.throws(() => separateInstances([0, 1], [1, 2], { separation: 0 }), /separation 0 .*at least 1/);
    assert.throws(() => separateInstances([0, 1], [1, 2], { smoothing: -1 }), /smoothing -1; expected/);
  });
});
