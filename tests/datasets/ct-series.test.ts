import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadCtSeries } from '../../lib/datasets/ct-series';
import type { DataProgress } from '../../lib/datasets/data-progress';
import { readTabTable } from '../../lib/datasets/tab-table';
import { orientationOf } from '../../lib/io/orientation';
import { realData } from '../real-data';
import { useScratchData } from './scratch';

describe('datasets/ct-series', () => {
  const folder = useScratchData();

  it('loads the real series: 128 slices of 512², 0.78125 mm, 1 mm apart, in order, in HU', async function () {
    const mirror = realData(this, 'ct/lidc-idri-0314.manifest.tsv');
    process.env.SEGCOURSE_DATA_MIRROR = mirror;
    const told: DataProgress[] = [];
    const ct = await loadCtSeries({ onProgress: (one) => told.push(one) });
    assert.equal(ct.source, 'ct');
    assert.match(
      ct.notice,
      /^CT: 128×512×512 voxels of 1×0\.78125×0\.78125 mm of LIDC-IDRI-0314, from the mirror .*\.$/,
    );
    assert.deepEqual(ct.volume.shape, [128, 512, 512]);
    assert.ok(ct.volume.data instanceof Int16Array);
    ct.spacing.forEach((side, axis) => assert.ok(Math.abs(side - [1, 0.78125, 0.78125][axis]) < 1e-4));
    assert.deepEqual(ct.warnings, []);
    assert.equal(ct.labels, undefined);
    const table = readTabTable(join(mirror, 'ct/lidc-idri-0314.manifest.tsv'), ['z_mm']);
    const heights = table.map(({ z_mm: z }) => Number(z)).sort((a, b) => a - b);
    ct.slicePositions.forEach((z, slice) => assert.ok(Math.abs(z - heights[slice]) < 1e-3));
    assert.equal(orientationOf(ct.volume), 'LPS');
    // Air around the patient and soft tissue: stored values less 1000.
    const corner = ct.volume.data[0];
    assert.ok(corner <= -900 && corner >= -1024, `corner ${corner}`);
    assert.deepEqual(told.at(-1), { stage: 'read', done: 256, total: 256 });
    assert.ok(told.every(({ done }, at) => done > (told[at - 1]?.done ?? 0)));
  });

  it('loads a folder of your own, whatever its files are called', async function () {
    const mirror = realData(this, 'ct/lidc-idri-0314.manifest.tsv');
    const own = join(mirror, 'ct/lidc-idri-0314');
    const first = readTabTable(join(mirror, 'ct/lidc-idri-0314.manifest.tsv'), ['file', 'z_mm']);
    const z = new Map(first.map(({ file, z_mm: height }) => [file, Number(height)]));
    const low = [...z.values()].sort((a, b) => a - b)[3];
    const ct = await loadCtSeries({
      folder: own,
      series: { select: ({ position }) => position[2] < low - 0.5 },
    });
    assert.equal(ct.volume.shape[0], 3);
    assert.ok(ct.notice.endsWith(`from ${own}.`));
    assert.ok(readdirSync(own).length > 3);
  });

  it('has a synthetic twin with labels, the same by its seed', async () => {
    const options = { source: 'synthetic', size: 64, slices: 12 } as const;
    const ct = await loadCtSeries(options);
    assert.equal(ct.source, 'synthetic');
    assert.deepEqual(ct.volume.shape, [12, 64, 64]);
    assert.deepEqual(ct.labels?.shape, ct.volume.shape);
    assert.ok(Math.abs(ct.spacing[0] - 20) < 1e-9);
    assert.deepEqual(
      ct.slicePositions.slice(1).map((z, at) => Math.round(z - ct.slicePositions[at])),
      Array<number>(11).fill(20),
    );
    assert.equal(orientationOf(ct.volume), 'LPS');
    const values = (label: string) => {
      const wanted = ct.classes!.findIndex((name) => name === label);
      return ct.volume.data.filter((_, at) => ct.labels!.data[at] === wanted);
    };
    const mean = (all: ArrayLike<number>) =>
      Array.from(all).reduce((sum, value) => sum + value, 0) / all.length;
    assert.ok(mean(values(ct.classes![0])) < -900);
    assert.deepEqual((await loadCtSeries(options)).volume, ct.volume);
    assert.notDeepEqual((await loadCtSeries({ ...options, seed: 1 })).volume.data, ct.volume.data);
  });

  it('falls back on the twin in one line that says why', async () => {
    const { source, notice } = await loadCtSeries({ size: 32, slices: 2 });
    assert.equal(source, 'synthetic');
    assert.match(
      notice,
      /^CT: a synthetic chest .*\(seed 0\), because the real ones cannot be had: ct\/.*127 other files/,
    );
    assert.ok(!notice.includes('\n'));
    await assert.rejects(loadCtSeries({ source: 'real' }), { problem: 'missing' });
    await assert.rejects(
      loadCtSeries({ folder: folder() }),
      /readDicomSeries: .*got none; expected at least one/,
    );
    await assert.rejects(loadCtSeries({ slices: 0 }), /got slices 0; expected an integer from 1/);
  });
});
