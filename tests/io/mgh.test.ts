import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Samples } from '../../lib/io/image';
import { decodeMgh, mghSlices, readMgh, readMghHeader } from '../../lib/io/mgh';
import { orientationOf, toRas } from '../../lib/io/orientation';
import { golden } from '../golden';
import { realData } from '../real-data';
import { assertSamePlaces, assertVolume, inflated, type VolumeCase } from './volume-golden';

interface Brain {
  file: string;
  type: string;
  shape: number[];
  sum: number;
  counts: Record<string, number>;
  affine: number[][];
  codes: string;
  sha256: string;
  canonical: { sha256: string; affine: number[][] };
}

const { mgh } = golden<{ mgh: VolumeCase[] }>('nibabel');
const { brain3d } = golden<{ brain3d: Brain[] }>('nibabel-orientation');
const fileOf = (name: string) => inflated(mgh.find((one) => one.name === name)!.file);

/** A copy with a big-endian int32 written over. */
function changed(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.writeInt32BE(value, offset);
  return new Uint8Array(copy);
}

describe('io/mgh', () => {
  for (const one of mgh) {
    it(`reads as nibabel: ${one.name}`, async () => {
      const volume = await decodeMgh(inflated(one.file), 'golden.mgz');
      assertVolume(volume, one);
      assert.equal(orientationOf(volume), one.codes);
    });
  }

  it('keeps the stored number type', async () => {
    const types = ['uint8', 'int16', 'uint16', 'int32', 'float32'];
    const got = await Promise.all(types.map(async (type) => (await decodeMgh(fileOf(type), type)).data));
    assert.deepEqual(
      got.map((data) => data.constructor.name),
      ['Uint8Array', 'Int16Array', 'Uint16Array', 'Int32Array', 'Float32Array'],
    );
  });

  it("puts a volume that does not say where it lies as FreeSurfer's conformed ones: left, down, forward", async () => {
    const file = Buffer.from(fileOf('uint8'));
    file.writeInt16BE(0, 28);
    const volume = await decodeMgh(file, 'lost.mgh');
    assert.equal(orientationOf(volume), 'LIA');
    assertSamePlaces(volume.affine, [
      [-1, 0, 0, 2],
      [0, 0, 1, -1],
      [0, -1, 0, 1.5],
      [0, 0, 0, 1],
    ]);
  });

  it('streams slices, reads some of them, and tells what the header says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'segcourse-'));
    try {
      const path = join(folder, 'frames.mgz');
      await writeFile(path, gzipSync(fileOf('three frames')));
      const whole = await readMgh(path);
      const order: number[][] = [];
      for await (const { image, slice, frame } of mghSlices(path, { frames: [1, 3] })) {
        order.push([frame, slice]);
        const expected = whole.data.filter(
          (_, index) => index % 3 === frame && Math.floor(index / 36) === slice,
        );
        assert.deepEqual(image.data, expected);
      }
      assert.deepEqual(order, [
        [1, 0],
        [1, 1],
        [2, 0],
        [2, 1],
      ]);
      const second = await readMgh(path, { slices: [1, 2] });
      assert.deepEqual(second.data, whole.data.subarray(36));
      const header = await readMghHeader(path);
      assert.deepEqual([header.dataType, header.frames, header.shape], ['float32', 3, [2, 3, 4]]);
      assert.equal(header.placed, true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  describe('refuses, naming file, place, got and expected', () => {
    const good = fileOf('int16');
    const cases: [string, Uint8Array, RegExp][] = [
      ['an empty file', new Uint8Array(), /header: got a file of 0 bytes; expected at least 284/],
      ['another format', Buffer.alloc(400, 'GIF89a'), /offset 0 \(version\): got \d+; expected 1/],
      ['a size of zero', changed(good, 8, 0), /offset 8 \(dims\[1\]\): got 0; expected at least 1/],
      ['a negative size', changed(good, 16, -1), /offset 16 \(dims\[3\]\): got -1/],
      ['an unknown type', changed(good, 20, 99), /offset 20 \(type\): got 99; expected one of uint8, int32/],
      ['complex numbers', changed(good, 20, 7), /offset 20 \(type\): got 7 \(complex64\); expected one of/],
      [
        'a file cut short',
        good.subarray(0, 300),
        /voxels: got a file of 300 bytes; expected 332: 4 × 3 × 2 voxels from offset 284 on/,
      ],
      [
        'sizes beyond all files',
        changed(changed(changed(good, 4, 2 ** 30), 8, 2 ** 30), 12, 2 ** 30),
        /offset 4 \(dims\): got 1073741824 × .*; expected less than 2⁵³ bytes/,
      ],
      ['no spacings', new Uint8Array(Buffer.from(good).fill(0, 30, 42)), /\(delta\): got delta \[0, 0, 0\]/],
      [
        'a gzip file cut short',
        gzipSync(good).subarray(0, -30),
        /gzip data, unpacked offset \d+: got unexpected end of file/,
      ],
      [
        'a gzip file that cannot hold its volume',
        gzipSync(changed(good, 4, 10_000_000)),
        /voxels: got a gzip file that can hold \d+ bytes at most; expected 120000284/,
      ],
    ];
    for (const [name, bytes, message] of cases) {
      it(name, () =>
        assert.rejects(decodeMgh(bytes, '/data/bad.mgz'), (error: Error) => {
          assert.match(error.message, /^readMgh: \/data\/bad\.mgz: /);
          assert.match(error.message, message);
          return true;
        }),
      );
    }
  });

  for (const brain of brain3d) {
    it(`reads brain3d/${brain.file} as nibabel, and turns it to RAS as nibabel`, async function () {
      const folder = realData(this, `brain3d/${brain.file}`);
      const volume = await readMgh(join(folder, 'brain3d', brain.file));
      assert.deepEqual([...volume.shape], [...brain.shape].reverse());
      assert.equal(volume.data.constructor.name.toLowerCase(), `${brain.type}array`);
      const counts = new Uint32Array(65536);
      let sum = 0;
      for (const value of volume.data) {
        counts[value]++;
        sum += value;
      }
      assert.equal(sum, brain.sum);
      for (const [label, count] of counts.entries()) {
        assert.equal(count, brain.counts[label] ?? 0, `label ${label}`);
      }
      assert.equal(sha256(volume.data), brain.sha256);
      assertSamePlaces(volume.affine, brain.affine, 1e-4);
      assert.equal(orientationOf(volume), brain.codes);

      const ras = toRas(volume);
      assert.equal(sha256(ras.data), brain.canonical.sha256);
      assertSamePlaces(ras.affine, brain.canonical.affine, 1e-4);
    });
  }
});

const sha256 = (data: Samples) =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
