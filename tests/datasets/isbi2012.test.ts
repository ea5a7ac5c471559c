import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadIsbi2012 } from '../../lib/datasets/isbi2012';
import { readTiff } from '../../lib/io/tiff';
import { resizeBilinear, resizeNearest } from '../../lib/transforms/resize';
import { golden } from '../golden';
import { realData } from '../real-data';
import { useScratchData } from './scratch';

interface StackHash {
  file: string;
  resample: 'bilinear' | 'nearest';
  size: number;
  sha256: string;
}

describe('datasets/isbi2012', () => {
  const folder = useScratchData();

  it('resizes the real stacks as Pillow does, to the last pixel', async function () {
    const data = realData(this, 'isbi2012/train-volume.tif');
    const { isbi2012 } = golden<{ isbi2012: StackHash[] }>('pillow');
    for (const file of new Set(isbi2012.map((hash) => hash.file))) {
      const stack = await readTiff(join(data, 'isbi2012', file));
      for (const { resample, size, sha256 } of isbi2012.filter((hash) => hash.file === file)) {
        const resized = (resample === 'bilinear' ? resizeBilinear : resizeNearest)(stack, size, size);
        const hash = createHash('sha256').update(resized.data).digest('hex');
        assert.equal(hash, sha256, `${file} at ${size}`);
      }
    }
  });

  it('loads the real stacks: 30 images in 0…1, membrane 1 on 1 − 0.7804 of the pixels', async function () {
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'isbi2012/train-volume.tif');
    const { images, masks, source, notice } = await loadIsbi2012({ size: 512 });
    assert.equal(source, 'isbi2012');
    assert.match(notice, /^ISBI 2012: the challenge's 30 training images and labels, from the mirror .*\.$/);
    for (const { pages, height, width } of [images, masks])
      assert.deepEqual([pages, height, width], [30, 512, 512]);
    assert.deepEqual([...new Set(masks.data)].sort(), [0, 1]);
    const share = masks.data.reduce((sum, value) => sum + value, 0) / masks.data.length;
    assert.ok(Math.abs(share - (1 - 0.7804)) < 5e-5, `membrane share ${share}`);
    const mean = images.data.reduce((sum, value) => sum + value, 0) / images.data.length;
    // NumPy: train-volume.tif has mean 126.16322.
    assert.ok(Math.abs(mean * 255 - 126.16322) < 1e-4, `mean ${mean * 255}`);
  });

  it('falls back on synthetic images in one line that says why', async () => {
    process.env.SEGCOURSE_DATA_MIRROR = join(folder(), 'nowhere');
    const data = await loadIsbi2012({ size: 64 });
    assert.equal(data.source, 'synthetic');
    assert.match(
      data.notice,
      /synthetic.*\(seed 0\), because the real ones cannot be had: .*got no such file/,
    );
    assert.ok(!data.notice.includes('\n'));
    assert.deepEqual([data.images.pages, data.images.height, data.images.width, data.size], [30, 64, 64, 64]);
    assert.ok(data.images.data.every((value) => value >= 0 && value <= 1));
    await assert.rejects(loadIsbi2012({ source: 'real' }), { name: 'DataError', problem: 'missing' });
  });

  it('does not hide damaged files behind synthetic ones', async () => {
    mkdirSync(join(folder(), 'isbi2012'));
    writeFileSync(join(folder(), 'isbi2012/train-volume.tif'), 'II*');
    await assert.rejects(loadIsbi2012(), {
      problem: 'damaged',
      message: /train-volume\.tif: got 3 bytes, a truncated/,
    });
  });

  it('refuses bad options before any work', async () => {
    await assert.rejects(loadIsbi2012({ size: 0 }), /got size 0; expected an integer from 16 to 2048/);
    await assert.rejects(
      loadIsbi2012({ source: 'fake' as 'real' }),
      /got source "fake"; expected auto, real or/,
    );
  });
});
