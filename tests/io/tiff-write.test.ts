import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image, Samples } from '../../lib/io/image';
import { openTiff, readTiffFile, tiffInMemory } from '../../lib/io/tiff-file';
import { readTiff } from '../../lib/io/tiff';
import { TiffWriter, writeTiff, type WriteTiffOptions } from '../../lib/io/tiff-write';
import { encodeDirectories, HEADER_BYTES } from '../../lib/io/tiff-write-directory';
import { golden } from '../golden';

const TYPES = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
};

/** The formula that tests/goldens/tiff-written.py uses, too. */
function image(
  type: new (length: number) => Samples,
  height: number,
  width: number,
  channels: number,
): Image {
  const data = new type(height * width * channels);
  for (let index = 0; index < data.length; index++) data[index] = (index * index * 7 + index) % 120;
  return { data, shape: [height, width], channels };
}

interface Written {
  name: string;
  type: keyof typeof TYPES;
  pages: number;
  shape: [number, number, number];
  options: WriteTiffOptions;
  /** Of the file, when tifffile had read from it what the formula gives. */
  sha256: string;
}

describe('io/tiff-write', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segcourse-tiff-'));
    path = join(folder, 'new', 'a.tif');
  });
  afterEach(() => rm(folder, { recursive: true }));

  describe('writes files that tifffile read as what they were made of', () => {
    for (const one of golden<{ files: Written[] }>('tiff-written').files) {
      it(one.name, async () => {
        const [height, width, channels] = one.shape;
        const pages = Array.from({ length: one.pages }, () =>
          image(TYPES[one.type], height, width, channels),
        );
        await writeTiff(path, pages, one.options);
        if (one.options.compression === 'none') {
          assert.equal(
            createHash('sha256')
              .update(await readFile(path))
              .digest('hex'),
            one.sha256,
          );
        }
        const file = await openTiff(path);
        assert.equal(file.pages.length, one.pages);
        for (let page = 0; page < one.pages; page++) assert.deepEqual(await file.readPage(page), pages[page]);
        await file.close();
      });
    }
  });

  it('writes tiles in any order, cut or whole, and strips of large rows', async () => {
    const writer = await TiffWriter.create(path);
    const page = writer.addPage({ height: 20, width: 40, type: Uint16Array, tile: 32 });
    assert.deepEqual([page.tileRows, page.tileColumns], [1, 2]);
    const right = image(Uint16Array, 20, 8, 1);
    const left = image(Uint16Array, 32, 32, 1);
    await Promise.all([writer.writeTile(0, 1, right), writer.writeTile(0, 0, left)]);
    writer.addPage({ height: 3, width: 2 ** 17, type: Float32Array });
    for (let row = 0; row < 3; row++) await writer.writeTile(row, 0, image(Float32Array, 1, 2 ** 17, 1));
    await writer.finish();
    const file = await openTiff(path);
    assert.deepEqual(await file.readTile(0, 0, 1), right);
    assert.deepEqual((await file.readTile(0, 0, 0)).data, left.data.subarray(0, 20 * 32));
    assert.deepEqual([file.pages[1].tileRows, file.pages[1].tileColumns], [3, 1]);
    await file.close();
  });

  it('writes a stack that readTiff gives back', async () => {
    const stack = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), pages: 2, height: 2, width: 2 };
    await writeTiff(path, stack);
    assert.deepEqual(await readTiff(path), stack);
  });

  it('lays out a BigTIFF where 32 bits do not suffice', async () => {
    const end = 2 ** 32 + 10;
    const page = {
      ...{ height: 4, width: 2, channels: 1, type: Uint8Array, compression: 'none' as const, tiled: false },
      ...{ tileHeight: 2, tileWidth: 2, tileColumns: 1 },
      offsets: Float64Array.of(16, 20),
      counts: Float64Array.of(4, 4),
    };
    const { header, directories } = encodeDirectories([page, page], end);
    assert.equal(header.length, HEADER_BYTES);
    // The directories at the place that the header names, in a file that is not there in between.
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const bytes = Buffer.concat([header, pixels]);
    const source = {
      size: end + directories.length,
      read: async (position: number, length: number) =>
        (position < end ? bytes : directories).subarray(position % end, (position % end) + length),
      close: async () => {},
    };
    const file = await readTiffFile(source, 'big.tif', 'test', {});
    assert.equal(file.pages.length, 2);
    assert.deepEqual([...(await file.readPage(1)).data], [...pixels]);
  });

  it('leaves no half file: an unfinished or aborted one changes nothing', async () => {
    path = join(folder, 'a.tif');
    await writeFile(path, 'before');
    const writer = await TiffWriter.create(path);
    writer.addPage({ height: 20, width: 40, type: Uint8Array, tile: 16 });
    await assert.rejects(writer.finish(), { name: 'RangeError', message: /got no tile \(0, 0\) of page 0/ });
    const other = await TiffWriter.create(path);
    await other.abort();
    assert.deepEqual(await readdir(folder), ['a.tif']);
    assert.equal(await readFile(path, 'utf8'), 'before');
  });

  it('refuses what it cannot write', async () => {
    const volume = { data: new Uint8Array(8), shape: [2, 2, 2], channels: 1 };
    await assert.rejects(writeTiff(path, volume), /got 8 samples of shape \[2,2,2\].*slice by slice/);
    await assert.rejects(writeTiff(path, []), /got no page/);
    const writer = await TiffWriter.create(path);
    const size = { height: 4, width: 4, type: Uint8Array };
    await assert.rejects(writer.writeTile(0, 0, volume), /before any page/);
    assert.throws(() => writer.addPage({ ...size, tile: 20 }), /got tile 20; expected a multiple of 16/);
    assert.throws(() => writer.addPage({ ...size, height: 0 }), /got height 0; expected a positive integer/);
    writer.addPage(size);
    await assert.rejects(writer.writeTile(0, 1, image(Uint8Array, 4, 4, 1)), /got tile \(0, 1\)/);
    await assert.rejects(
      writer.writeTile(0, 0, image(Int8Array, 4, 4, 1)),
      /got Int8Array .*; expected Uint8Array/,
    );
    await assert.rejects(
      writer.writeTile(0, 0, image(Uint8Array, 3, 4, 1)),
      /shape \[3,4\]; expected .*\[4,4\]/,
    );
    await writer.writeTile(0, 0, image(Uint8Array, 4, 4, 1));
    await assert.rejects(writer.writeTile(0, 0, image(Uint8Array, 4, 4, 1)), /not written yet/);
    await writer.abort();
  });

  it('packs differences smaller than plain bytes', async () => {
    const smooth = {
      data: Uint16Array.from({ length: 4096 }, (_, index) => index * 3),
      shape: [64, 64],
      channels: 1,
    };
    await writeTiff(path, smooth);
    const bytes = await readFile(path);
    assert.ok(bytes.length < 1500);
    assert.deepEqual(await (await tiffInMemory(bytes, 'a')).readPage(0), smooth);
  });
});
