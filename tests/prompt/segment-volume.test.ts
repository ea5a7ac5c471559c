import assert from 'node:assert/strict';
import type { Image, Volume } from '../../lib/io/image';
import { confusion, iouScore } from '../../lib/metrics/confusion';
import { PromptableModel, type PromptedMask } from '../../lib/prompt/promptable-model';
import type { Prompts } from '../../lib/prompt/prompts';
import { RegionGrowing } from '../../lib/prompt/region-growing';
import { segmentVolume } from '../../lib/prompt/segment-volume';

const [DEPTH, SIDE] = [12, 48];

/** A bright ellipsoid in slices 2 … 9 that moves to the right from slice to slice. */
function ellipsoid(): { volume: Volume<Uint8Array>; object: Uint8Array } {
  const object = Uint8Array.from({ length: DEPTH * SIDE * SIDE }, (_, at) => {
    const [z, y, x] = [Math.floor(at / SIDE / SIDE), Math.floor(at / SIDE) % SIDE, at % SIDE];
    return Number(((z - 5.5) / 4) ** 2 + ((y - 24) / 12) ** 2 + ((x - 14 - z) / 10) ** 2 < 1);
  });
  const data = Uint8Array.from(object, (inside, at) => (inside ? 180 : 60) + ((at * 7919) % 11));
  const affine = [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  return { volume: { data, shape: [DEPTH, SIDE, SIDE], channels: 1, affine }, object };
}

describe('segmentVolume', () => {
  const { volume, object } = ellipsoid();
  const prompts = { points: [{ row: 24, column: 20 }] };

  for (const carry of ['mask', 'box', 'both'] as const) {
    it(`follows an object towards both ends and stops where it ends, by its ${carry}`, async () => {
      const { mask, scores } = await segmentVolume(new RegionGrowing(), volume, { slice: 6, prompts, carry });
      const iou = iouScore(confusion(mask.data, object));
      assert.ok(iou > 0.9, `IoU ${iou}`);
      assert.deepEqual([...scores.keys()], [2, 3, 4, 5, 6, 7, 8, 9]);
      assert.deepEqual([mask.shape, mask.affine, mask.channels], [volume.shape, volume.affine, 1]);
    });
  }

  /** A square in the slices whose first sample is its size, 0 for none; tells what it is asked. */
  class Squares extends PromptableModel<number> {
    readonly name = 'Squares';
    readonly asked: [slice: number, prompts: Prompts][] = [];
    protected encode({ data }: Image): number {
      return data[0];
    }
    protected decode(size: number, given: Prompts, { data, shape }: Image): PromptedMask[] {
      this.asked.push([data[1], given]);
      const mask = new Uint8Array(shape[0] * shape[1]);
      for (let row = 3; row < 3 + size; row++) mask.fill(1, row * shape[1] + 3, row * shape[1] + 3 + size);
      const logits = { data: Float32Array.from(mask), shape, channels: 1 };
      return [{ mask: { data: mask, shape, channels: 1 }, score: size / 10, logits }];
    }
  }
  const sizes = (...list: number[]): Image => {
    const data = new Uint8Array(list.length * 100);
    list.forEach((size, slice) => data.set([size, slice], slice * 100));
    return { data, shape: [list.length, 10, 10], channels: 1 };
  };

  it('stops at the first empty slice, and where the object jumps', async () => {
    const model = new Squares();
    const { scores } = await segmentVolume(model, sizes(4, 0, 4, 5, 4, 1, 4), {
      slice: 3,
      prompts: { points: [{ row: 4, column: 4 }] },
    });
    assert.deepEqual(
      [...scores],
      [
        [2, 0.4],
        [3, 0.5],
        [4, 0.4],
      ],
    );
    assert.deepEqual(
      model.asked.map(([slice]) => slice),
      [3, 4, 5, 2, 1],
    );
  });

  it('carries a box that is larger by the margin, cut at the border', async () => {
    const model = new Squares();
    await segmentVolume(model, sizes(4, 4), {
      slice: 0,
      prompts: { points: [{ row: 4, column: 4 }] },
      carry: 'box',
      margin: 5,
    });
    assert.deepEqual(model.asked[1][1], { box: { top: 0, left: 0, bottom: 9, right: 9 } });
    await segmentVolume(model, sizes(4, 4), {
      slice: 0,
      prompts: { points: [{ row: 4, column: 4 }] },
      carry: 'box',
      margin: 1,
    });
    assert.deepEqual(model.asked[3][1], { box: { top: 2, left: 2, bottom: 7, right: 7 } });
  });

  it('finds nothing where the first slice has nothing, and ends when it is told to', async () => {
    const model = new Squares();
    const click = { points: [{ row: 4, column: 4 }] };
    const nothing = await segmentVolume(model, sizes(4, 0, 4), { slice: 1, prompts: click });
    assert.equal(nothing.scores.size, 0);
    assert.ok(!nothing.mask.data.includes(1));
    const stop = new AbortController();
    const onSlice = (slice: number) => slice === 2 && stop.abort();
    const some = await segmentVolume(model, sizes(4, 4, 4, 4, 4), {
      slice: 1,
      prompts: click,
      onSlice,
      signal: stop.signal,
    });
    assert.deepEqual([...some.scores.keys()], [1, 2]);
  });

  it('refuses what is no volume, slices outside of it, and options out of their ranges', async () => {
    const model = new RegionGrowing();
    const page = { data: new Uint8Array(4), shape: [2, 2], channels: 1 };
    await assert.rejects(
      segmentVolume(model, page, { slice: 0, prompts }),
      /shape \[2, 2\]; expected \[depth, height, width\]/,
    );
    await assert.rejects(
      segmentVolume(model, volume, { slice: 12, prompts }),
      /got slice 12; expected an integer from 0 to 11/,
    );
    await assert.rejects(
      segmentVolume(model, volume, { slice: 0, prompts, carry: 'all' as 'box' }),
      /carry "all"/,
    );
    await assert.rejects(
      segmentVolume(model, volume, { slice: 0, prompts, leastOverlap: 2 }),
      /leastOverlap 2/,
    );
    await assert.rejects(segmentVolume(model, volume, { slice: 0, prompts: {} }), /got no prompts/);
    const hounsfield = { ...volume, data: new Int16Array(volume.data) };
    await assert.rejects(segmentVolume(model, hounsfield, { slice: 0, prompts }), /Int16Array; .*ctWindow/);
  });
});
