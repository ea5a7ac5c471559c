import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { syntheticEmStack } from '../../lib/datasets/synthetic-em';

describe('datasets/synthetic-em', () => {
  const stack = syntheticEmStack({ pages: 4, size: 256, seed: 5 });

  it('has the shapes, label values and membrane share of ISBI 2012', () => {
    const { images, labels } = stack;
    for (const { data, pages, height, width } of [images, labels]) {
      assert.deepEqual([pages, height, width, data.length], [4, 256, 256, 4 * 256 * 256]);
    }
    const black = labels.data.filter((label) => label === 0).length;
    assert.equal(labels.data.filter((label) => label === 255).length, labels.data.length - black);
    assert.ok(
      Math.abs(black / labels.data.length - 0.22) < 0.01,
      `membrane share ${black / labels.data.length}`,
    );
  });

  it('is dark on membranes and bright in cells, about as much as the real sections (85 and 138)', () => {
    const mean = (label: number) => {
      const values = [...stack.images.data].filter((_, at) => stack.labels.data[at] === label);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    assert.ok(Math.abs(mean(0) - 85) < 20, `membranes ${mean(0)}`);
    assert.ok(Math.abs(mean(255) - 138) < 12, `cells ${mean(255)}`);
  });

  it('keeps membranes in place from page to page', () => {
    const { data } = stack.labels;
    const area = 256 * 256;
    const agreement = (a: number, b: number) => {
      let both = 0;
      let either = 0;
      for (let at = 0; at < area; at++) {
        const [first, second] = [data[a * area + at] === 0, data[b * area + at] === 0];
        if (first && second) both++;
        if (first || second) either++;
      }
      return both / either;
    };
    // Independent labels of share 0.22 would agree on 0.12.
    assert.ok(agreement(0, 1) > 0.3, `neighbours ${agreement(0, 1)}`);
    assert.ok(agreement(0, 1) > agreement(0, 3));
  });

  it('follows from the seed, byte for byte on every machine', () => {
    const bytes = ({ images, labels }: typeof stack) =>
      createHash('sha256').update(images.data).update(labels.data).digest('hex');
    const options = { pages: 2, size: 96, seed: 3 };
    assert.equal(bytes(syntheticEmStack(options)), FINGERPRINT);
    assert.notEqual(bytes(syntheticEmStack({ ...options, seed: 4 })), FINGERPRINT);
  });

  it('refuses sizes out of range', () => {
    assert.throws(() => syntheticEmStack({ size: 8 }), /got size 8; expected an integer from 16 to 2048/);
    assert.throws(() => syntheticEmStack({ pages: 0 }), /got pages 0/);
    assert.throws(() => syntheticEmStack({ seed: -1 }), /got seed -1/);
    assert.equal(syntheticEmStack({ size: 16, pages: 1 }).images.data.length, 256);
  });
});

/** SHA-256 of images and labels of two pages of 96×96 with seed 3, as first made (Node 20, x86-64). */
const FINGERPRINT = 'dd1193be20308d88831571b38687aa48881a1a5bb7aee0fba935af5eb3a4c696';
