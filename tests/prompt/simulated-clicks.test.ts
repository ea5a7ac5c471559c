import assert from 'node:assert/strict';
import type { Image } from '../../lib/io/image';
import { PromptableModel, type PromptedMask } from '../../lib/prompt/promptable-model';
import type { Prompts } from '../../lib/prompt/prompts';
import { nextClick, simulateClicks } from '../../lib/prompt/simulated-clicks';

/** A mask drawn with # and spaces. */
const drawn = (...rows: string[]): Image<Uint8Array> => ({
  data: Uint8Array.from([...rows.join('')], (letter) => Number(letter === '#')),
  shape: [rows.length, rows[0].length],
  channels: 1,
});

describe('nextClick', () => {
  it('clicks first into the middle of the largest part', () => {
    const object = drawn('#      ', '  #####', '  #####', '  #####', '  #####', '  #####');
    assert.deepEqual(nextClick(object), { row: 3, column: 4, label: 'positive' });
  });

  it('counts the border of the image as a border of the error', () => {
    assert.deepEqual(nextClick(drawn('###', '###', '###')), { row: 1, column: 1, label: 'positive' });
  });

  it('then into the larger of what is missing and what is too much', () => {
    const object = drawn('###   ', '###   ', '###   ');
    const missing = drawn('      ', '      ', '   #  ');
    assert.deepEqual(nextClick(object, missing), { row: 1, column: 1, label: 'positive' });
    const tooMuch = drawn('##    ', '### ##', '###   ');
    assert.deepEqual(nextClick(object, drawn('## ###', '######', '######')), {
      row: 1,
      column: 4,
      label: 'negative',
    });
    assert.equal(nextClick(object, tooMuch)!.label, 'negative');
  });

  it('finds the middle of a small error anywhere in a large image', () => {
    const data = new Uint8Array(90 * 70);
    for (const [top, left, side] of [
      [3, 60, 3],
      [50, 11, 7],
    ]) {
      for (let at = 0; at < side * side; at++) {
        data[(top + Math.floor(at / side)) * 70 + left + (at % side)] = 1;
      }
    }
    const object = { data, shape: [90, 70], channels: 1 };
    assert.deepEqual(nextClick(object), { row: 53, column: 14, label: 'positive' });
    const one = { ...object, data: data.map((inside, at) => (at < 70 * 20 ? 0 : inside)) };
    assert.deepEqual(nextClick(one, object), { row: 4, column: 61, label: 'negative' });
  });

  it('refuses a prediction of another size', () => {
    assert.throws(
      () => nextClick(drawn('##', '##'), drawn('##')),
      /got a mask of 1 × 2 with 2 values; expected the/,
    );
  });

  it('has nothing to click where nothing is wrong', () => {
    const object = drawn('##', '  ');
    assert.equal(nextClick(object, object), undefined);
    assert.equal(nextClick(drawn('  ')), undefined);
  });
});

/** Right from the third click on, half right before. */
class Learner extends PromptableModel<null> {
  readonly name = 'Learner';
  readonly asked: Prompts[] = [];
  constructor(private readonly answers: Image<Uint8Array>[]) {
    super();
  }
  protected encode() {
    return null;
  }
  protected decode(_: null, prompts: Prompts): PromptedMask[] {
    this.asked.push(prompts);
    const mask = this.answers[Math.min(this.asked.length, this.answers.length) - 1];
    return [{ mask, score: 1, logits: { ...mask, data: Float32Array.from(mask.data) } }];
  }
}

describe('simulateClicks', () => {
  const image = drawn('    ', '    ');
  const object = drawn('####', '    ');

  it('gives the IoU after each click, and asks no more once nothing is wrong', async () => {
    const model = new Learner([drawn('#   ', '    '), drawn('####', '####'), object]);
    const { ious, points, best } = await simulateClicks(model, image, object, 5);
    assert.deepEqual(ious, [0.25, 0.5, 1, 1, 1]);
    assert.deepEqual(
      points.map(({ label }) => label),
      ['positive', 'positive', 'negative'],
    );
    assert.deepEqual(best.mask, object);
    assert.deepEqual(
      model.asked.map(({ mask }) => mask && [...mask.data].reduce((sum, value) => sum + value)),
      [undefined, 1, 8],
    );
  });

  it('refuses an object without pixels, one of another size, and no clicks', async () => {
    const model = new Learner([object]);
    await assert.rejects(simulateClicks(model, image, drawn('    ', '    ')), /empty object/);
    await assert.rejects(
      simulateClicks(model, image, drawn('#')),
      /object of 1 × 1; expected the image's 2 × 4/,
    );
    await assert.rejects(simulateClicks(model, image, object, 0), /got 0 clicks/);
  });
});
