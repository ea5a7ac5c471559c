import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batches } from '../../lib/datasets/batches';
import type { DataProgress } from '../../lib/datasets/data-progress';
import { loadNuclei, type Nuclei } from '../../lib/datasets/nuclei';
import { toTensors } from '../../lib/datasets/segmentation-data';
import { kFold, splitIndices } from '../../lib/datasets/split';
import { tf } from '../../lib/runtime';
import { compose } from '../../lib/transforms/pipeline';
import { randomCrop } from '../../lib/transforms/pipeline-transforms';
import { realData } from '../real-data';
import { useScratchData } from './scratch';

const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);

describe('datasets/nuclei', () => {
  const folder = useScratchData();

  function assertConsistent({ images, kinds, count, sample }: Nuclei): void {
    assert.deepEqual([count, kinds.length], [images.length, images.length]);
    for (const [index, { image, labels, kind }] of images.entries()) {
      assert.deepEqual(kinds[index], kind);
      assert.deepEqual(labels.shape, image.shape);
      const made = sample(index);
      assert.deepEqual(made.image.shape, image.shape);
      const inside = Array.from(labels.data, (label) => (label === 0 ? 0 : 1));
      assert.deepEqual([...made.mask.data], inside);
      assert.ok(made.image.data.every((value) => value >= 0 && value <= 1));
    }
  }

  it('loads all real images: 664, 557 of them gray, 334 of 256×256, with 28,986 nuclei', async function () {
    this.timeout(180_000);
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'nuclei/index.tsv');
    const told: DataProgress[] = [];
    const data = await loadNuclei({ onProgress: (one) => told.push(one) });
    assert.equal(data.source, 'nuclei');
    assert.match(data.notice, /^Nuclei: 664 images of the 2018 Data Science Bowl, from the mirror .*\.$/);
    assert.equal(data.count, 664);
    assert.equal(data.images.filter(({ image }) => image.channels === 1).length, 557);
    assert.equal(data.images.filter(({ image }) => image.channels === 3).length, 107);
    assert.equal(data.images.filter(({ image }) => image.shape.join() === '256,256').length, 334);
    assert.equal(total(data.images.map(({ nuclei }) => nuclei)), 28_986);
    assert.ok(data.images.every(({ labels }) => labels.data instanceof Uint16Array));
    assert.deepEqual(told.at(-1), { stage: 'read', done: 664, total: 664 });
    const stained = data.images.findIndex(({ kind }) => kind === 'rgb 256×320');
    assert.deepEqual(data.sample(stained).image.shape, [256, 320]);
    assert.equal(data.sample(stained).image.channels, 1);
  });

  it('reads of the real images those that are asked for', async function () {
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'nuclei/index.tsv');
    const few = await loadNuclei({ count: 6, size: 64, channels: 3 });
    assertConsistent(few);
    const again = await loadNuclei({ count: 6, size: 64, channels: 3 });
    const ids = ({ images }: Nuclei) => images.map(({ id }) => id);
    assert.deepEqual(ids(again), ids(few));
    assert.notDeepEqual(ids(await loadNuclei({ count: 6, size: 64, seed: 1 })), ids(few));
    const { images, masks } = toTensors(few);
    assert.deepEqual(
      [images.shape, masks.shape],
      [
        [6, 64, 64, 3],
        [6, 64, 64, 1],
      ],
    );
    tf.dispose([images, masks]);
  });

  it('has a synthetic twin, of several sizes, gray and in colour, the same by its seed', async () => {
    const data = await loadNuclei({ source: 'synthetic', count: 12 });
    assert.equal(data.source, 'synthetic');
    assertConsistent(data);
    assert.ok(new Set(data.images.map(({ image }) => image.shape.join())).size > 1);
    assert.ok(data.images.every(({ nuclei }) => nuclei > 1));
    const same = await loadNuclei({ source: 'synthetic', count: 2 });
    assert.deepEqual(same.images, data.images.slice(0, 2));
    const other = await loadNuclei({ source: 'synthetic', count: 2, seed: 1 });
    assert.notDeepEqual(other.images[0].labels, data.images[0].labels);
  });

  it('gives batches of patches of images of any size and colour, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const data = await loadNuclei({ source: 'synthetic', count: 6 });
    const { training } = splitIndices(data.count, { validation: 2, strata: data.kinds });
    assert.equal(training.length, 4);
    const transform = compose([randomCrop({ shape: [96, 96] })]);
    for (const { images, masks } of batches(data, {
      batchSize: 2,
      indices: training,
      augment: true,
      transform,
    })) {
      assert.deepEqual(
        [images.shape, masks.shape],
        [
          [2, 96, 96, 1],
          [2, 96, 96, 1],
        ],
      );
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it('has kinds that serve as groups of folds', async () => {
    const { kinds, count } = await loadNuclei({ source: 'synthetic', count: 20, size: 32 });
    for (const { training, validation } of kFold(count, { folds: 2, groups: kinds })) {
      const seen = new Set(training.map((index) => kinds[index]));
      assert.ok(validation.every((index) => !seen.has(kinds[index])));
    }
  });

  it('falls back on the twin in one line that says why, but not where files are damaged', async () => {
    const data = await loadNuclei({ count: 1, size: 32 });
    assert.equal(data.source, 'synthetic');
    assert.match(
      data.notice,
      /^Nuclei: 1 synthetic .*\(seed 0\), because the real ones cannot be had: .*nuclei\/index\.tsv/,
    );
    assert.ok(!data.notice.includes('\n'));
    await assert.rejects(loadNuclei({ source: 'real' }), { name: 'DataError', problem: 'missing' });
    mkdirSync(join(folder(), 'nuclei'));
    writeFileSync(join(folder(), 'nuclei/index.tsv'), 'id\n');
    await assert.rejects(loadNuclei(), { problem: 'damaged', message: /index\.tsv: got 3 bytes/ });
  });

  it('refuses bad options before any work', async () => {
    await assert.rejects(loadNuclei({ count: 665 }), /got count 665; expected an integer from 1 to 664/);
    await assert.rejects(loadNuclei({ size: 8 }), /got size 8; expected an integer from 16/);
    await assert.rejects(loadNuclei({ channels: 2 as 1 }), /got 2 channels; expected 1 \(gray\) or 3/);
    await assert.rejects(loadNuclei({ source: 'fake' as 'real' }), /loadNuclei: got source "fake"/);
  });
});
