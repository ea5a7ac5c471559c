import { deflateSync } from 'node:zlib';
import { tiffFile } from '../io/tiff-file';
import { testKnownFiles } from './known-files';

/** A single strip of `stored`, whatever the tags say. */
function packedFile(compression: number, stored: Uint8Array, side: number): Uint8Array {
  const tags = { 256: [side], 257: [side], 258: [8], 259: [compression], 278: [side] };
  return tiffFile({ pages: [[]], width: side, height: side, bits: 8, packed: [[...stored]], tags });
}

/** Codes of 9 to 12 bits that repeat one byte in ever longer runs: as dense as LZW can be. */
function densestLzw(codes: number): Uint8Array {
  const bits: string[] = [(256).toString(2).padStart(9, '0'), '0'.repeat(9)];
  for (let code = 258; bits.length < codes; code++) {
    const width = code < 511 ? 9 : code < 1023 ? 10 : code < 2047 ? 11 : 12;
    bits.push(Math.min(code, 4094).toString(2).padStart(width, '0'));
  }
  const bytes = bits.join('').match(/.{1,8}/g)!;
  return Uint8Array.from(bytes, (byte) => parseInt(byte.padEnd(8, '0'), 2));
}

const one = { pages: [[1]], width: 1, height: 1, bits: 8 };
const short = tiffFile({ pages: [[1, 2, 3, 4]], width: 2, height: 2, bits: 8 });

describe('hostile/tiff', () => {
  testKnownFiles('tiff', [
    [
      'a deflate bomb: 64 MiB of zeros in 64 KiB, for a page of 100 × 100',
      packedFile(8, deflateSync(new Uint8Array(2 ** 26)), 100),
      /strip 0 of page 0: got deflate that unpacks to more than 10000 bytes; expected 10000 bytes/,
    ],
    ['an LZW bomb as far as its page goes: 7 MiB in 6 KiB', packedFile(5, densestLzw(3900), 2000), 'read'],
    [
      'an LZW bomb that is less than its page',
      packedFile(5, densestLzw(3900), 3500),
      /got lzw of \d+ bytes; expected 12250000 bytes/,
    ],
    [
      'a page of 2³¹ × 2³¹ pixels that deflate could not hold',
      tiffFile({ ...one, tags: { 256: [2 ** 31], 257: [2 ** 31], 259: [8] } }),
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
    ['directories in a loop', tiffFile({ ...one, nextDirectory: 8 }), /got offset 8 again; expected a chain/],
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
  ]);
});
