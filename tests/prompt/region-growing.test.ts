import assert from 'node:assert/strict';
import type { Image } from '../../lib/io/image';
import { confusion, iouScore } from '../../lib/metrics/confusion';
import { RegionGrowing } from '../../lib/prompt/region-growing';
import type { Prompts } from '../../lib/prompt/prompts';
import { seededRandom } from '../../lib/runtime';

const SIDE = 64;
type Disk = [row: number, column: number, radius: number, value: number];

/** Noisy disks on a noisy background, and the first one as a mask. */
function disks(...all: Disk[]): { image: Image<Uint8Array>; object: Uint8Array } {
  const random = seededRandom(1);
  const data = new Uint8Array(SIDE * SIDE);
  const object = new Uint8Array(SIDE * SIDE);
  for (let at = 0; at < data.length; at++) {
    const within = ([row, column, radius]: Disk) =>
      Math.hypot(Math.floor(at / SIDE) - row, (at % SIDE) - column) <= radius;
    const value = all.find(within)?.[3] ?? 40;
    data[at] = value + 16 * (random() - 0.5);
    object[at] = Number(within(all[0]));
  }
  return { image: { data, shape: [SIDE, SIDE], channels: 1 }, object };
}

const iou = async (image: Image, prompts: Prompts, object: Uint8Array) => {
  const [{ mask }] = await new RegionGrowing().segment(image, prompts);
  return iouScore(confusion(mask.data, object));
};

describe('RegionGrowing', () => {
  const apart = disks([30, 24, 10, 150], [30, 50, 8, 200]);
  // Equal neighbours: only a click, a box or a mask tells them apart.
  const touching = disks([32, 22, 10, 150], [32, 43, 11, 152]);
  const box = { top: 22, left: 12, bottom: 42, right: 32 };

  it('finds the object under one click, bright or dark, gray or in colour, bytes or floats', async () => {
    const click = { points: [{ row: 30, column: 24 }] };
    const { image, object } = apart;
    const dark = { ...image, data: image.data.map((value) => 255 - value) };
    const floats = { ...image, data: Float32Array.from(image.data, (value) => value / 255) };
    const colours = new Uint8Array(3 * image.data.length).fill(90);
    image.data.forEach((value, at) => (colours[3 * at + 1] = value));
    for (const one of [image, dark, floats, { ...image, data: colours, channels: 3 }]) {
      const score = await iou(one, click, object);
      assert.ok(score > 0.9, `IoU ${score}`);
    }
  });

  it('cuts an equal neighbour off by a negative click, a box or a mask', async () => {
    const { image, object } = touching;
    const point = { row: 32, column: 22 };
    const alone = await iou(image, { points: [point] }, object);
    assert.ok(alone < 0.6, `without more the neighbour belongs to it: IoU ${alone}`);
    const clicked = await iou(image, { points: [point, { row: 32, column: 43, label: 'negative' }] }, object);
    assert.ok(clicked > 0.85, `with a negative click: IoU ${clicked}`);
    const boxed = await iou(image, { box }, object);
    assert.ok(boxed > 0.85, `in a box: IoU ${boxed}`);
    const mask = { data: object, shape: image.shape, channels: 1 };
    const masked = await iou(image, { mask }, object);
    assert.ok(masked > 0.85, `from a mask: IoU ${masked}`);
  });

  it('keeps all positive clicks inside and all negative ones outside, whatever lies under them', async () => {
    const points = [
      { row: 30, column: 24 },
      { row: 5, column: 5 },
      { row: 32, column: 26, label: 'negative' as const },
      { row: 60, column: 60, label: 'negative' as const },
    ];
    const [{ logits, score }] = await new RegionGrowing().segment(apart.image, { points });
    const signs = points.map(({ row, column }) => logits.data[row * SIDE + column] > 0);
    assert.deepEqual(signs, [true, true, false, false]);
    assert.ok(score >= 0 && score <= 1, `score ${score}`);
  });

  it('has logits above 0 exactly where the mask is 1', async () => {
    const [{ mask, logits }] = await new RegionGrowing().segment(touching.image, { box });
    assert.deepEqual(
      mask.data,
      Uint8Array.from(logits.data, (value) => Number(value > 0)),
    );
  });

  it('answers on an image of one value', async () => {
    const flat = { data: new Uint8Array(64), shape: [8, 8], channels: 1 };
    const [{ mask }] = await new RegionGrowing().segment(flat, { points: [{ row: 3, column: 3 }] });
    assert.equal(mask.data[27], 1);
  });
});
