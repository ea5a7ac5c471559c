import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from '../../lib/io/image';
import { readNpy, writeNpy } from '../../lib/io/npy';
import { writePng } from '../../lib/io/png-write';
import { tf } from '../../lib/runtime';
import { storeCases } from '../../lib/workflow/case-store';
import { storedFile, type StoredCase } from '../../lib/workflow/stored-case';
import { labelScheme } from '../../lib/workflow/label-scheme';
import { patchBatches } from '../../lib/workflow/patch-batches';
import { loadPatch, toTarget, type PatchOptions } from '../../lib/workflow/patch-loader';
import { openRawDataset } from '../../lib/workflow/raw-dataset';
import { writeJson } from '../../lib/workflow/results';
import { planFolder } from './plan-folder';
import { writeVolumes } from './tiny-datasets';

const SHAPE = [5, 9, 11];

describe('workflow: patches of preprocessed cases', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-patches-'))));
  after(() => rmSync(folder, { recursive: true }));

  /** Voxel v of case number n is 1000 n + v; label 2 in one voxel, 1 in some, −1 nowhere. */
  function write(number: number): StoredCase {
    const voxels = SHAPE.reduce((a, b) => a * b);
    const values = Float32Array.from({ length: voxels }, (_, voxel) => 1000 * number + voxel);
    const labels = new Int16Array(voxels);
    const rare = 3 * 99 + 4 * 11 + 7;
    const common = [0, 1, 2, 3, 4, 5, 6];
    labels[rare] = 2;
    for (const voxel of common) labels[voxel] = 1;
    const id = `case_${number}`;
    writeNpy(storedFile(folder, id, 'image'), { shape: [...SHAPE, 1], values });
    writeNpy(storedFile(folder, id, 'labels'), { shape: SHAPE, values: labels });
    writeNpy(storedFile(folder, id, 'places'), { shape: [8], values: Uint32Array.from([...common, rare]) });
    const places: StoredCase['places'] = [
      [0, 7],
      [7, 8],
    ];
    return { id, shape: SHAPE, channels: 1, places, properties: {} as never };
  }

  const optionsOf = (options: Partial<PatchOptions> = {}): PatchOptions & { patches: number } => ({
    folder,
    cases: [write(0), write(1), write(2)],
    patchSize: [4, 6],
    cutSize: [4, 6],
    batchSize: 3,
    foreground: 0.33,
    patches: 300,
    ...options,
  });
  const at = (epoch: number, index: number) => ({ seed: 5, epoch, index });
  const patch = (index: number, options: PatchOptions & { patches: number }, epoch = 0) =>
    loadPatch(index, options, at(epoch, index));

  it('are cut out of one slice: image and labels of the same places', async () => {
    const options = optionsOf();
    for (let index = 0; index < 60; index++) {
      const { image, mask } = await patch(index, options);
      assert.deepEqual(
        [image.shape, mask.shape],
        [
          [4, 6],
          [4, 6],
        ],
      );
      const first = image.data[0] % 1000;
      const slice = Math.floor(first / 99);
      image.data.forEach((value, place) => {
        assert.equal(value, image.data[0] + Math.floor(place / 6) * 11 + (place % 6));
        assert.equal(Math.floor((value % 1000) / 99), slice, 'not of one slice');
        const voxel = value % 1000;
        assert.equal(mask.data[place], voxel === 348 ? 2 : voxel < 7 ? 1 : 0);
      });
    }
  });

  it('come from each case as often, in another order each round, and the same for the same numbers', async () => {
    const options = optionsOf();
    const of = async (from: number, epoch: number) =>
      Promise.all(
        [0, 1, 2].map(async (n) => Math.floor((await patch(from + n, options, epoch)).image.data[0] / 1000)),
      );
    const rounds = await Promise.all([of(0, 0), of(3, 0), of(6, 0), of(0, 1), of(3, 1), of(6, 1)]);
    for (const round of rounds) assert.deepEqual([...round].sort(), [0, 1, 2]);
    assert.ok(new Set(rounds.map(String)).size > 1);
    assert.deepEqual(await patch(7, options), await patch(7, options));
    assert.notDeepEqual(await patch(7, options), await patch(7, options, 1));
  });

  it('are about foreground in the last third of a batch, each label as often', async () => {
    const options = optionsOf({ patchSize: [3, 3], cutSize: [3, 3] });
    const counts = [0, 0, 0];
    for (let index = 2; index < 300; index += 3) {
      const { mask } = await patch(index, options);
      const labels = new Set(mask.data as Int16Array);
      assert.ok(labels.has(1) || labels.has(2));
      counts[labels.has(2) ? 2 : 1]++;
    }
    // 100 draws of two equal chances: 5 deviations are 25
    assert.ok(Math.abs(counts[2] - 50) < 25, String(counts));
  });

  it('reach beyond small images with 0 and label −1, which is trained as background', async () => {
    const options = optionsOf({ patchSize: [8, 12, 12], cutSize: [8, 12, 12] });
    const { image, mask } = await patch(0, options);
    const outside = [...mask.data].filter((label) => label === -1).length;
    assert.equal(outside, 8 * 12 * 12 - 5 * 9 * 11);
    mask.data.forEach((label, place) => label === -1 && assert.equal(image.data[place], 0));
    const target = toTarget({ image, mask }, at(0, 0), { foreground: [1, 2] });
    assert.equal(Math.min(...(target.mask.data as Float32Array)), 0);
  });

  it('are surrounded by what turning needs', async () => {
    const small = await patch(4, optionsOf());
    const large = await patch(4, optionsOf({ cutSize: [8, 10] }));
    assert.deepEqual(large.image.shape, [8, 10]);
    small.image.data.forEach((value, place) => {
      const row = Math.floor(place / 6) + 2;
      assert.equal(large.image.data[row * 10 + (place % 6) + 2], value);
    });
  });

  it('of regions have a channel for each, and the ignored label in all', () => {
    const scheme = labelScheme({ background: 0, whole: [1, 2], core: 2, ignore: 3 }, [1, 2], assert.fail)!;
    const mask: Image = { data: Int16Array.of(-1, 0, 1, 2, 3), shape: [1, 5], channels: 1 };
    const image: Image = { data: new Float32Array(5), shape: [1, 5], channels: 1 };
    const target = toTarget({ image, mask }, at(0, 0), scheme).mask;
    assert.deepEqual([target.channels, [...target.data]], [2, [0, 0, 0, 0, 1, 0, 1, 1, 3, 3]]);
  });

  it('make the same batches in threads and without', async () => {
    const { cases } = optionsOf();
    const labels = labelScheme({ background: 0, a: 1, b: 2 }, undefined, assert.fail)!;
    const network = { patchSize: [8, 8], batchSize: 2 };
    const all = async (workers: number) => {
      const values: number[][] = [];
      const shared = { folder, cases, network, labels, seed: 3, count: 3, epoch: 2, augment: true, workers };
      for await (const { images, masks } of patchBatches(shared)) {
        assert.deepEqual(
          [images.shape, masks.shape],
          [
            [2, 8, 8, 1],
            [2, 8, 8, 1],
          ],
        );
        values.push([...images.dataSync(), ...masks.dataSync()]);
      }
      return values;
    };
    const tensors = tf.memory().numTensors;
    assert.deepEqual(await all(2), await all(0));
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('come from a store that keeps what is there, and renews what changed', async () => {
    const dataset = join(folder, 'volumes');
    await writeVolumes(dataset, 3);
    const raw = await openRawDataset(dataset);
    const plan = await planFolder(raw);
    const configuration = plan.configurations['3d_fullres']!;
    const store = join(folder, 'store');
    const stored = await storeCases(store, raw, { plan, configuration });
    const files = raw.cases.map(({ id }) => storedFile(store, id, 'image'));
    const times = () => files.map((file) => statSync(file).mtimeMs);
    const before = times();
    assert.deepEqual(await storeCases(store, raw, { plan, configuration }), stored);
    assert.deepEqual(times(), before);
    utimesSync(raw.cases[1].images[0], new Date(), new Date(1e9));
    await storeCases(store, raw, { plan, configuration });
    assert.deepEqual(
      times().map((time, index) => time === before[index]),
      [true, false, true],
    );
    const coarse = { ...configuration, spacing: configuration.spacing.map((step) => 2 * step) };
    const [{ shape }] = await storeCases(store, raw, { plan, configuration: coarse });
    assert.notDeepEqual(shape, stored[0].shape);
    const { places } = JSON.parse(readFileSync(join(store, `${stored[0].id}.json`), 'utf8')) as StoredCase;
    assert.equal(places.length, 1);
  });

  it('keep at most 10,000 places of a label, as nnU-Net: different ones, from everywhere', async () => {
    const large = join(folder, 'large');
    const disc = { data: new Uint8Array(200 * 200).fill(1, 7000, 32_345), shape: [200, 200], channels: 1 };
    await writePng(join(large, 'imagesTr', 'disc_0000.png'), disc);
    await writePng(join(large, 'labelsTr', 'disc.png'), disc);
    writeJson(join(large, 'dataset.json'), {
      ...{ channel_names: { 0: 'gray' }, labels: { background: 0, disc: 1 } },
      ...{ numTraining: 1, file_ending: '.png' },
    });
    const pictures = await openRawDataset(large);
    const flat = await planFolder(pictures);
    const [one] = await storeCases(large, pictures, { plan: flat, configuration: flat.configurations['2d'] });
    const values = (await readNpy(storedFile(large, one.id, 'places'))).values as Uint32Array;
    const { values: mask } = await readNpy(storedFile(large, one.id, 'labels'));
    assert.deepEqual([values.length, new Set(values).size], [10_000, 10_000]);
    for (const voxel of values) assert.equal(mask[voxel], 1);
    assert.ok(values.at(-1)! > values[0] + 25_000);
  });
});
