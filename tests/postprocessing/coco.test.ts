import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from '../../lib/io/image';
import { labelsToCoco, writeCoco } from '../../lib/postprocessing/coco';
import { decodePixels, golden } from '../golden';

interface Golden {
  cases: {
    shape: [number, number];
    labels: string;
    objects: { label: number; counts: string; area: number; bbox: number[] }[];
  }[];
}

const image = (data: Image['data'], ...shape: number[]): Image => ({ data, shape, channels: 1 });

describe('labelsToCoco', () => {
  it('writes masks, areas and boxes as pycocotools does', () => {
    const { cases } = golden<Golden>('coco');
    const sources = cases.map(({ shape, labels }, index) => ({
      fileName: `${index}.png`,
      labels: image(decodePixels('uint8', labels), ...shape),
    }));
    const { annotations, images } = labelsToCoco(sources);
    cases.forEach(({ shape, objects }, index) => {
      const written = annotations.filter(({ image_id }) => image_id === index + 1);
      assert.deepEqual(
        written.map(({ segmentation, area, bbox }) => ({ ...segmentation, area, bbox })),
        objects.map(({ counts, area, bbox }) => ({ size: shape, counts, area, bbox })),
      );
      const [height, width] = shape;
      assert.deepEqual(images[index], { id: index + 1, file_name: `${index}.png`, width, height });
    });
    assert.deepEqual(
      annotations.map(({ id }) => id),
      annotations.map((_, index) => index + 1),
    );
  });

  it('numbers categories as they come', () => {
    const maps = [Uint8Array.of(0, 7, 7, 2), Uint8Array.of(2, 2, 3, 0)];
    const sources = maps.map((data, index) => ({ fileName: `${index}.png`, labels: image(data, 2, 2) }));
    const { annotations, categories } = labelsToCoco(sources, { categories: { 2: 'cell', 7: 'gland' } });
    assert.deepEqual(categories, [
      { id: 1, name: 'cell' },
      { id: 2, name: 'gland' },
      { id: 3, name: 'object' },
    ]);
    assert.deepEqual(
      annotations.map(({ image_id, category_id }) => [image_id, category_id]),
      [
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 3],
      ],
    );
    const byImage = labelsToCoco(sources, { categories: (_, number) => ['first', 'second'][number] });
    assert.deepEqual(
      byImage.categories.map(({ name }) => name),
      ['first', 'second'],
    );
  });

  it('refuses what is no label map', () => {
    const wrong = (labels: Image, fileName = 'a.png') => labelsToCoco([{ fileName, labels }]);
    assert.throws(() => labelsToCoco([]), /got no images/);
    assert.throws(() => wrong(image(new Uint8Array(8), 2, 2, 2)), /got 8 labels of shape \[2, 2, 2\]/);
    assert.throws(() => wrong(image(new Uint8Array(3), 2, 2)), /got 3 labels of shape \[2, 2\]/);
    assert.throws(() => wrong(image(Float32Array.of(0.5), 1, 1)), /got label 0.5 of image 0/);
    assert.throws(() => wrong(image(Int16Array.of(-1), 1, 1)), /got label -1 of image 0/);
    const same = { fileName: 'a.png', labels: image(Uint8Array.of(1), 1, 1) };
    assert.throws(() => labelsToCoco([same, same]), /got file name 'a.png' of image 1/);
  });

  it('writes a file and leaves nothing beside it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-coco-'));
    try {
      const dataset = labelsToCoco([{ fileName: 'a.png', labels: image(Uint8Array.of(1, 0), 1, 2) }]);
      writeCoco(join(folder, 'set.json'), dataset);
      assert.deepEqual(readdirSync(folder), ['set.json']);
      assert.deepEqual(JSON.parse(readFileSync(join(folder, 'set.json'), 'utf8')), dataset);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
