import assert from 'node:assert/strict';
import { join } from 'node:path';
import { batches } from '../../lib/datasets/batches';
import { loadBrain3d, type Brain3d } from '../../lib/datasets/brain3d';
import { FREESURFER_GROUPS, groupLabels, requireGroups } from '../../lib/datasets/label-groups';
import { BRAIN_CLASSES } from '../../lib/datasets/synthetic/brain';
import type { Volume } from '../../lib/io/image';
import { writeMgh } from '../../lib/io/mgh-write';
import { orientationOf } from '../../lib/io/orientation';
import { tf } from '../../lib/runtime';
import { compose } from '../../lib/transforms/pipeline';
import { randomCrop } from '../../lib/transforms/pipeline-transforms';
import { realData } from '../real-data';
import { useScratchData } from './scratch';

function countOf(values: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

describe('datasets/brain3d', () => {
  const folder = useScratchData();

  /** Two files of one grid, columns to the left as in FreeSurfer's. */
  async function own(labels: number[], affine = [0, 0, -1, 5, 1, 0, 0, -5, 0, -1, 0, 5, 0, 0, 0, 1]) {
    const files = { image: join(folder(), 'norm.mgz'), labels: join(folder(), 'seg.mgz') };
    const grid = {
      shape: [2, 2, 2] as const,
      channels: 1,
      affine: [0, 0, -1, 5, 1, 0, 0, -5, 0, -1, 0, 5, 0, 0, 0, 1],
    };
    await writeMgh(files.image, { ...grid, data: Uint8Array.from([0, 51, 102, 153, 204, 255, 110, 1]) });
    await writeMgh(files.labels, { ...grid, affine, data: Int32Array.from(labels) });
    return files;
  }

  it('loads the real brain: 189 labels, all in a group, in RAS, with volumes as counted by NumPy', async function () {
    this.timeout(180_000);
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'brain3d/norm.mgz');
    const brain = await loadBrain3d();
    assert.equal(brain.source, 'brain3d');
    assert.match(
      brain.notice,
      /^Brain: 256×256×256 voxels in 7 classes of FreeSurfer's labels, from the mirror .*\.$/,
    );
    assert.deepEqual(brain.image.shape, [256, 256, 256]);
    // The file's directions are unit vectors in single precision.
    for (const side of brain.spacing) assert.ok(Math.abs(side - 1) < 1e-6);
    assert.deepEqual([orientationOf(brain.image), orientationOf(brain.mask)], ['RAS', 'RAS']);
    assert.equal(new Set(brain.labels.data).size, 189);
    assert.deepEqual(brain.unknown, []);
    assert.deepEqual(brain.classes, [...BRAIN_CLASSES]);
    const counts = countOf(brain.mask.data);
    // Sums of the voxels of aparc.a2009s+aseg.mgz by its numbers: 2, 41, 77, 251–255; 7, 8, 46, 47; 16; 4, 5, 14, 15, 24, …
    assert.equal(counts.get(1), 222118 + 224161 + 1065 + 1029 + 642 + 876 + 609 + 1014);
    assert.equal(counts.get(3), 8835 + 92 + 752 + 1557 + 940 + 586 + 8342 + 161 + 656);
    const deep = 7966 + 3600 + 4582 + 2078 + 3800 + 1830 + 495 + 4183;
    assert.equal(counts.get(4), deep + 7162 + 3666 + 4645 + 2164 + 3904 + 1903 + 621 + 4262);
    assert.equal(counts.get(5), 13422 + 48209 + 12908 + 49130);
    assert.equal(counts.get(6), 19061);
    assert.equal(counts.get(0), 15657361 + 8 + 87);
    assert.equal(
      [...counts.values()].reduce((sum, count) => sum + count, 0),
      256 ** 3,
    );
    // White matter is brighter than the cortex, the cortex than fluid; the cerebellum is behind and below the middle.
    const { image } = brain.sample(0);
    const sums = new Float64Array(7);
    image.data.forEach((value, at) => (sums[brain.mask.data[at]] += value));
    const mean = (label: number) => (255 * sums[label]) / counts.get(label)!;
    assert.ok(
      mean(1) > 95 && mean(1) < 115 && mean(1) > mean(2) && mean(2) > mean(3),
      `${mean(1)}, ${mean(2)}, ${mean(3)}`,
    );
    assert.ok(below(brain, 5) > 0.9);
  });

  /** Share of a class's voxels that lie lower than the middle of the cortex. */
  function below({ mask }: Brain3d, label: number): number {
    const area = mask.shape[1] * mask.shape[2];
    const slices = (wanted: number) =>
      Array.from(mask.data, (value, at) => (value === wanted ? Math.floor(at / area) : -1)).filter(
        (slice) => slice >= 0,
      );
    const cortex = slices(2);
    const middle = cortex.reduce((sum, slice) => sum + slice, 0) / cortex.length;
    const own = slices(label);
    return own.filter((slice) => slice < middle).length / own.length;
  }

  it('resamples the real brain', async function () {
    this.timeout(180_000);
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'brain3d/norm.mgz');
    const { image, mask, spacing } = await loadBrain3d({ spacing: 4 });
    assert.deepEqual(
      [image.shape, mask.shape],
      [
        [64, 64, 64],
        [64, 64, 64],
      ],
    );
    for (const side of spacing) assert.ok(Math.abs(side - 4) < 1e-5);
    assert.deepEqual([...countOf(mask.data).keys()].sort(), [0, 1, 2, 3, 4, 5, 6]);
  });

  it('tells labels that are in no group, and turns the volumes to RAS', async () => {
    const files = await own([0, 2, 2, 9999, 16, 8, 9999, 500]);
    const brain = await loadBrain3d({ files });
    assert.match(
      brain.notice,
      /2×2×2 voxels in 7 classes; labels of no group, now background: 9999 \(2 voxels\), 500 \(1 voxels\);/,
    );
    assert.deepEqual(brain.unknown, [
      { label: 9999, voxels: 2 },
      { label: 500, voxels: 1 },
    ]);
    // Stored [front][down][left] → [head][front][right]: slice s, row r, column c is stored [r][1 − s][1 − c].
    assert.deepEqual([...brain.labels.data], [9999, 2, 500, 9999, 2, 0, 8, 16]);
    assert.deepEqual([...brain.mask.data], [0, 1, 0, 0, 1, 0, 5, 6]);
    assert.deepEqual(
      [...brain.sample(0).image.data].map((value) => Math.round(255 * value)),
      [153, 102, 1, 110, 51, 0, 255, 204],
    );
  });

  it('takes label groups of your own', async () => {
    const files = await own([0, 2, 2, 9999, 16, 8, 3, 4]);
    const groups = { background: [0, [2, 4]], rest: [8], stem: [16, 9999] } as const;
    const { mask, classes, unknown } = await loadBrain3d({ files, groups });
    assert.deepEqual(classes, ['background', 'rest', 'stem']);
    assert.deepEqual([...mask.data], [2, 0, 0, 0, 0, 0, 1, 2]);
    assert.deepEqual(unknown, []);
  });

  it('refuses files of two grids, and groups that are none', async () => {
    const files = await own([0, 0, 0, 0, 0, 0, 0, 0], [0, 0, -1, 5, 1, 0, 0, -5, 0, -1, 0, 9, 0, 0, 0, 1]);
    await assert.rejects(
      loadBrain3d({ files }),
      /seg\.mgz: got 2×2×2 voxels with affine .*; expected those of .*norm\.mgz/,
    );
    const wrong: [Parameters<typeof requireGroups>[1], RegExp][] = [
      [{ all: [0] }, /got 1 label groups; expected 2 to 256/],
      [{ a: [0], b: [[1, 5]], c: [5] }, /got label 5 in b and in c; expected it in one/],
      [{ a: [0], b: [[5, 1]] }, /got labels \[5, 1\] of b; expected integers/],
      [{ a: [0], b: [1.5] }, /got labels \[1\.5, 1\.5\] of b/],
    ];
    for (const [groups, message] of wrong) await assert.rejects(loadBrain3d({ groups }), message);
    await assert.rejects(loadBrain3d({ spacing: 0 }), /got spacing 0; expected 0\.5 to 16 mm/);
  });

  it('has groups for FreeSurfer in the order of the synthetic classes, left as right', () => {
    requireGroups('test', FREESURFER_GROUPS);
    assert.deepEqual(Object.keys(FREESURFER_GROUPS), [...BRAIN_CLASSES]);
    const pairs = [
      [2, 41],
      [3, 42],
      [4, 43],
      [5, 44],
      [7, 46],
      [8, 47],
      [10, 49],
      [11, 50],
      [12, 51],
      [13, 52],
    ];
    const more = [
      [17, 53],
      [18, 54],
      [26, 58],
      [28, 60],
      [30, 62],
      [31, 63],
      [1030, 2030],
      [11142, 12142],
      [3030, 4030],
    ];
    const data = Int32Array.from([...pairs, ...more].flat());
    const labels: Volume = {
      data,
      shape: [1, 1, data.length],
      channels: 1,
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    };
    const { mask, unknown } = groupLabels(labels, FREESURFER_GROUPS);
    assert.deepEqual(unknown, []);
    for (let at = 0; at < data.length; at += 2)
      assert.equal(mask.data[at], mask.data[at + 1], `label ${data[at]}`);
  });

  it('has a synthetic twin, the same by its seed, which gives batches of patches and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const options = { source: 'synthetic', spacing: 6 } as const;
    const brain = await loadBrain3d(options);
    assert.deepEqual(
      [brain.image.shape, brain.spacing],
      [
        [32, 32, 32],
        [6, 6, 6],
      ],
    );
    assert.equal(orientationOf(brain.image), 'RAS');
    assert.ok(below(brain, 5) > 0.9);
    assert.deepEqual((await loadBrain3d(options)).image, brain.image);
    assert.notDeepEqual((await loadBrain3d({ ...options, seed: 1 })).image.data, brain.image.data);
    for (const { images, masks } of batches(brain, {
      batchSize: 3,
      indices: [0, 0, 0],
      seed: 1,
      transform: compose([randomCrop({ shape: [16, 16, 16], foregroundProbability: 1 })]),
    })) {
      assert.deepEqual(
        [images.shape, masks.shape],
        [
          [3, 16, 16, 16, 1],
          [3, 16, 16, 16, 1],
        ],
      );
      assert.ok(images.dataSync().every((value) => value >= 0 && value <= 1));
      const values = masks.dataSync();
      assert.notDeepEqual(values.slice(0, 4096), values.slice(4096, 8192));
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it('falls back on the twin in one line that says why', async () => {
    const { source, notice } = await loadBrain3d({ spacing: 8 });
    assert.equal(source, 'synthetic');
    assert.match(
      notice,
      /^Brain: a synthetic head .*\(seed 0\), because the real ones cannot be had: brain3d\//,
    );
    assert.ok(!notice.includes('\n'));
    await assert.rejects(loadBrain3d({ source: 'real' }), { problem: 'missing' });
  });
});
