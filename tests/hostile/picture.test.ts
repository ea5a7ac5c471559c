import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { survives, survivesMutations } from './mutations';
import { jpegFiles, PICTURE_ERROR, pngFiles, readSmall } from './picture-files';

const limits = { message: PICTURE_ERROR, allocation: 2 ** 25 };

function chunk(kind: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(kind), data, Buffer.alloc(4)]);
}

/** A PNG of 8-bit gray that says it is `width` × `height`. */
function pngOf(width: number, height: number, packed: Uint8Array): Uint8Array {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const chunks = [chunk('IHDR', header), chunk('IDAT', packed), chunk('IEND', new Uint8Array())];
  return new Uint8Array(Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]));
}

describe('hostile/picture', () => {
  it('survives 500 seeded mutations of PNGs', async () => {
    const counts = await survivesMutations(readSmall, pngFiles(), { seed: 31, count: 500 }, limits);
    assert.ok(counts.read > 50 && counts.refused > 100);
  });

  it('survives 500 seeded mutations of JPEGs', async () => {
    const counts = await survivesMutations(readSmall, jpegFiles(), { seed: 32, count: 500 }, limits);
    assert.ok(counts.read > 50 && counts.refused > 100);
  });

  const zeros = deflateSync(new Uint8Array(2 ** 26));
  for (const [name, bytes, message] of [
    [
      'a bomb: 2³⁰ pixels in a few bytes',
      pngOf(2 ** 15, 2 ** 15, zeros),
      /got 32768 × 32768 pixels; expected at most/,
    ],
    ['64 MiB packed for 10 × 10 pixels', pngOf(10, 10, zeros), /"IDAT": got deflate that does not unpack/],
    [
      'a row whose filter is 9',
      pngOf(2, 1, deflateSync(Uint8Array.of(9, 1, 2))),
      /row 0: got filter 9; expected 0 to 4/,
    ],
    [
      'the largest sizes',
      pngOf(2 ** 32 - 1, 2 ** 32 - 1, zeros),
      /got 4294967295 × 4294967295 pixels; expected/,
    ],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const outcome = await survives(readSmall, bytes, { message: PICTURE_ERROR, allocation: 2 ** 22 });
      assert.match(String(outcome), message);
    });
  }
});
