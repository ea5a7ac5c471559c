import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPicture } from '../../lib/io/picture';
import { writePng } from '../../lib/io/png-write';
import { golden } from '../golden';

interface PngCase {
  name: string;
  file: string;
  palette: 'colours' | 'indices';
  shape: number[];
  dtype: string;
  first: number[];
  sha256: string;
}

const { pictures, jpegs } = golden<{
  pictures: PngCase[];
  jpegs: { name: string; file: string; shape: number[]; samples: string }[];
}>('pictures');
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const fileOf = (name: string) => bytesOf(pictures.find((one) => one.name === name)!.file);
const digest = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array) =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');

describe('io/picture', () => {
  describe('reads the PNGs that Pillow and libpng wrote', () => {
    for (const { name, file, palette, shape, dtype, first, sha256 } of pictures) {
      it(name, async () => {
        const image = await readPicture(bytesOf(file), { palette });
        assert.deepEqual(image.channels === 1 ? image.shape : [...image.shape, image.channels], shape);
        assert.equal(image.data.constructor.name.toLowerCase(), `${dtype}array`);
        assert.deepEqual([...image.data.subarray(0, 6)], first);
        assert.equal(digest(image.data), sha256);
      });
    }
  });

  it('reads interlaced PNGs, to the last of small and odd sizes', async () => {
    const { default: sharp } = await import('sharp');
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [5, 9],
      [33, 17],
    ]) {
      const gray = Uint16Array.from({ length: width * height }, (_, index) => (index * 977) % 65536);
      const wide = sharp(gray, { raw: { width, height, channels: 1 } }).toColourspace('grey16');
      const image = await readPicture(await wide.png({ progressive: true }).toBuffer());
      assert.deepEqual(image, { data: gray, shape: [height, width], channels: 1 });
      const rgb = Uint8Array.from({ length: 3 * width * height }, (_, index) => (index * 31) % 256);
      const colour = sharp(rgb, { raw: { width, height, channels: 3 } });
      assert.deepEqual((await readPicture(await colour.png({ progressive: true }).toBuffer())).data, rgb);
    }
  });

  it('reads interlaced palettes of few bits as libpng does', async () => {
    const { default: sharp } = await import('sharp');
    const [width, height] = [21, 13];
    const rgb = Uint8Array.from({ length: 3 * width * height }, (_, index) => (index % 3) * 80);
    const colour = sharp(rgb, { raw: { width, height, channels: 3 } });
    const file = await colour.png({ progressive: true, palette: true, colours: 4, dither: 0 }).toBuffer();
    const expected = await sharp(file).removeAlpha().raw().toBuffer();
    assert.deepEqual((await readPicture(file)).data, new Uint8Array(expected));
  });

  describe('reads the JPEGs that Pillow wrote, within 1 of its samples', () => {
    for (const { name, file, shape, samples } of jpegs) {
      it(name, async () => {
        const image = await readPicture(bytesOf(file));
        assert.deepEqual(image.channels === 1 ? image.shape : [...image.shape, image.channels], shape);
        const expected = bytesOf(samples);
        const worst = Math.max(...Array.from(image.data, (value, at) => Math.abs(value - expected[at])));
        assert.ok(worst <= 1, `differs by ${worst}`);
      });
    }
  });

  it('turns a JPEG as its EXIF says only where it is asked to', async () => {
    const { file, shape } = jpegs.find(({ name }) => name === 'turned by EXIF')!;
    const [height, width] = shape;
    const stored = await readPicture(bytesOf(file));
    const turned = await readPicture(bytesOf(file), { rotate: true });
    assert.deepEqual(turned.shape, [width, height]);
    // Orientation 6: the stored left column, from its bottom, is the top row.
    for (let row = 0; row < width; row++) {
      for (let column = 0; column < height; column++) {
        const from = ((height - 1 - column) * width + row) * 3;
        assert.equal(turned.data[(row * height + column) * 3], stored.data[from]);
      }
    }
  });

  describe('refuses, naming file, place, got and expected', () => {
    const good = fileOf('gray');
    /** The file with bytes of IHDR (or behind it) changed. */
    const changed = (at: number, ...values: number[]) => {
      const bytes = good.slice();
      bytes.set(values, at);
      return bytes;
    };
    const jpeg = bytesOf(jpegs[1].file);
    for (const [name, bytes, message] of [
      ['an empty file', new Uint8Array(), /picture: offset 0: got an empty file; expected a PNG or JPEG/],
      ['another format', Buffer.from('GIF89a'), /offset 0: got bytes 47494638; expected a PNG or JPEG file/],
      ['TIFF', Buffer.from('II*\0\x08\0\0\0'), /got a TIFF file \(readTiff reads it\)/],
      [
        'a cut PNG',
        good.subarray(0, 60),
        /offset \d+ \(chunk "IDAT"\): got \d+ bytes; expected at most the \d+ left/,
      ],
      [
        'a PNG without its end',
        good.subarray(0, -12),
        /offset \d+: got 0 bytes; expected a chunk, up to IEND/,
      ],
      [
        'no width',
        changed(16, 0, 0, 0, 0),
        /offset 8 \(chunk "IHDR"\): got 23 × 0 pixels; expected at least 1 × 1/,
      ],
      ['3 bits', changed(24, 3), /got 3 bits of gray; expected 1, 2, 4, 8, 16 bits/],
      ['colour type 5', changed(25, 5), /got colour type 5; expected 0, 2, 3, 4 or 6/],
      ['interlacing 2', changed(28, 2), /interlace 2; expected 0, 0, and 0 or 1/],
      ['a palette that is not there', changed(25, 3), /\(chunks\): got no PLTE; expected/],
      [
        'pixels that are not there',
        changed(20, 0, 0, 1, 0),
        /chunk "IDAT"\): got \d+ bytes of pixels; expected \d+/,
      ],
      [
        'more pixels than deflate can hold',
        changed(20, 0, 0x40, 0, 0),
        /"IDAT"\): got \d+ bytes; expected at least \d+ for/,
      ],
      [
        'a cut JPEG',
        jpeg.subarray(0, jpeg.length / 2),
        /offset 2 to \d+ \(marker segments\): got premature end .*; expected a whole JPEG file/,
      ],
      [
        'a JPEG of its first bytes',
        jpeg.subarray(0, 20),
        /offset 2 to \d+ \(marker segments\): got premature end .*; expected a whole JPEG file/,
      ],
    ] as const) {
      it(name, () => assert.rejects(readPicture(new Uint8Array(bytes)), message));
    }

    it('more pixels than maxPixels, before they are unpacked', async () => {
      await assert.rejects(
        readPicture(good, { maxPixels: 600 }),
        /IHDR"\): got 23 × 29 pixels; expected at most 600/,
      );
      await assert.rejects(
        readPicture(jpeg, { maxPixels: 600 }),
        /frame header: got 23 × 29 pixels; expected at most 600/,
      );
    });

    it('an unknown palette option', () => {
      const palette = 'index' as 'indices';
      return assert.rejects(readPicture(good, { palette }), {
        name: 'RangeError',
        message: /"index"; expected 'colours'/,
      });
    });
  });

  describe('writePng', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'segcourse-png-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    for (const type of [Uint8Array, Uint16Array] as (new (length: number) => Uint8Array | Uint16Array)[]) {
      for (const channels of [1, 3, 4]) {
        it(`writes ${type.name} of ${channels} channel(s) without loss`, async () => {
          const path = join(folder, 'new', 'a.png');
          const data = (new type(7 * 11 * channels) as Uint8Array).map(
            (_: number, index: number) => index * index * 13 + 5,
          );
          const image = { data, shape: [7, 11], channels };
          await writePng(path, image);
          assert.deepEqual(await readPicture(path), image);
          assert.deepEqual(await readdir(join(folder, 'new')), ['a.png']);
        });
      }
    }

    it('refuses what PNG cannot hold', async () => {
      const path = join(folder, 'a.png');
      const image = { data: new Float32Array(4), shape: [2, 2], channels: 1 };
      await assert.rejects(writePng(path, image), {
        name: 'RangeError',
        message: /got Float32Array; expected Uint8Array/,
      });
      await assert.rejects(
        writePng(path, { ...image, data: new Uint8Array(4), channels: 2 }),
        /got 2 channels/,
      );
      await assert.rejects(
        writePng(path, { ...image, data: new Uint8Array(5) }),
        /got 5 samples of shape \[2, 2\]/,
      );
      assert.deepEqual(await readdir(folder), []);
    });

    it('names the file that cannot be read', async () => {
      const path = join(folder, 'b.png');
      await writeFile(path, 'text');
      await assert.rejects(readPicture(path), /readPicture: .*b\.png: offset 0: got bytes 74657874/);
    });
  });
});
