import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { tiffFile } from '../io/tiff-file';
import { survives, survivesMutations } from './mutations';
import { readAllPages, TIFF_ERROR, tiffFiles } from './tiff-files';

/** A single strip of `stored`, whatever the tags say. */
function packedFile(compression: number, stored: Uint8Array, side: number): Uint8Array {
  const tags = { 256: [side], 257: [side], 258: [8], 259: [compression], 278: [side] };
  return tiffFile({ pages: [[]], width: side, height: side, bits: 8, packed: [[...stored]], tags });
}

const short = tiffFile({ pages: [[1, 2, 3, 4]], width: 2, height: 2, bits: 8 });

describe('hostile/tiff', () => {
  it('survives 500 seeded mutations: pages, or an error that says where', async () => {
    const limits = { message: TIFF_ERROR, allocation: 2 ** 25 };
    const { read, refused } = await survivesMutations(
      readAllPages,
      tiffFiles(),
      { seed: 11, count: 500 },
      limits,
    );
    assert.ok(read > 50 && refused > 100, `${read} read, ${refused} refused`);
  });

  for (const [name, bytes, message] of [
    [
      'a deflate bomb: 64 MiB of zeros in 64 KiB, for a page of 100 × 100',
      packedFile(8, deflateSync(new Uint8Array(2 ** 26)), 100),
      /strip 0 of page 0: got deflate that does not unpack/,
    ],
    [
      'a page of 2³¹ × 2³¹ pixels that deflate could not hold',
      tiffFile({
        ...{ pages: [[1]], width: 1, height: 1, bits: 8 },
        tags: { 256: [2 ** 31], 257: [2 ** 31], 259: [8] },
      }),
      /tag 278|tag 273|tag 279/,
    ],
    [
      'LZW cut in the middle, which never ends',
      packedFile(5, Uint8Array.of(0x80, 0x00, 0x60, 0x50, 0x38), 40),
      /strip 0 of page 0: got .*lzw of .* bytes; expected 1600/i,
    ],
    [
      'LZW of a code that is not there yet',
      packedFile(5, new Uint8Array(40).fill(0xfe), 8),
      /LZW with a code that has/,
    ],
    [
      'directories in a loop',
      tiffFile({ ...{ pages: [[1]], width: 1, height: 1, bits: 8 }, nextDirectory: 8 }),
      /again/,
    ],
    [
      'a strip beyond the end',
      Uint8Array.from(short).subarray(0, -2),
      /strip 0 from \d+ to \d+; expected strips within/,
    ],
    [
      'BigTIFF with more tags than fit a number',
      Buffer.from('49492b00080000001000000000000000ffffffffffffffff', 'hex'),
      /got \d+ tags, which need \d+ bytes; expected at most/,
    ],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const limits = { message: TIFF_ERROR, allocation: 2 ** 22 };
      const outcome = await survives(readAllPages, new Uint8Array(bytes), limits);
      assert.match(String(outcome), message);
    });
  }
});
