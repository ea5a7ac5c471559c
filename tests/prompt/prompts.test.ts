import assert from 'node:assert/strict';
import type { Image } from '../../lib/io/image';
import { PromptableModel, type PromptedMask } from '../../lib/prompt/promptable-model';
import type { Prompts } from '../../lib/prompt/prompts';

const SHAPE = [6, 8];

/** Counts what it is asked; gives the click's pixel. */
class Counting extends PromptableModel<{ number: number }> {
  readonly name = 'Counting';
  embedded = 0;
  released: number[] = [];
  gate: Promise<void> = Promise.resolve();
  failing = false;

  protected async encode() {
    const number = ++this.embedded;
    await this.gate;
    if (this.failing) throw new Error('out of memory');
    return { number };
  }

  protected async decode({ number }: { number: number }, { points = [] }: Prompts): Promise<PromptedMask[]> {
    await this.gate;
    assert.ok(!this.released.includes(number), `embedding ${number} was released while in use`);
    return [0.2, 0.9, 0.5].map((score) => {
      const mask = new Uint8Array(SHAPE[0] * SHAPE[1]);
      for (const { row, column } of points) mask[row * SHAPE[1] + column] = 1;
      const logits = { data: Float32Array.from(mask), shape: SHAPE, channels: 1 };
      return { mask: { data: mask, shape: SHAPE, channels: 1 }, score, logits };
    });
  }

  protected override release({ number }: { number: number }): void {
    this.released.push(number);
  }
}

const image = (): Image => ({ data: new Uint8Array(48), shape: SHAPE, channels: 1 });
const click = { points: [{ row: 1, column: 2 }] };

describe('prompts', () => {
  const refused: [string, Prompts, RegExp][] = [
    ['none', {}, /Counting: got no prompts; expected a positive point, a box or a mask/],
    ['an empty list of points', { points: [] }, /got no prompts/],
    ['negative points alone', { points: [{ row: 0, column: 0, label: 'negative' }] }, /only negative points/],
    [
      'a row below',
      {
        points: [
          { row: 0, column: 0 },
          { row: 6, column: 0 },
        ],
      },
      /point 1 at \(row 6, column 0\); expected rows 0…5/,
    ],
    ['a column before', { points: [{ row: 0, column: -0.5 }] }, /column -0.5\); .*columns 0…7.*not \(x, y\)/],
    ['no number', { points: [{ row: NaN, column: 0 }] }, /row NaN/],
    [
      'an unknown label',
      { points: [{ row: 0, column: 0, label: 'maybe' as 'positive' }] },
      /"maybe" for point 0; expected positive or negative/,
    ],
    ['a box beyond the image', { box: { top: 0, left: 0, bottom: 3, right: 8 } }, /columns 0 to 8; .*cut it/],
    ['a box upside down', { box: { top: 3, left: 0, bottom: 2, right: 4 } }, /top ≤ bottom/],
    [
      'a mask of another size',
      { mask: { data: new Uint8Array(48), shape: [8, 6], channels: 1 } },
      /mask of 8 × 6.*expected the image's 6 × 8/,
    ],
    ['an empty mask', { mask: image() }, /nothing inside/],
    [
      'NaN in a mask',
      { mask: { data: new Float32Array(48).fill(NaN), shape: SHAPE, channels: 1 } },
      /NaN in the mask/,
    ],
    ['an unknown kind', { point: [] } as Prompts, /the prompt 'point'; expected some of: points, box, mask/],
    ['no object', null as unknown as Prompts, /got null for prompts/],
    ['a point that is no list', { points: { row: 1, column: 1 } } as unknown as Prompts, /expected a list/],
  ];
  for (const [name, prompts, message] of refused) {
    it(`refuses ${name} before the image is embedded`, async () => {
      const model = new Counting();
      await assert.rejects(model.segment(image(), prompts), message);
      assert.equal(model.embedded, 0);
    });
  }

  it('takes the corners of the image, and a box of one pixel', async () => {
    const model = new Counting();
    const points = [
      { row: 0, column: 0 },
      { row: 5, column: 7 },
    ];
    const [{ mask }] = await model.segment(image(), { points });
    assert.deepEqual([mask.data[0], mask.data[47]], [1, 1]);
    await model.segment(image(), { box: { top: 5, left: 7, bottom: 5, right: 7 } });
  });

  const images: [string, Image, RegExp][] = [
    [
      'a volume',
      { data: new Uint8Array(48), shape: [2, 4, 6], channels: 1 },
      /shape \[2, 4, 6\]; expected \[height, width\]/,
    ],
    [
      '16 bits',
      { data: new Uint16Array(48), shape: SHAPE, channels: 1 },
      /Uint16Array; .*minMax\(image\).*ctWindow/,
    ],
    ['Hounsfield units', { data: new Int16Array(48), shape: SHAPE, channels: 1 }, /Int16Array/],
    [
      'floats above 1',
      { data: new Float32Array(48).fill(255), shape: SHAPE, channels: 1 },
      /sample 255 at index 0/,
    ],
    ['NaN', { data: new Float32Array(48).fill(NaN), shape: SHAPE, channels: 1 }, /sample NaN/],
    [
      'two channels',
      { data: new Uint8Array(96), shape: SHAPE, channels: 2 },
      /2 channels; expected 1 \(gray\) or 3/,
    ],
    [
      'too few samples',
      { data: new Uint8Array(48), shape: SHAPE, channels: 3 },
      /48 samples; expected 6 × 8 × 3 = 144/,
    ],
    ['nothing', undefined as unknown as Image, /got no image/],
  ];
  for (const [name, wrong, message] of images) {
    it(`refuses an image of ${name}`, async () => {
      const model = new Counting();
      await assert.rejects(model.embed(wrong), message);
      await assert.rejects(model.segment(wrong, click), message);
      assert.equal(model.embedded, 0);
    });
  }
});

describe('PromptableModel', () => {
  it('embeds an image once, also when two ask at the same time', async () => {
    const model = new Counting();
    const one = image();
    await Promise.all([model.embed(one), model.segment(one, click), model.segment(one, click)]);
    await model.segment(one, click);
    assert.equal(model.embedded, 1);
    await model.segment(image(), click);
    assert.equal(model.embedded, 2);
  });

  it('gives the best mask first', async () => {
    const masks = await new Counting().segment(image(), click);
    assert.deepEqual(
      masks.map(({ score }) => score),
      [0.9, 0.5, 0.2],
    );
  });

  it('keeps four images, and releases the one that was used longest ago', async () => {
    const model = new Counting();
    const images = Array.from({ length: 5 }, image);
    for (const one of images.slice(0, 4)) await model.embed(one);
    await model.embed(images[0]);
    await model.embed(images[4]);
    assert.deepEqual(model.released, [2]);
    await model.embed(images[0]);
    assert.equal(model.embedded, 5);
  });

  it('releases no embedding that is in use, and all in the end', async () => {
    const model = new Counting();
    let open = () => {};
    model.gate = new Promise((resolve) => (open = resolve));
    const answers = Array.from({ length: 6 }, () => model.segment(image(), click));
    model.dispose();
    open();
    await Promise.all(answers);
    await Promise.resolve();
    assert.deepEqual(model.released.sort(), [1, 2, 3, 4, 5, 6]);
  });

  it('embeds anew after a failure', async () => {
    const model = new Counting();
    const one = image();
    model.failing = true;
    await assert.rejects(model.segment(one, click), /out of memory/);
    model.failing = false;
    await model.segment(one, click);
    assert.equal(model.embedded, 2);
  });

  it('segments several objects in their order, or none where one is wrong', async () => {
    const model = new Counting();
    const objects = [3, 5, 4].map((row) => ({ points: [{ row, column: 0 }] }));
    const found = await model.segmentEach(image(), objects);
    assert.deepEqual(
      found.map(({ mask }) => mask.data.indexOf(1)),
      [24, 40, 32],
    );
    const before = model.embedded;
    await assert.rejects(model.segmentEach(image(), [...objects, {}]), /object 3: got no prompts/);
    assert.equal(model.embedded, before);
  });
});
