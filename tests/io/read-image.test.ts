import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Volume } from '../../lib/io/image';
import { writeMgh } from '../../lib/io/mgh-write';
import { writeNifti } from '../../lib/io/nifti-write';
import { writeNpy } from '../../lib/io/npy';
import { writePng } from '../../lib/io/png-write';
import { readImage } from '../../lib/io/read-image';
import { writeTiff } from '../../lib/io/tiff-write';

const AFFINE = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1];
const values = Uint8Array.from({ length: 12 }, (_, at) => at);

describe('io/read-image', () => {
  let folder: string;
  before(() => void (folder = mkdtempSync(join(tmpdir(), 'segcourse-'))));
  after(() => rmSync(folder, { recursive: true }));
  // No ending: the content tells.
  const file = () => join(folder, 'image');
  const plane = { data: values, shape: [3, 4], channels: 1 };
  const volume: Volume = { data: values, shape: [2, 2, 3], channels: 1, affine: AFFINE };

  it('reads pictures', async () => {
    await writePng(file(), plane);
    assert.deepEqual(await readImage(file()), plane);
    writeFileSync(
      file(),
      await sharp(new Uint8Array(27).fill(80), { raw: { width: 3, height: 3, channels: 3 } })
        .jpeg()
        .toBuffer(),
    );
    const { shape, channels } = await readImage(file());
    assert.deepEqual([shape, channels], [[3, 3], 3]);
  });

  it('reads a TIFF of one page as a picture, of several as a volume', async () => {
    await writeTiff(file(), plane);
    assert.deepEqual(await readImage(file()), plane);
    await writeTiff(file(), { data: values, pages: 2, height: 2, width: 3 });
    assert.deepEqual(await readImage(file()), { data: values, shape: [2, 2, 3], channels: 1 });
  });

  it('reads volumes with their affine', async () => {
    for (const [write, ending] of [
      [writeNifti, '.nii'],
      [writeMgh, '.mgh'],
    ] as const) {
      await write(`${file()}${ending}`, volume);
      renameSync(`${file()}${ending}`, file());
      const { data, shape, affine } = (await readImage(file())) as Volume;
      assert.deepEqual([[...data], shape, affine], [[...values], [2, 2, 3], AFFINE]);
    }
  });

  it('reads arrays of NumPy, colours by their last axis', async () => {
    await writeNpy(file(), { values, shape: [2, 2, 3] });
    assert.deepEqual(await readImage(file()), { data: values, shape: [2, 2], channels: 3 });
    await writeNpy(file(), { values, shape: [3, 2, 2] });
    assert.deepEqual(await readImage(file()), { data: values, shape: [3, 2, 2], channels: 1 });
    const long = BigInt64Array.from([0n, 1n, 2n, -3n]);
    await writeNpy(file(), { values: long, shape: [2, 2] });
    assert.deepEqual((await readImage(file())).data, Float64Array.of(0, 1, 2, -3));
    await writeNpy(file(), { values, shape: [12] });
    await assert.rejects(readImage(file()), /image: got an array of shape \[12\]; expected 2 or 3 axes/);
  });

  it('refuses what is no image', async () => {
    writeFileSync(file(), '');
    await assert.rejects(
      readImage(file()),
      /readImage: .*image: got an empty file; expected one of: PNG, JPEG, TIFF/,
    );
    writeFileSync(file(), 'hello, world');
    await assert.rejects(
      readImage(file()),
      /got a file that begins with the bytes 68656c6c6f2c2077; expected/,
    );
    writeFileSync(file(), `\x1aE\xdf\xa3`, 'latin1');
    await assert.rejects(readImage(file()), /got video; expected one of/);
  });
});
