import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { batches } from '../../lib/datasets/batches';
import { loadFolder } from '../../lib/datasets/folder';
import { kFold } from '../../lib/datasets/split';
import type { Image, Samples, Volume } from '../../lib/io/image';
import { writeNifti } from '../../lib/io/nifti-write';
import { orientationOf } from '../../lib/io/orientation';
import { writePng } from '../../lib/io/png-write';
import { tf } from '../../lib/runtime';
import { useScratchData } from './scratch';

const LPS = [0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1];

describe('datasets/folder', () => {
  const root = useScratchData();

  async function put(name: string, values: number[], shape = [2, 2], channels = 1): Promise<void> {
    const file = join(root(), name);
    mkdirSync(dirname(file), { recursive: true });
    await writePng(file, { data: Uint8Array.from(values), shape, channels });
  }

  async function putVolume(name: string, data: Samples, affine = LPS): Promise<void> {
    const file = join(root(), name);
    mkdirSync(dirname(file), { recursive: true });
    await writeNifti(file, { data, shape: [2, 2, 2], channels: 1, affine });
  }

  /** Each a pair of 2×2: image 0, 51, 255, 255; mask 0, 0, 255, 255. */
  async function pairs(...names: [image: string, mask: string][]): Promise<void> {
    for (const [image, mask] of names) {
      await put(image, [0, 51, 255, 255]);
      await put(mask, [0, 0, 255, 255]);
    }
  }

  const layouts: [string, [string, string][], string[]][] = [
    [
      'images + masks',
      [
        ['images/a.png', 'masks/a.png'],
        ['images/b.png', 'masks/b_mask.png'],
      ],
      ['a', 'b'],
    ],
    ['Image + Labels', [['Image/a.png', 'Labels/a.png']], ['a']],
    [
      'side by side',
      [
        ['a.png', 'a_mask.png'],
        ['b.c.png', 'b.c_seg.png'],
        ['d/e.png', 'd/e-label.png'],
      ],
      ['a', 'b.c', 'd/e'],
    ],
    [
      'by patient',
      [
        ['images/p1/a.png', 'masks/p1/a.png'],
        ['images/p2/a.png', 'masks/p2/a.png'],
      ],
      ['p1/a', 'p2/a'],
    ],
    ["nnU-Net's", [['imagesTr/case_1_0000.png', 'labelsTr/case_1.png']], ['case_1']],
  ];
  for (const [name, files, expected] of layouts) {
    it(`pairs ${name}`, async () => {
      await pairs(...files);
      writeFileSync(join(root(), 'readme.txt'), 'hello');
      writeFileSync(join(root(), '.hidden'), '');
      const data = await loadFolder(root());
      assert.deepEqual([data.names, data.count], [expected, expected.length]);
      for (let index = 0; index < data.count; index++) {
        const { image, mask } = data.sample(index);
        assert.deepEqual([...image.data], [0, Math.fround(0.2), 1, 1]);
        assert.deepEqual([...mask.data], [0, 0, 1, 1]);
      }
      assert.deepEqual(data.maskValues, [0, 255]);
      assert.match(data.notice, /images with masks, classes by the values 0, 255; 1 other files left out\.$/);
    });
  }

  it('groups by subfolder, by pattern and by function', async () => {
    await pairs(
      ['images/p1/a.png', 'masks/p1/a.png'],
      ['images/p1/b.png', 'masks/p1/b.png'],
      ['images/p2/a.png', 'masks/p2/a.png'],
    );
    const { groups, count } = await loadFolder(root());
    assert.deepEqual(groups, ['p1', 'p1', 'p2']);
    assert.deepEqual(
      kFold(count, { folds: 2, groups })
        .map(({ validation }) => validation)
        .sort((a, b) => a.length - b.length),
      [[2], [0, 1]],
    );
    const letters = { group: /\/(\w)$/g };
    assert.deepEqual((await loadFolder(root(), letters)).groups, ['a', 'b', 'a']);
    assert.deepEqual((await loadFolder(root(), { group: (name) => `g${name.length}` })).groups, [
      'g4',
      'g4',
      'g4',
    ]);
    await assert.rejects(
      loadFolder(root(), { group: /^q/ }),
      /got no group of p1\/a by \/\^q\/; expected a pattern with a group/,
    );
  });

  it('lists all files that do not fit, at once', async () => {
    await pairs(['images/a.png', 'masks/a.png'], ['images/b.png', 'masks/c.png']);
    for (const twin of ['images/a.jpg', 'images/e.png', 'masks/e.png']) writeFileSync(join(root(), twin), '');
    await assert.rejects(loadFolder(root()), (error: Error) => {
      assert.match(error.message, /several images of one name: images\/a\.jpg and images\/a\.png;/);
      assert.match(
        error.message,
        /images without a mask: images\/b\.png; masks without an image: masks\/c\.png;/,
      );
      assert.match(error.message, /empty files: images\/a\.jpg, images\/e\.png, masks\/e\.png$/);
      return true;
    });
  });

  it('names no more than five of a kind', async () => {
    for (let number = 0; number < 9; number++) await put(`images/${number}.png`, [0, 0, 0, 0]);
    await pairs(['images/x.png', 'masks/x.png']);
    await assert.rejects(loadFolder(root()), /without a mask: images\/0\.png, .*images\/4\.png and 4 more$/);
  });

  it('refuses a folder without images, and one that is none', async () => {
    writeFileSync(join(root(), 'notes.txt'), '');
    await assert.rejects(
      loadFolder(root()),
      /got no images: 1 files; expected PNG, .* below images\/ and masks\//,
    );
    await assert.rejects(loadFolder(join(root(), 'none')), /ENOENT/);
    await put('images/a.png', [0, 0, 0, 0]);
    await assert.rejects(loadFolder(root()), /images without a mask: images\/a\.png$/);
  });

  it('names masks of other sizes and places', async () => {
    await put('images/a.png', [0, 0, 0, 0]);
    await put('masks/a.png', [0, 0, 0, 0, 0, 0], [2, 3]);
    await putVolume('images/v.nii.gz', new Float32Array(8));
    await putVolume('masks/v.nii.gz', new Uint8Array(8), [0, 0, -1, 0, 0, -1, 0, 3, 1, 0, 0, 0, 0, 0, 0, 1]);
    await assert.rejects(
      loadFolder(root()),
      /masks that do not fit their images: a \(image 2×2, mask 2×3\), v \(3 mm apart in the scanner\)$/,
    );
  });

  it('maps the values of masks, and refuses others', async () => {
    await put('images/a.png', [1, 2, 3, 4]);
    await put('masks/a.png', [0, 128, 255, 7]);
    await put('images/b.png', [1, 2, 3, 4]);
    await put('masks/b.png', [0, 3, 3, 3]);
    const options = { values: [0, 255, 128, 3], ignore: 7 };
    const data = await loadFolder(root(), options);
    assert.deepEqual([...data.sample(0).mask.data], [0, 2, 1, 7]);
    assert.deepEqual([...data.sample(1).mask.data], [0, 3, 3, 3]);
    await assert.rejects(
      loadFolder(root(), { values: [0, 255, 128] }),
      /masks with other values than 0, 255, 128, .*: .*a\.png \(7\), .*b\.png \(3\)$/,
    );
    const wrong = [{ values: [0] }, { values: [0, 0] }, { values: [0, 7], ignore: 7 }];
    for (const one of wrong)
      await assert.rejects(loadFolder(root(), one), /loadFolder: got values \[.*expected 2 to 255 different/);
    await assert.rejects(
      loadFolder(root(), { values: [0, 128, 255], ignore: 1 }),
      /got ignore 1 with 3 classes/,
    );
    await assert.rejects(
      loadFolder(root(), { ignore: 300 }),
      /got ignore 300; expected an integer from 0 to 255/,
    );
  });

  it('keeps numbers of classes, and says where 255 is to be ignored', async () => {
    await put('images/a.png', [1, 2, 3, 4]);
    await put('masks/a.png', [0, 2, 5, 255]);
    await assert.rejects(
      loadFolder(root()),
      /masks with other values than 0, 1, 2, 3, 4, 5, which the options values and ignore change: .*a\.png \(255\)/,
    );
    const { sample, maskValues } = await loadFolder(root(), { ignore: 255 });
    assert.deepEqual([...sample(0).mask.data], [0, 2, 5, 255]);
    assert.deepEqual(maskValues, [0, 1, 2, 3, 4, 5]);
  });

  it('reads masks that an editor saved in three channels, but not in colours', async () => {
    await put('a.png', [9, 9, 9, 9]);
    await put('a_mask.png', [0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255], [2, 2], 3);
    assert.deepEqual([...(await loadFolder(root())).sample(0).mask.data], [0, 1, 0, 1]);
    await put('a_mask.png', [0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 0, 0], [2, 2], 3);
    await assert.rejects(loadFolder(root()), /a_mask\.png: got a mask in colours; expected one number/);
  });

  it('turns volumes to RAS, keeps their values, and shares them with threads', async () => {
    await putVolume('images/v.nii.gz', Int16Array.from([0, 1, 2, 3, 4, 5, 6, -700]));
    await putVolume('labels/v.nii.gz', Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1]));
    const { image, mask } = (await loadFolder(root())).sample(0);
    assert.equal(orientationOf(image as Volume), 'RAS');
    assert.deepEqual([...image.data], [3, 2, 1, 0, -700, 6, 5, 4]);
    assert.deepEqual([...mask.data], [0, 0, 0, 0, 1, 0, 0, 0]);
    assert.ok([image, mask].every(({ data }: Image) => data.buffer instanceof SharedArrayBuffer));
  });

  it('gives batches in one number of channels, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    await put('a.png', [10, 20, 30, 40]);
    await put('a_mask.png', [0, 0, 1, 1]);
    await put('b.png', [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255], [2, 2], 3);
    await put('b_mask.png', [0, 1, 0, 1]);
    const data = await loadFolder(root(), { channels: 3 });
    for (const { images, masks } of batches(data, { batchSize: 2, shuffle: false })) {
      assert.deepEqual(
        [images.shape, masks.shape],
        [
          [2, 2, 2, 3],
          [2, 2, 2, 1],
        ],
      );
      assert.deepEqual([...masks.dataSync()], [0, 0, 1, 1, 0, 1, 0, 1]);
    }
    assert.equal(tf.memory().numTensors, before);
    await assert.rejects(
      loadFolder(root(), { channels: 2 as 1 }),
      /got 2 channels; expected 1 \(gray\) or 3/,
    );
  });
});
