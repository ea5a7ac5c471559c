import assert from 'node:assert/strict';
import type { Volume } from '../../../lib/io/image';
import { seededRandom } from '../../../lib/runtime/seed';
import { fillHoles } from '../../../lib/transforms/spatial/fill-holes';
import { cropToNonzero } from '../../../lib/transforms/spatial/nonzero';
import { drawPatch, forcesForeground, randomPatch } from '../../../lib/transforms/spatial/patch';
import { cropBox, cropOrPad, padToMultiple, restoreBox } from '../../../lib/transforms/spatial/window';
import { golden } from '../../golden';
import { assertClose, hashedImage, hashedLabels } from './images';

interface Goldens {
  nonzero: {
    number: number;
    shape: number[];
    threshold: number;
    box: [number, number][];
    mask: number[];
    sum: number;
  }[];
  pad: { shape: number[]; multiple: number | number[]; to: number[]; values: number[] }[];
}

describe('transforms/spatial/crop', () => {
  const { nonzero, pad } = golden<Goldens>('spatial');

  for (const {
    number,
    shape: [channels, ...sizes],
    threshold,
    box,
    mask,
    sum,
  } of nonzero) {
    it(`crops to what is not zero as nnU-Net: ${channels} channels of ${sizes.join('×')}`, () => {
      const planes = hashedImage(number, [channels, ...sizes]).data.map((value) =>
        value < threshold ? 0 : value,
      );
      const shape = sizes[0] === 1 ? sizes.slice(1) : sizes;
      const pixels = planes.length / channels;
      if (sizes[0] > 1) drawFrame(planes, sizes);
      // [C, …] → [… , C]
      const data = planes.map(
        (_, index) => planes[(index % channels) * pixels + Math.floor(index / channels)],
      );
      const labels = hashedLabels(number + 10, shape, 2);
      const sample = {
        image: { data, shape, channels },
        mask: { ...labels, data: new Int8Array(labels.data) },
      };
      const cropped = cropToNonzero(sample, { outsideLabel: -1 });
      const ranges = cropped.box.start.map((start, axis) => [start, start + cropped.box.shape[axis]]);
      assert.deepEqual(sizes[0] === 1 ? [[0, 1], ...ranges] : ranges, box);
      assert.deepEqual([...cropped.mask!.data], mask);
      assertClose([cropped.image.data.reduce((a, b) => a + b, 0)], [sum], 1e-3);
      assert.deepEqual(sample.mask.data, new Int8Array(labels.data));
      assert.deepEqual(restoreBox(cropped.image, cropped).data, data);
    });
  }

  for (const { shape, multiple, to, values } of pad) {
    it(`pads ${shape.join('×')} to multiples of ${String(multiple)} as batchgenerators, and back`, () => {
      const image = hashedImage(8, shape);
      const padded = padToMultiple(image, multiple, { fill: 2 });
      assert.deepEqual(padded.image.shape, to);
      assertClose(padded.image.data, values, 1e-5);
      assert.deepEqual(restoreBox(padded.image, padded), image);
    });
  }

  it('continues an image beyond its borders', () => {
    const image = { data: new Uint8Array([1, 2, 3]), shape: [1, 3], channels: 1 };
    const box = { start: [0, -4], shape: [1, 10] };
    const show = (border: 'nearest' | 'reflect' | 'mirror' | 'grid-wrap' | 'constant') =>
      [...cropBox(image, box, { border, fill: 9 }).data].join('');
    assert.equal(show('nearest'), '1111123333');
    assert.equal(show('reflect'), '3321123321');
    assert.equal(show('mirror'), '1232123212');
    assert.equal(show('grid-wrap'), '3123123123');
    assert.equal(show('constant'), '9999123999');
  });

  it('crops about the middle, and a volume keeps its place in the patient', () => {
    const shape = [4, 6, 5] as const;
    const volume: Volume = {
      ...hashedImage(1, shape),
      shape,
      affine: [0, 0, 2, 1, 0, 3, 0, 2, 4, 0, 0, 3, 0, 0, 0, 1],
    };
    const { image, box } = cropOrPad(volume, [2, 7, 5]);
    assert.deepEqual(
      box.start,
      [1, -0, 0].map((value) => value + 0),
    );
    assert.deepEqual(image.affine, [0, 0, 2, 1, 0, 3, 0, 2, 4, 0, 0, 7, 0, 0, 0, 1]);
    assert.equal(image.data[0], volume.data[30]);
  });

  it('fills holes but not bays', () => {
    const rows = ['.###.', '.#.#.', '.###.', '##.##', '.#..#'];
    const mask = rows.flatMap((row) => [...row].map((cell) => (cell === '#' ? 1 : 0)));
    const filled = mask.map((value, index) => (index === 7 ? 1 : value));
    assert.deepEqual([...fillHoles(mask, [5, 5])], filled);
  });

  it('cuts the same patch from image and mask, anywhere inside', () => {
    const image = {
      data: Float32Array.from({ length: 63 }, (_, index) => index),
      shape: [7, 9],
      channels: 1,
    };
    const mask = { ...image, data: Uint8Array.from(image.data) };
    const random = seededRandom(3);
    const starts = new Set<string>();
    for (let draw = 0; draw < 200; draw++) {
      const patch = randomPatch({ image, mask }, { shape: [5, 7] }, random);
      assert.deepEqual([...patch.mask!.data], [...patch.image.data]);
      starts.add(patch.box.start.join());
    }
    assert.equal(starts.size, 9);
  });

  it('finds the rare label as often as the common one', () => {
    const mask = { data: new Uint8Array(400), shape: [20, 20], channels: 1 };
    mask.data.fill(1, 0, 200);
    mask.data[399] = 2;
    mask.data[398] = 2;
    const random = seededRandom(1);
    let rare = 0;
    for (let draw = 0; draw < 200; draw++) {
      const { start } = drawPatch(mask, mask, { shape: [3, 3], foreground: true }, random);
      const label = mask.data[(start[0] + 1) * 20 + start[1] + 1] || 0;
      if (label === 2) rare++;
      else assert.ok(start[0] <= 9, 'the middle of the patch is on foreground');
    }
    assert.ok(rare > 70 && rare < 130, `${rare} of 200`);
  });

  it('takes any place where there is no foreground, and the middle where the patch is larger', () => {
    const mask = { data: new Uint8Array(20), shape: [4, 5], channels: 1 };
    const random = seededRandom(1);
    assert.deepEqual(drawPatch(mask, mask, { shape: [8, 9], foreground: true }, random).start, [-2, -2]);
    assert.ok(
      drawPatch(mask, mask, { shape: [2, 2], foreground: true }, random).start.every((at) => at >= 0),
    );
    assert.throws(
      () => drawPatch(mask, undefined, { shape: [2, 2], foreground: true }, random),
      /got no mask/,
    );
  });

  it('puts a third of a batch on foreground', () => {
    const forced = (size: number) =>
      Array.from({ length: size }, (_, at) => forcesForeground(at, size)).filter(Boolean).length;
    assert.deepEqual([1, 2, 3, 12].map(forced), [0, 1, 1, 4]);
  });

  it('refuses boxes and masks that do not fit', () => {
    const image = hashedImage(1, [4, 5]);
    assert.throws(
      () => cropBox(image, { start: [0, 0.5], shape: [1, 1] }),
      /got start \[0, 0.5\]; expected 2 integers/,
    );
    assert.throws(
      () => cropBox(hashedLabels(1, [4, 5], 2), { start: [0, 0], shape: [1, 1] }, { fill: -1 }),
      /got fill -1/,
    );
    assert.throws(
      () => restoreBox(image, cropOrPad(image, [2, 2])),
      /got an image of \[4, 5\]; expected the box's/,
    );
    assert.throws(
      () => cropToNonzero({ image, mask: hashedLabels(1, [5, 4], 2) }),
      /mask is \[5, 4\]; expected the same/,
    );
    assert.throws(
      () => cropToNonzero({ image, mask: hashedLabels(1, [4, 5], 2) }, { outsideLabel: -1 }),
      /got outsideLabel -1 for a Uint8Array/,
    );
    assert.throws(() => padToMultiple(image, 0), /padToMultiple: got shape \[0, 0\]/);
  });
});

/** What tests/goldens/spatial.py writes: ones with a hole, in the first channel. */
function drawFrame(planes: Float32Array, [, height, width]: number[]): void {
  for (let z = 1; z < 4; z++) {
    for (let y = 2; y < 5; y++) for (let x = 2; x < 6; x++) planes[(z * height + y) * width + x] = 1;
  }
  planes.fill(0, (2 * height + 3) * width + 3, (2 * height + 3) * width + 5);
}
