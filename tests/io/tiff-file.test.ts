import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Samples } from '../../lib/io/image';
import { openTiff, tiffInMemory, type TiffFile } from '../../lib/io/tiff-file';
import { golden } from '../golden';
import { tiffFile } from './tiff-file';

interface TiffCase {
  name: string;
  file: string;
  shape: number[];
  dtype: string;
  pages: number;
  first: number[];
  sha256: string;
}

const { cases } = golden<{ cases: TiffCase[] }>('tiff');
const fileOf = ({ file }: TiffCase) => new Uint8Array(gunzipSync(Buffer.from(file, 'base64')));
const caseOf = (name: string) => cases.find((one) => one.name === name)!;

const TYPES: Record<string, string> = { bool: 'Uint8Array' };
const arrayName = (dtype: string) =>
  TYPES[dtype] ??
  `${dtype.startsWith('u') ? 'UI' + dtype.slice(2) : dtype[0].toUpperCase() + dtype.slice(1)}Array`;

function digest(pages: Samples[]): string {
  const hash = createHash('sha256');
  for (const page of pages) hash.update(new Uint8Array(page.buffer, page.byteOffset, page.byteLength));
  return hash.digest('hex');
}

async function allPages(file: TiffFile): Promise<Samples[]> {
  const pages: Samples[] = [];
  for (let page = 0; page < file.pages.length; page++) pages.push((await file.readPage(page)).data);
  return pages;
}

describe('io/tiff-file', () => {
  describe('equals tifffile', () => {
    for (const one of cases) {
      it(one.name, async () => {
        const file = await tiffInMemory(fileOf(one), one.name);
        const pages = await allPages(file);
        const { shape, channels } = await file.readPage(0);
        assert.deepEqual(channels === 1 ? shape : [...shape, channels], one.shape);
        assert.equal(pages.length, one.pages);
        assert.equal(pages[0].constructor.name.toLowerCase(), arrayName(one.dtype).toLowerCase());
        assert.deepEqual([...pages[0].subarray(0, 4)], one.first);
        assert.equal(digest(pages), one.sha256);
      });
    }
  });

  it('reads any rectangle of tiles, strips and planes as that part of the page', async () => {
    for (const name of [
      'tiles',
      'planes',
      'RGB, predictor 2, tiles',
      'planes in tiles, 16 bits, big endian',
      'lzw',
    ]) {
      const file = await tiffInMemory(fileOf(caseOf(name)), name);
      const { height, width, channels } = file.pages[0];
      const whole = await file.readPage(0);
      for (const [row, column, rows, columns] of [
        [0, 0, 1, 1],
        [3, 5, 14, 13],
        [height - 5, width - 3, 5, 3],
        [0, 16, height, 1],
      ]) {
        const region = await file.readRegion(0, { row, column, height: rows, width: columns });
        assert.deepEqual([region.shape, region.channels], [[rows, columns], channels]);
        for (let index = 0; index < region.data.length; index++) {
          const pixel = Math.floor(index / channels);
          const at = (row + Math.floor(pixel / columns)) * width + column + (pixel % columns);
          assert.equal(
            region.data[index],
            whole.data[at * channels + (index % channels)],
            `${name}, ${index}`,
          );
        }
      }
    }
  });

  it('reads tiles one by one, cut where the page ends', async () => {
    const file = await tiffInMemory(fileOf(caseOf('tiles')), 'tiles');
    const [page] = file.pages;
    assert.deepEqual([page.tileRows, page.tileColumns, page.tileHeight, page.tileWidth], [3, 3, 16, 16]);
    const tile = await file.readTile(0, 2, 2);
    assert.deepEqual(tile.shape, [37 - 32, 45 - 32]);
    const whole = await file.readPage(0);
    assert.equal(tile.data[13], whole.data[33 * 45 + 32]);
  });

  it('reads of a file on disk only what is asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'segcourse-tiff-'));
    try {
      const path = join(folder, 'sparse.tif');
      // 4 GiB of zeros behind the page's strips would not fit in the time and memory of this test.
      const bytes = tiffFile({ pages: [[1, 2, 3, 4]], width: 2, height: 2, bits: 8, rowsPerStrip: 1 });
      await writeFile(path, bytes);
      await truncate(path, 2 ** 32 + 2 ** 20);
      const before = process.memoryUsage().arrayBuffers;
      const file = await openTiff(path);
      assert.deepEqual([...(await file.readTile(0, 1, 0)).data], [3, 4]);
      await file.close();
      assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 22);
      await assert.rejects(file.readPage(0), 'a closed file is not read');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  describe('refuses, naming file, place, got and expected', () => {
    const good = { pages: [[1, 2, 3, 4]], width: 2, height: 2, bits: 8 };
    for (const [name, file, message] of [
      [
        'an unknown sample format',
        tiffFile({ ...good, tags: { 339: [6] } }),
        /tag 339 sampleFormat of page 0: got 6; expected 1 or 2 or 3 or 4/,
      ],
      [
        '64-bit integers',
        tiffFile({ ...good, tags: { 258: [64] } }),
        /got 64 bits of sample format 1; expected 1, 2/,
      ],
      [
        'channels of different bits',
        tiffFile({ ...good, tags: { 258: [8, 16] } }),
        /tag 258 .*got \d+, \d+; expected as/,
      ],
      [
        'a predictor without compression',
        tiffFile({ ...good, tags: { 317: [2] } }),
        /tag 317 .*: got 2; expected 1 /,
      ],
      ['YCbCr', tiffFile({ ...good, tags: { 262: [6] } }), /tag 262 .*: got 6; expected 0 or 1 or 2 or 3/],
      [
        'no channel',
        tiffFile({ ...good, tags: { 277: [0] } }),
        /tag 277 .*: got 0; expected at least 1 channel/,
      ],
      [
        'tiles of no width',
        tiffFile({ ...good, tags: { 322: [0] } }),
        /tag 322 .*: got 0; expected at least 1 pixel/,
      ],
      [
        'LZW that is no LZW',
        tiffFile({ ...good, tags: { 259: [5] } }),
        /offset \d+, strip 0 of page 0: got .*; expected 4 bytes; the file is damaged/,
      ],
      [
        'deflate that is no deflate',
        tiffFile({ ...good, tags: { 259: [8] } }),
        /strip 0 of page 0: got deflate that does not unpack \(.*\); expected 4 bytes/,
      ],
    ] as const) {
      it(name, async () => {
        const read = async () => (await tiffInMemory(file, '/data/bad.tif')).readPage(0);
        await assert.rejects(read, (error: Error) => {
          assert.match(error.message, /^openTiff: \/data\/bad\.tif: /);
          assert.match(error.message, message);
          return true;
        });
      });
    }

    it('an ImageJ stack that is cut short', async () => {
      const whole = fileOf(caseOf("ImageJ's stack of one directory"));
      await assert.rejects(
        tiffInMemory(whole.subarray(0, -1), 'a.tif'),
        /tag 270 description of page 0: got 4 images; expected at most the 3 that fit/,
      );
    });

    it('more than maxBytes', async () => {
      const file = await tiffInMemory(tiffFile(good), 'a.tif', { maxBytes: 3 });
      await assert.rejects(
        file.readPage(0),
        /page 0: got 4 bytes of pixels; expected at most 3; raise maxBytes/,
      );
    });

    it('pages, tiles and rectangles that are not there', async () => {
      const file = await tiffInMemory(tiffFile(good), 'a.tif');
      await assert.rejects(file.readPage(1), {
        name: 'RangeError',
        message: /got page 1; expected .* 0 to 0/,
      });
      await assert.rejects(file.readTile(0, 1, 0), { name: 'RangeError', message: /got tile row 1/ });
      const outside = { row: 1, column: 0, height: 2, width: 2 };
      await assert.rejects(file.readRegion(0, outside), {
        name: 'RangeError',
        message: /got 2 × 2 pixels at row 1/,
      });
    });

    it('a folder', () => assert.rejects(openTiff(tmpdir()), /expected a file/));
  });
});
