import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { batches } from '../../lib/datasets/batches';
import { loadVoc, type Voc } from '../../lib/datasets/voc';
import { VOC_CLASSES } from '../../lib/datasets/voc-classes';
import { writePng } from '../../lib/io/png-write';
import { tf } from '../../lib/runtime';
import { realData } from '../real-data';
import { useScratchData } from './scratch';

describe('datasets/voc', () => {
  const folder = useScratchData();

  function assertConsistent({ photographs, count, sample, split }: Voc): void {
    photographs.forEach(({ image, mask, instances, objects, classes, label }, index) => {
      assert.equal(image.channels, 3);
      assert.deepEqual(new Set(classes), new Set(objects.map(({ name }) => name)));
      assert.equal(label === undefined, objects.length === 0);
      assert.equal(mask !== undefined, index < count);
      if (mask && instances) {
        assert.deepEqual([mask.shape, instances.shape], [image.shape, image.shape]);
        assert.ok(mask.data.every((value) => value <= 20 || value === 255));
        assert.equal(sample(index).mask, mask);
        if (index % 10 > 0) return;
        // An instance is of one class.
        const classOf = new Map<number, number>();
        const mixed = instances.data.some((number, at) => {
          if (number === 255 || mask.data[at] === 255) return false;
          if (!classOf.has(number)) classOf.set(number, mask.data[at]);
          return classOf.get(number) !== mask.data[at];
        });
        assert.ok(!mixed);
      }
    });
    const indices = [...split.training, ...split.validation].sort((a, b) => a - b);
    assert.deepEqual(
      indices,
      Array.from({ length: count }, (_, index) => index),
    );
  }

  it('loads the real photographs: 228, 200 with masks, 19 of 20 classes, no cow, gray ones as RGB', async function () {
    this.timeout(180_000);
    const realFolder = realData(this, 'voc_sample/images.tsv');
    process.env.SEGCOURSE_DATA_MIRROR = realFolder;
    const data = await loadVoc();
    assert.equal(data.source, 'voc');
    assert.match(data.notice, /^VOC: 228 photographs .* from the mirror .*\.$/);
    assert.deepEqual([data.photographs.length, data.count], [228, 200]);
    assertConsistent(data);
    assert.deepEqual([data.split.training.length, data.split.validation.length], [100, 100]);
    assert.deepEqual(
      [data.photographSplit.training.length, data.photographSplit.validation.length],
      [128, 100],
    );
    const named = new Set(data.photographs.flatMap(({ classes }) => classes));
    assert.equal(named.size, 19);
    assert.ok(!named.has('cow'));
    const values = new Set(data.photographs.flatMap(({ mask }) => [...new Set(mask?.data)]));
    const seen = VOC_CLASSES.map((_, value) => value).filter((value) => value !== VOC_CLASSES.indexOf('cow'));
    assert.deepEqual(
      [...values].sort((a, b) => a - b),
      [...seen, 255],
    );
    const stored = data.photographs.map(({ id }) => join(realFolder, `voc_sample/JPEGImages/${id}.jpg`));
    const channels = await Promise.all(stored.map(async (file) => (await sharp(file).metadata()).channels));
    assert.equal(channels.filter((count) => count === 1).length, 2);
    const { data: pixels } = data.photographs[channels.indexOf(1)].image;
    assert.ok(pixels.every((value, at) => value === pixels[at - (at % 3)]));
    // 000000000030.xml: a potted plant at 206 32 460 355.
    const plant = data.photographs.find(({ id }) => id === '000000000030')!;
    assert.deepEqual(plant.objects[0].box, { xmin: 206, ymin: 32, xmax: 460, ymax: 355 });
    assert.equal(plant.label, 'pottedplant');
    assert.deepEqual(plant.image.shape, [428, 640]);
  });

  it('has a synthetic twin, the same by its seed', async () => {
    const data = await loadVoc({ source: 'synthetic', count: 6 });
    assert.equal(data.source, 'synthetic');
    assertConsistent(data);
    assert.equal(data.split.validation.length, 1);
    assert.ok(new Set(data.photographs.map(({ image }) => image.shape.join())).size > 1);
    const same = await loadVoc({ source: 'synthetic', count: 1 });
    assert.deepEqual(same.photographs[0], data.photographs[0]);
    const other = await loadVoc({ source: 'synthetic', count: 1, seed: 1 });
    assert.notDeepEqual(other.photographs[0].mask, data.photographs[0].mask);
  });

  it('gives batches of squares, void kept, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const data = await loadVoc({ source: 'synthetic', count: 4, size: 64 });
    for (const { images, masks } of batches(data, { batchSize: 4, augment: true })) {
      assert.deepEqual(
        [images.shape, masks.shape],
        [
          [4, 64, 64, 3],
          [4, 64, 64, 1],
        ],
      );
      assert.ok(masks.dataSync().includes(255));
      assert.ok(images.dataSync().every((value) => value >= 0 && value <= 1));
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it('falls back on the twin in one line that says why', async () => {
    const { source, notice } = await loadVoc({ count: 1, size: 32 });
    assert.equal(source, 'synthetic');
    assert.match(notice, /^VOC: 1 synthetic .*because the real ones cannot be had: voc_sample\/ImageSets/);
    assert.ok(!notice.includes('\n'));
    await assert.rejects(loadVoc({ source: 'real' }), { problem: 'missing' });
  });

  describe('with a folder in the layout of the development kit', () => {
    const xml = (size: string, object = '') =>
      `<annotation><size><width>${size}</width><height>2</height><depth>3</depth></size>${object}</annotation>`;
    const dog =
      '<object><name>dog</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>';

    async function kit(): Promise<string> {
      const root = join(folder(), 'VOC2012');
      for (const part of ['JPEGImages', 'Annotations', 'SegmentationClass', 'SegmentationObject']) {
        mkdirSync(join(root, part), { recursive: true });
      }
      const lists = { 'Main/train': 'a', 'Main/val': 'b', 'Segmentation/train': 'a', 'Segmentation/val': '' };
      for (const [name, text] of Object.entries(lists)) {
        const file = join(root, 'ImageSets', `${name}.txt`);
        mkdirSync(join(file, '..'), { recursive: true });
        writeFileSync(file, text);
      }
      const plane = (values: number[]) => ({ data: Uint8Array.from(values), shape: [2, 3], channels: 1 });
      for (const id of ['a', 'b']) {
        // Told by its content: a PNG under the name of a JPEG.
        await writePng(join(root, 'JPEGImages', `${id}.jpg`), plane([0, 50, 100, 150, 200, 250]));
        writeFileSync(join(root, 'Annotations', `${id}.xml`), xml('3', dog));
      }
      await writePng(join(root, 'SegmentationClass/a.png'), plane([0, 12, 12, 255, 0, 0]));
      await writePng(join(root, 'SegmentationObject/a.png'), plane([0, 1, 1, 255, 0, 0]));
      return root;
    }

    it('reads it: those with masks first, and what is there by the lists alone', async () => {
      const root = await kit();
      const data = await loadVoc({ folder: root });
      assertConsistent(data);
      assert.deepEqual(
        data.photographs.map(({ id, label }) => [id, label]),
        [
          ['a', 'dog'],
          ['b', 'dog'],
        ],
      );
      assert.deepEqual(data.photographSplit, { training: [0], validation: [1] });
      assert.deepEqual(data.split, { training: [0], validation: [] });
      assert.deepEqual(
        [...data.sample(0).image.data.subarray(0, 6)].map((value) => Math.round(255 * value)),
        [0, 0, 0, 50, 50, 50],
      );
    });

    const damages: [string, (root: string) => unknown, RegExp][] = [
      [
        'a missing mask',
        (root) => rmSync(join(root, 'SegmentationObject/a.png')),
        /got no SegmentationObject\/a\.png/,
      ],
      [
        'a missing list',
        (root) => rmSync(join(root, 'ImageSets/Main/val.txt')),
        /got no ImageSets\/val\.txt nor ImageSets\/Main\/val\.txt/,
      ],
      [
        'a list that leads elsewhere',
        (root) => writeFileSync(join(root, 'ImageSets/Main/val.txt'), '../../etc/passwd'),
        /val\.txt: got "\.\.\/\.\.\/etc\/passwd"; expected each photograph's name once/,
      ],
      [
        'a photograph in both parts',
        (root) => writeFileSync(join(root, 'ImageSets/Main/val.txt'), 'a b'),
        /got a in both ImageSets\/train\.txt and/,
      ],
      [
        'an annotation of another size',
        (root) => writeFileSync(join(root, 'Annotations/b.xml'), xml('4')),
        /b\.xml: got 2×4 pixels; expected 2×3/,
      ],
      [
        'a class that is none',
        (root) => writeFileSync(join(root, 'Annotations/b.xml'), xml('3', dog.replace('dog', 'unicorn'))),
        /b\.xml: <name>: got "unicorn"; expected one of aeroplane/,
      ],
      [
        'a mask of no class',
        (root) =>
          writePng(join(root, 'SegmentationClass/a.png'), {
            data: Uint8Array.of(0, 21, 0, 0, 0, 0),
            shape: [2, 3],
            channels: 1,
          }),
        /SegmentationClass\/a\.png: got the value 21; expected 0 to 20, or 255/,
      ],
      [
        'objects in a picture',
        (root) => copyFileSync(join(root, 'Annotations/a.xml'), join(root, 'JPEGImages/a.jpg')),
        /a\.jpg: offset 0: got bytes 3c616e6e; expected a PNG or JPEG/,
      ],
    ];
    for (const [name, damage, message] of damages) {
      it(`refuses ${name}`, async () => {
        const root = await kit();
        await damage(root);
        await assert.rejects(loadVoc({ folder: root }), message);
      });
    }
  });
});
