import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Samples, Volume } from '../../lib/io/image';
import { readMgh } from '../../lib/io/mgh';
import { writeMgh } from '../../lib/io/mgh-write';
import { readNifti } from '../../lib/io/nifti';
import { NIFTI_1, NIFTI_2, NiftiFields } from '../../lib/io/nifti-fields';
import { niftiHeaderBytes, writeNifti } from '../../lib/io/nifti-write';
import { golden } from '../golden';
import { inflated } from './volume-golden';

interface HeaderCase {
  version: 1 | 2;
  type: string;
  shape: number[];
  affine: number[][];
  bytes: string;
}

const { headers } = golden<{ headers: HeaderCase[] }>('nibabel');
const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};
type TypeName = keyof typeof ARRAYS;

/** [slice, row, column] → RAS: turned, with spacings 2, 0.75 and 0.5. */
const AFFINE = [0, 0.6, 0.4, -12.5, 0, 0.45, -0.3, 7.25, 2, 0, 0, 31, 0, 0, 0, 1];

function volumeOf(type: TypeName, shape: [number, number, number], channels = 1, affine = AFFINE): Volume {
  const length = shape[0] * shape[1] * shape[2] * channels;
  const data: Samples = new ARRAYS[type](length);
  for (let index = 0; index < length; index++) data[index] = (index * 37) % 120;
  return { data, shape, channels, affine };
}

describe('io/volume-write', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'segcourse-'))));
  after(() => rm(folder, { recursive: true }));

  for (const { version, type, shape, affine, bytes } of headers) {
    it(`writes nibabel's header of NIfTI-${version} ${type} ${shape.join(' × ')}`, () => {
      const [width, height, depth, channels = 1] = shape;
      const placed = affine.flatMap(([i, j, k, origin]) => [k, j, i, origin]);
      const volume = volumeOf(type as TypeName, [depth, height, width], channels, placed);
      // 40,000 columns need NIfTI-2 without being told.
      const header = niftiHeaderBytes(volume, width > 32767 ? {} : { version });
      const expected = inflated(bytes);
      const format = version === 1 ? NIFTI_1 : NIFTI_2;
      const written = new NiftiFields(Uint8Array.from(header), format, false);
      const nibabels = new NiftiFields(expected, format, false);
      assert.equal(header.length, expected.length);
      // Rotations come from different formulas: equal but for the last digits, which are then taken over.
      for (const [field, count] of [
        ['quatern_b', 3],
        ['pixdim', 4],
      ] as const) {
        const got = written.list(field, count);
        const wanted = nibabels.list(field, count);
        got.forEach((value, index) =>
          assert.ok(Math.abs(value - wanted[index]) < 1e-6, `${field}: ${got}, ${wanted}`),
        );
        written.set(field, ...wanted);
      }
      // ANALYZE's `regular`, which NIfTI-1 does not use.
      if (version === 1) written.bytes[38] = expected[38];
      assert.deepEqual(written.bytes, expected);
    });
  }

  for (const type of Object.keys(ARRAYS) as TypeName[]) {
    it(`reads back as NIfTI what it wrote: ${type}, packed and not, with channels and without`, async () => {
      for (const [channels, ending] of [
        [1, 'nii'],
        [3, 'nii.gz'],
      ] as const) {
        const volume = volumeOf(type, [2, 3, 4], channels);
        const path = join(folder, `${type}.${ending}`);
        await writeNifti(path, volume);
        const again = await readNifti(path);
        assert.deepEqual(again, { ...volume, affine: AFFINE.map(Math.fround) });
        const packed = (await readFile(path)).readUInt16BE(0) === 0x1f8b;
        assert.equal(packed, ending === 'nii.gz');
      }
    });
  }

  for (const type of ['uint8', 'int16', 'uint16', 'int32', 'float32'] as const) {
    it(`reads back as MGH what it wrote: ${type}`, async () => {
      const volume = volumeOf(type, [2, 3, 4], type === 'int16' ? 3 : 1);
      const copy = volume.data.slice();
      const path = join(folder, `${type}.${type === 'int32' ? 'mgh' : 'mgz'}`);
      await writeMgh(path, volume);
      const again = await readMgh(path);
      assert.deepEqual([again.data, again.shape, again.channels], [copy, volume.shape, volume.channels]);
      again.affine.forEach((value, index) => assert.ok(Math.abs(value - AFFINE[index]) < 1e-5));
      assert.deepEqual(volume.data, copy);
    });
  }

  it('writes more than a block of several channels', async () => {
    const volume = volumeOf('float64', [3, 600, 500], 2);
    const path = join(folder, 'blocks.nii');
    await writeNifti(path, volume);
    assert.deepEqual((await readNifti(path)).data, volume.data);
  });

  it('makes the folder, and leaves nothing beside', async () => {
    await writeNifti(join(folder, 'new', 'deep', 'a.nii.gz'), volumeOf('uint8', [2, 3, 4]));
    assert.deepEqual(await readdir(join(folder, 'new', 'deep')), ['a.nii.gz']);
  });

  it('refuses before it writes', async () => {
    const volume = volumeOf('uint8', [2, 3, 4]);
    const path = join(folder, 'no.nii');
    const cases: [Promise<void>, RegExp][] = [
      [
        writeNifti(join(folder, 'a.img'), volume),
        /writeNifti: got '.*a\.img'; expected a name that ends in \.nii/,
      ],
      [
        writeMgh(join(folder, 'a.nii'), volume),
        /writeMgh: got '.*a\.nii'; expected a name that ends in \.mgh/,
      ],
      [
        writeNifti(path, { ...volume, channels: 2 }),
        /got 24 samples; expected 48 for \[2, 3, 4\] of 2 channels/,
      ],
      [
        writeNifti(path, { ...volume, shape: [0, 3, 4] }),
        /got a volume \[0, 3, 4\] of 1 channels; expected three/,
      ],
      [
        writeNifti(path, { ...volume, affine: Array<number>(16).fill(0) }),
        /got the affine \[0, 0, .*can be inverted/,
      ],
      [
        writeNifti(path, volumeOf('uint8', [1, 1, 40000]), { version: 1 }),
        /got sizes 40000 × 1 × 1; .* version 2/,
      ],
      [
        writeMgh(join(folder, 'a.mgz'), volumeOf('float64', [2, 3, 4])),
        /got Float64Array; expected one of Uint8Array/,
      ],
    ];
    for (const [writing, message] of cases) {
      await assert.rejects(
        writing,
        (error: Error) => error instanceof RangeError && message.test(error.message),
      );
    }
    await assert.rejects(readFile(path), /ENOENT/);
  });
});
