import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Image } from '../../lib/io/image';
import { decodeNifti, niftiSlices, readNifti, readNiftiHeader } from '../../lib/io/nifti';
import { orientationOf } from '../../lib/io/orientation';
import { golden } from '../golden';
import { assertVolume, inflated, type VolumeCase } from './volume-golden';

const { nifti } = golden<{ nifti: VolumeCase[] }>('nibabel');
const fileOf = (name: string) => inflated(nifti.find((one) => one.name === name)!.file);

/** A copy with bytes written over: [offset, little-endian int16s…] each. */
function changed(bytes: Uint8Array, ...changes: [offset: number, ...values: number[]][]): Uint8Array {
  const copy = Buffer.from(bytes);
  for (const [offset, ...values] of changes) {
    values.forEach((value, index) => copy.writeInt16LE(value, offset + 2 * index));
  }
  return new Uint8Array(copy);
}

/** A copy with a little-endian float32 written over. */
function withFloat(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.writeFloatLE(value, offset);
  return new Uint8Array(copy);
}

describe('io/nifti', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'segcourse-'))));
  after(() => rm(folder, { recursive: true }));

  const stored = async (name: string, bytes: Uint8Array) => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };

  describe('reads as nibabel', () => {
    for (const one of nifti) {
      it(one.name, async () => {
        const volume = await decodeNifti(inflated(one.file), 'golden.nii');
        assertVolume(volume, one);
        assert.equal(orientationOf(volume), one.codes);
      });
    }
  });

  it('keeps the stored number type, and gives floats where there is a scale or 64-bit integers', async () => {
    const types: [string, string][] = [
      ['uint8 >', 'Uint8Array'],
      ['int8 <', 'Int8Array'],
      ['uint16 >', 'Uint16Array'],
      ['int16 <', 'Int16Array'],
      ['uint32 >', 'Uint32Array'],
      ['int32 <', 'Int32Array'],
      ['float32 >', 'Float32Array'],
      ['float64 <', 'Float64Array'],
      ['int64 >', 'Float64Array'],
      ['slope 0', 'Int16Array'],
      ['int16 scaled', 'Float32Array'],
      ['float32 scaled', 'Float32Array'],
      ['int32 scaled', 'Float64Array'],
      ['RGB', 'Uint8Array'],
    ];
    for (const [name, type] of types) {
      const { data } = await decodeNifti(fileOf(name), name);
      assert.equal(data.constructor.name, type, name);
    }
  });

  it('reads files, packed or not, whatever their names say', async () => {
    const one = nifti.find(({ name }) => name === 'int16 <')!;
    assertVolume(await readNifti(await stored('a.nii', inflated(one.file))), one);
    assertVolume(await readNifti(await stored('b.nii', gzipSync(inflated(one.file)))), one);
    assertVolume(await readNifti(await stored('c.nii.gz', inflated(one.file))), one);
  });

  it('reads a header and an image file by either name', async () => {
    const one = nifti.find(({ name }) => name === 'float32 <')!;
    const single = inflated(one.file);
    const header = changed(single, [344, 0x696e, 0x0031]).subarray(0, 348);
    const atZero = withFloat(header, 108, 0);
    const names = [
      await stored('p.hdr', atZero),
      await stored('p.img', single.subarray(352)),
      await stored('q.HDR', atZero),
      await stored('q.IMG.gz', gzipSync(single.subarray(352))),
      await stored('r.hdr', withFloat(header, 108, 352)),
      await stored('r.img', single),
    ];
    for (const name of names.filter((path) => !path.includes('IMG'))) {
      assertVolume(await readNifti(name), one);
    }
    await assert.rejects(readNifti(await stored('alone.hdr', atZero)), /ENOENT.*alone\.img/);
    await assert.rejects(
      readNifti(await stored('alone.nii', atZero)),
      /alone\.nii: magic: got .*; expected names that end in \.hdr and \.img/,
    );
    await assert.rejects(
      decodeNifti(atZero, 'p.hdr'),
      /p\.hdr: magic: got a header whose voxels are in an \.img/,
    );
  });

  for (const name of ['four volumes', 'four volumes, scaled, gzip', 'RGB']) {
    it(`reads some slices and frames of ${name}, where they are in the whole`, async () => {
      const path = await stored('part.nii', fileOf(name));
      const whole = await readNifti(path);
      const frames = (await readNiftiHeader(path)).frames;
      const range = frames > 1 ? ([1, 3] as const) : ([0, 1] as const);
      const part = await readNifti(path, { slices: [1, 2], frames: range });
      assert.deepEqual([...part.shape], [1, 3, 4]);
      const perFrame = whole.channels / frames;
      const expected = [...whole.data].filter((_, index) => {
        const frame = Math.floor((index % whole.channels) / perFrame);
        return index >= 12 * whole.channels && frame >= range[0] && frame < range[1];
      });
      assert.deepEqual([...part.data], expected);
      const origin = [0, 4, 8].map((row) => whole.affine[row] + whole.affine[row + 3]);
      assert.deepEqual(
        [3, 7, 11].map((index) => part.affine[index]),
        origin,
      );
      assert.deepEqual(part.affine.slice(0, 3), whole.affine.slice(0, 3));
    });

    it(`streams the slices of ${name} in the order of the file`, async () => {
      const path = await stored('stream.nii', fileOf(name));
      const whole = await readNifti(path);
      const { frames, samples } = await readNiftiHeader(path);
      const seen: [number, number][] = [];
      for await (const { image, slice, frame } of niftiSlices(path)) {
        seen.push([frame, slice]);
        assert.deepEqual([image.shape, image.channels], [[3, 4], samples]);
        assert.deepEqual([...image.data], sliceOf(whole, slice, frame * samples, samples));
      }
      const order = Array.from({ length: frames * 2 }, (_, index) => [Math.floor(index / 2), index % 2]);
      assert.deepEqual(seen, order);
    });
  }

  it('streams a range and can be left early', async () => {
    const path = await stored('early.nii.gz', gzipSync(fileOf('four volumes')));
    const seen: string[] = [];
    for await (const { slice, frame } of niftiSlices(path, { slices: [1, 2], frames: [1, 4] })) {
      seen.push(`${frame}/${slice}`);
      if (frame === 2) break;
    }
    assert.deepEqual(seen, ['1/1', '2/1']);
  });

  it('tells what the header says', async () => {
    const header = await readNiftiHeader(await stored('h.nii', fileOf('int16 scaled')));
    assert.deepEqual(
      [header.version, header.dataType, header.slope, header.intercept, header.affineSource, header.offset],
      [1, 'int16', 0.25, -1024, 'sform', 352],
    );
    assert.deepEqual([header.shape, header.frames, header.samples], [[2, 3, 4], 1, 1]);
  });

  it('takes the map asked for, and refuses one that cannot be inverted', async () => {
    const file = fileOf('sform and qform');
    const [tilted] = nifti.filter(({ name }) => name === 'uint8 <');
    const other = nifti.find(({ name }) => name === 'sform and qform')!;
    assertVolume(await decodeNifti(file, 'f.nii', { affine: 'qform' }), { ...other, affine: tilted.affine });
    const flat = Buffer.from(file).fill(0, 280, 328);
    await assert.rejects(
      decodeNifti(flat, 'f.nii'),
      /f\.nii: offset 280 \(srow_x\), the sform: got \[0, .*; expected a finite affine .* option affine: sform, qform/,
    );
    assertVolume(await decodeNifti(flat, 'f.nii', { affine: 'qform' }), { ...other, affine: tilted.affine });
    await assert.rejects(
      decodeNifti(file, 'f.nii', { affine: 'best' as never }),
      /option affine: got "best"; expected one of sform, qform, pixdim/,
    );
  });

  describe('refuses, naming file, place, got and expected', () => {
    const good = fileOf('int16 <');
    const good2 = fileOf('NIfTI-2 int16 <');
    const cases: [string, Uint8Array, RegExp][] = [
      ['an empty file', new Uint8Array(), /header: got a file of 0 bytes; expected at least 348/],
      ['a header cut short', good.subarray(0, 200), /header: got a file of 200 bytes; expected at least 348/],
      ['a NIfTI-2 header cut short', good2.subarray(0, 400), /header: got a file of 400 bytes; .* 540/],
      ['another format', Buffer.alloc(400, 'GIF89a'), /offset 0 \(sizeof_hdr\): got \d+; expected 348/],
      [
        'ANALYZE',
        changed(good, [344, 0, 0]),
        /offset 344 \(magic\): got none \(ANALYZE 7\.5\?\); expected "n\+1"/,
      ],
      [
        'complex numbers',
        changed(good, [70, 32]),
        /offset 70 \(datatype\): got 32 \(complex64\); expected one of uint8/,
      ],
      ['an unknown type', changed(good, [70, 3]), /offset 70 \(datatype\): got 3; expected one of/],
      ['no dimensions', changed(good, [40, 0]), /offset 40 \(dim\[0\]\): got 0 dimensions; expected 1 to 7/],
      ['nine dimensions', changed(good, [40, 9]), /dim\[0\]\): got 9 dimensions/],
      ['a size of zero', changed(good, [42, 0]), /offset 42 \(dim\[1\]\): got 0; expected at least 1/],
      ['a negative size', changed(good, [46, -5]), /offset 46 \(dim\[3\]\): got -5; expected at least 1/],
      [
        'more voxels than the file has',
        changed(good, [42, 4, 3, 3]),
        /voxels: got a file of 400 bytes; expected 424: 4 × 3 × 3 voxels from offset 352 on; the file is cut/,
      ],
      [
        'sizes beyond all files',
        changed(good, [40, 7, 32767, 32767, 32767, 32767, 32767, 32767, 32767]),
        /offset 40 \(dim\): got 32767 × .* voxels; expected less than 2⁵³/,
      ],
      [
        'a gzip file that cannot hold them',
        gzipSync(changed(good, [42, 32767, 32767, 32767])),
        /voxels: got a gzip file that can hold \d+ bytes at most; expected 70362301923678: 32767 × 32767/,
      ],
      [
        'voxels past the end',
        withFloat(good, 108, 1e6),
        /expected 1000048: 4 × 3 × 2 voxels from offset 1000000/,
      ],
      [
        'voxels in the header',
        withFloat(good, 108, 100),
        /offset 108 \(vox_offset\): got 100; expected at least 352/,
      ],
      [
        'an endless offset',
        withFloat(good, 108, Infinity),
        /\(vox_offset\): got Infinity; expected at least 352/,
      ],
      [
        'a scale without its end',
        withFloat(withFloat(good, 112, 2), 116, NaN),
        /offset 116 \(scl_inter\): got NaN; expected a finite number beside the slope 2/,
      ],
      [
        'a gzip file cut short',
        gzipSync(good).subarray(0, 100),
        /gzip data, unpacked offset \d+: got unexpected end of file; expected a whole gzip file/,
      ],
      [
        'a gzip file whose checksum differs',
        changed(gzipSync(good), [gzipSync(good).length - 8, 1, 2]),
        /gzip data, unpacked offset \d+: got incorrect data check/,
      ],
    ];
    for (const [name, bytes, message] of cases) {
      it(name, async () => {
        await assert.rejects(decodeNifti(bytes, '/data/bad.nii'), (error: Error) => {
          assert.match(error.message, /^readNifti: \/data\/bad\.nii: /);
          assert.match(error.message, message);
          return true;
        });
      });
    }

    it('a packed file that unpacks to less than its header says, read at once or by slices', async () => {
      const packed = gzipSync(changed(good, [46, 30]));
      await assert.rejects(
        decodeNifti(packed, 'short.nii.gz'),
        /voxels: got a gzip file that unpacks to fewer bytes; expected 1072; it is cut short or its header damaged/,
      );
      const path = await stored('short.nii.gz', packed);
      const read: number[] = [];
      await assert.rejects(async () => {
        for await (const { slice } of niftiSlices(path)) read.push(slice);
      }, /short\.nii\.gz: offset 400: got the end of the unpacked bytes; expected 720 bytes of voxels from offset 352/);
      assert.deepEqual(read, [0, 1]);
    });

    it('slices and frames that are not there, and more than maxBytes', async () => {
      await assert.rejects(
        decodeNifti(good, 'f.nii', { slices: [1, 3] }),
        /option slices: got \[1, 3\]; expected \[from, to\] with 0 ≤ from < to ≤ 2/,
      );
      await assert.rejects(
        decodeNifti(good, 'f.nii', { frames: [0, 0.5] }),
        /option frames: got \[0, 0\.5\]/,
      );
      await assert.rejects(
        decodeNifti(good, 'f.nii', { maxBytes: 40 }),
        /voxels: got 48 bytes in memory; expected at most 40; raise maxBytes/,
      );
      assert.equal((await decodeNifti(good, 'f.nii', { maxBytes: 24, slices: [0, 1] })).data.length, 12);
    });
  });

  it('leaves out what follows the voxels, without unpacking a bomb to its end', async () => {
    const one = nifti.find(({ name }) => name === 'int16 <')!;
    const more = Buffer.concat([inflated(one.file), Buffer.alloc(100, 7)]);
    assertVolume(await decodeNifti(more, 'more.nii'), one);
    assertVolume(await decodeNifti(gzipSync(more), 'more.nii.gz'), one);
    const bomb = gzipSync(Buffer.concat([inflated(one.file), Buffer.alloc(2 ** 26)]));
    const before = process.memoryUsage().arrayBuffers;
    // The damage at its end is beyond what is unpacked.
    assertVolume(await decodeNifti(bomb.subarray(0, -20), 'bomb.nii.gz'), one);
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 26);
  });
});

function sliceOf({ data, channels, shape }: Image, slice: number, first: number, count: number): number[] {
  const area = shape[1] * shape[2];
  return Array.from({ length: area * count }, (_, index) => {
    const voxel = slice * area + Math.floor(index / count);
    return data[voxel * channels + first + (index % count)];
  });
}
