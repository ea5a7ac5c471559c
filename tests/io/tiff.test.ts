import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTiff, readTiff } from '../../lib/io/tiff';
import { decodePixels, golden, type GoldenType } from '../golden';
import { tiffFile } from './tiff-file';

interface StackCase {
  dtype: GoldenType;
  compression: string | null;
  shape: [number, number, number];
  file: string;
  pixels: string;
}

/** One page of 3 × 4 pixels in two strips of six. */
const packBitsFile = (packed: number[][]) =>
  tiffFile({ pages: [[]], width: 3, height: 4, bits: 8, rowsPerStrip: 2, packed });

describe('io/tiff', () => {
  const { stacks } = golden<{ stacks: StackCase[] }>('pillow');
  for (const { dtype, compression, shape, file, pixels } of stacks) {
    it(`reads the ${dtype} stack that Pillow wrote (${compression ?? 'uncompressed'})`, async () => {
      const stack = await decodeTiff(Buffer.from(file, 'base64'), 'golden.tif');
      assert.deepEqual([stack.pages, stack.height, stack.width], shape);
      assert.deepEqual(stack.data, decodePixels(dtype, pixels));
    });
  }

  it('reads big-endian 16-bit pages in several strips, and inverts MinIsWhite', async () => {
    const pages = [
      [1, 2, 3, 256, 257, 65535],
      [6, 5, 4, 3, 2, 1],
    ];
    const file = tiffFile({ pages, width: 2, height: 3, bits: 16, rowsPerStrip: 2, littleEndian: false });
    assert.deepEqual([...(await decodeTiff(file, 'be.tif')).data], pages.flat());
    const dark = tiffFile({ pages: [[0, 1]], width: 2, height: 1, bits: 8, photometric: 0 });
    assert.deepEqual([...(await decodeTiff(dark, 'dark.tif')).data], [255, 254]);
  });

  it('reads a single strip that claims 2³² − 1 rows', async () => {
    const file = tiffFile({
      pages: [[1, 2]],
      width: 1,
      height: 2,
      bits: 16,
      rowsPerStrip: 2 ** 32 - 1,
      littleEndian: false,
    });
    assert.deepEqual([...(await decodeTiff(file, 'all.tif')).data], [1, 2]);
  });

  it('reads PackBits strips of repeats, copies and gaps', async () => {
    const file = packBitsFile([
      [0xfb, 9, 0x80],
      [0xfe, 7, 0x80, 2, 1, 2, 3],
    ]);
    assert.deepEqual([...(await decodeTiff(file, 'packed.tif')).data], [9, 9, 9, 9, 9, 9, 7, 7, 7, 1, 2, 3]);
  });

  describe('refuses, naming file, place, got and expected', () => {
    const good = { pages: [[1, 2, 3, 4]], width: 2, height: 2, bits: 8 };
    const cases: [string, Uint8Array, RegExp][] = [
      ['an empty file', new Uint8Array(), /bad\.tif: header: got a file of 0 bytes; expected at least 8/],
      ['another format', Buffer.from('GIF89a..'), /offset 0 \(byte order\): got "GI"; expected "II" or "MM"/],
      ['a short BigTIFF header', Buffer.from('II\x2b\0\x08\0\0\0'), /offset 4 \(BigTIFF\): got .*; expected/],
      ['no page', Buffer.from('II\x2a\0\0\0\0\0'), /first directory\): got 0; expected at least one page/],
      [
        'a directory past the end',
        Buffer.from('II\x2a\0\xff\0\0\0', 'latin1'),
        /page 0\): got offset 255; .* 8 bytes/,
      ],
      [
        'a tag count past the end',
        Buffer.from('II\x2a\0\x08\0\0\0\xff\xff', 'latin1'),
        /got 65535 tags, which need/,
      ],
      [
        'a cut file',
        tiffFile(good).subarray(0, 40),
        /got \d+ tags, which need \d+ bytes; expected at most the/,
      ],
      [
        'a chain that returns',
        tiffFile({ ...good, nextDirectory: 8 }),
        /got offset 8 again; expected a chain .* that ends/,
      ],
      [
        'zero width',
        tiffFile({ ...good, tags: { 256: [0] } }),
        /tag 256 width of page 0: got 0; expected at least 1/,
      ],
      [
        'huge dimensions',
        tiffFile({ ...good, tags: { 256: [2 ** 31], 257: [2 ** 31] } }),
        /tag 278|tag 273|tag 279/,
      ],
      [
        'a strip past the end',
        tiffFile({ ...good, tags: { 273: [9999] } }),
        /tag 273 .*9999 to 10003; .*cut short/,
      ],
      [
        'a wrong strip size',
        tiffFile({ ...good, tags: { 279: [3] } }),
        /tag 279 .*: got 3 bytes in strip 0; expected 4/,
      ],
      ['missing strips', tiffFile({ ...good, tags: { 278: [1] } }), /tag 273 .*: got 1 strips; expected 2/],
      [
        'zero rows in a strip',
        tiffFile({ ...good, tags: { 278: [0] } }),
        /tag 278 .*: got 0; expected at least 1 row/,
      ],
      [
        'colour',
        tiffFile({ ...good, width: 1, pages: [[1, 2, 3, 4, 5, 6]], tags: { 262: [2], 277: [3], 279: [6] } }),
        /page 0: got 3 channels; expected one \(grey\)/,
      ],
      [
        'JPEG',
        tiffFile({ ...good, tags: { 259: [7] } }),
        /tag 259 .*: got 7; expected 1 or 5 or .*\(none, LZW, deflate or PackBits/,
      ],
      [
        '24 bits',
        tiffFile({ ...good, tags: { 258: [24] } }),
        /tag 258 .*: got 24 bits .*; expected .*8, 16, 32/,
      ],
      [
        '32-bit integers',
        tiffFile({ ...good, bits: 32 }),
        /page 0: got samples of type U32; expected U8, U16 or F32; read it with openTiff/,
      ],
      ['tiles without a height', tiffFile({ ...good, tags: { 322: [16] } }), /tag 323 .*: got none/],
      ['no width', tiffFile({ ...good, tags: { 256: [] } }), /tag 256 width of page 0: got none/],
      [
        'pages that share their strips',
        tiffFile({
          pages: Array.from({ length: 9 }, () => Array(400).fill(0)),
          width: 20,
          height: 20,
          bits: 8,
          share: true,
        }),
        /strips: got 3600 bytes in all; expected at most the file's/,
      ],
    ];
    for (const [name, file, message] of cases) {
      it(name, () => assert.rejects(decodeTiff(file, '/data/bad.tif'), message));
    }

    const packed: [string, number[], RegExp][] = [
      ['too few bytes', [0xfd, 7, 0x80], /strip 1 of page 0: got PackBits of 4 bytes; expected 6 bytes/],
      ['too many bytes', [0xfa, 7, 0x80], /strip 1 of page 0: got PackBits of 7 bytes; expected 6/],
      [
        'a copy past the strip',
        [5, 7, 1],
        /strip 1 of page 0: got PackBits whose last run is cut short; .* 6/,
      ],
      ['a run without its byte', [0x80, 0x80, 0xfb], /got PackBits whose last run is cut short/],
    ];
    for (const [name, runs, message] of packed) {
      it(`PackBits of ${name}`, async () => {
        const file = packBitsFile([[0xfb, 9, 0x80], runs]);
        await assert.rejects(decodeTiff(file, '/data/bad.tif'), message);
      });
    }

    it('thousands of pages that list the same bytes, without reading them all', async () => {
      // Each directory is one tag: 50,000 strip offsets of one byte from the start of the file on.
      const pages = 3000;
      const file = Buffer.alloc(8 + 18 * pages);
      file.write('II*\0\x08\0\0\0', 'latin1');
      for (let page = 0; page < pages; page++) {
        const at = 8 + 18 * page;
        file.writeUInt16LE(1, at);
        file.writeUInt16LE(273, at + 2);
        file.writeUInt16LE(1, at + 4);
        file.writeUInt32LE(50_000, at + 6);
        file.writeUInt32LE(page < pages - 1 ? at + 18 : 0, at + 14);
      }
      await assert.rejects(decodeTiff(file, 'bad.tif'), /page 1: got more to read than the file has bytes/);
    });

    it('pages of different sizes', async () => {
      const first = tiffFile({
        ...good,
        pages: [
          [1, 2, 3, 4],
          [1, 2],
        ],
        heights: [2, 1],
      });
      await assert.rejects(
        decodeTiff(first, 'bad.tif'),
        /page 1: got 1×2 of 1 channel, type U8; expected 2×2 of 1 channel, type U8 like page 0/,
      );
    });

    it('more than maxBytes, before reading', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'segcourse-'));
      try {
        const path = join(folder, 'large.tif');
        await writeFile(path, tiffFile(good));
        await assert.rejects(
          readTiff(path, { maxBytes: 100 }),
          /large\.tif: file: got \d+ bytes; expected at most 100/,
        );
        assert.equal((await readTiff(path)).pages, 1);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });
});
