import assert from 'node:assert/strict';
import { classExamples } from '../../lib/datasets/class-examples';
import type { VocPhotograph } from '../../lib/datasets/voc';

/** 60 × 100; red is the row, green the column. */
function photograph(
  id: string,
  objects: VocPhotograph['objects'],
  label?: VocPhotograph['label'],
): VocPhotograph {
  const data = new Uint8Array(60 * 100 * 3);
  for (let at = 0; at < 6000; at++) data.set([Math.floor(at / 100), at % 100, 0], 3 * at);
  return {
    id,
    image: { data, shape: [60, 100], channels: 3 },
    objects,
    classes: [],
    ...(label && { label }),
  };
}

const object = (name: 'dog' | 'car', xmin: number, ymin: number, xmax: number, ymax: number) => ({
  name,
  box: { xmin, ymin, xmax, ymax },
  truncated: false,
  difficult: false,
});
const photographs = [
  photograph('a', [object('dog', 1, 1, 20, 30), object('car', 81, 41, 100, 60)], 'dog'),
  photograph('b', [object('dog', 41, 21, 60, 40)], 'dog'),
  photograph('c', []),
];

describe('datasets/class-examples', () => {
  it('cuts the middle square of photographs of the class', () => {
    const found = classExamples(photographs, { classes: ['dog', 'car'], size: 60 });
    assert.deepEqual(
      found.map(({ id, label }) => [id, label]),
      [['a', 'dog'], ['b', 'dog']], // prettier-ignore
    );
    assert.deepEqual([...found[0].image.data.subarray(0, 3)], [0, 20, 0]);
    assert.equal(classExamples(photographs, { classes: ['dog'], size: 60, perClass: 1 }).length, 1);
  });

  it('cuts a square around each object, moved into the picture where it would leave it', () => {
    const found = classExamples(photographs, {
      classes: ['dog', 'car'],
      size: 30,
      of: 'object',
      smallest: 20,
    });
    assert.deepEqual(
      found.map(({ label, image }) => [label, ...image.data.subarray(0, 2)].slice(0, 2)),
      [['dog', 0], ['car', 40], ['dog', 20]], // prettier-ignore
    );
    // 30 × 20 at the left edge: its square of 30 begins at column 0; 20 × 20 about (30, 50) is stretched to 30.
    assert.deepEqual([...found[0].image.data.subarray(-3, -1)], [29, 29]);
    assert.deepEqual(
      classExamples(photographs, { classes: ['car'], size: 30, of: 'object', smallest: 21 }),
      [],
    );
  });

  it('refuses photographs that were made smaller than their boxes', () => {
    const small = {
      ...photographs[0],
      image: { data: new Uint8Array(32 * 32 * 3), shape: [32, 32], channels: 3 },
    };
    const options = { classes: ['car'] as const, size: 8, smallest: 1 };
    assert.throws(
      () => classExamples([small], { ...options, of: 'object' }),
      /photograph a: got 32 × 32 pixels and a box up to \(60, 100\); .*load it without a size/,
    );
    assert.throws(() => classExamples([small], { ...options, size: 0 }), /got size 0/);
  });
});
