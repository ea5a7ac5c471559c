import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Volume } from '../../lib/io/image';
import { isGzip } from '../../lib/io/gzip';
import { decodeMgh } from '../../lib/io/mgh';
import { writeMgh } from '../../lib/io/mgh-write';
import { decodeNifti } from '../../lib/io/nifti';
import { niftiHeaderBytes } from '../../lib/io/nifti-write';
import { survivesMutations, type MutationOptions } from './mutations';

const VOXELS = 6 * 7 * 8;
/** Far less than a damaged header can claim; the files take at most 6 KB, and zlib keeps 16 KB and more. */
const ALLOCATION = 2 ** 18;

function volumeOf(data: Volume['data']): Volume {
  data.forEach((_, index) => (data[index] = (index * 31) % 101));
  const affine = [0, 0, 0.5, -2, 0, 0.5, 0, -2, 2, 0, 0, 1, 0, 0, 0, 1];
  return { data, shape: [6, 7, 8], channels: data.length / VOXELS, affine };
}

function niftiFile(data: Volume['data'], version: 1 | 2, edit?: (header: Buffer) => void): Uint8Array {
  const volume = volumeOf(data);
  const header = Buffer.from(niftiHeaderBytes(volume, { version }));
  edit?.(header);
  return new Uint8Array(Buffer.concat([header, Buffer.from(data.buffer)]));
}

/** NIfTI-1 and NIfTI-2, packed and not, with several volumes, a scale and colours. */
export function niftiFiles(): Uint8Array[] {
  const plain = niftiFile(new Int16Array(VOXELS), 1);
  return [
    plain,
    niftiFile(new Float32Array(VOXELS), 2),
    niftiFile(new Uint8Array(3 * VOXELS), 1, (header) => header.writeFloatLE(0.5, 112)),
    // 128: RGB24, three bytes a voxel and no fourth dimension
    niftiFile(new Uint8Array(3 * VOXELS), 1, (header) => {
      header.writeInt16LE(3, 40);
      header.writeInt16LE(128, 70);
    }),
    gzipSync(plain),
    gzipSync(niftiFile(new Float64Array(VOXELS), 2)),
  ];
}

/** MGH and MGZ, with one frame and with several. */
export async function mghFiles(): Promise<Uint8Array[]> {
  const folder = await mkdtemp(join(tmpdir(), 'segcourse-'));
  try {
    const files: Uint8Array[] = [];
    for (const [name, data] of [
      ['a.mgh', new Uint8Array(VOXELS)],
      ['b.mgh', new Float32Array(2 * VOXELS)],
      ['c.mgz', new Int32Array(VOXELS)],
      ['d.mgz', new Int16Array(3 * VOXELS)],
    ] as const) {
      await writeMgh(join(folder, name), volumeOf(data));
      files.push(new Uint8Array(await readFile(join(folder, name))));
    }
    return files;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Reads mutations: each gives a whole volume or an error in the reader's words, and not all are of one kind. */
export async function surviveAsVolumes(
  reader: 'readNifti' | 'readMgh',
  files: Uint8Array[],
  options: MutationOptions,
): Promise<void> {
  const decode = reader === 'readNifti' ? decodeNifti : decodeMgh;
  const whole = async (bytes: Uint8Array) => {
    const { data, shape, channels, affine } = await decode(bytes, 'mutant');
    assert.equal(data.length, shape[0] * shape[1] * shape[2] * channels);
    assert.ok(affine.length === 16 && affine.every(Number.isFinite));
  };
  const message = new RegExp(`^${reader}: mutant: [^]+: got [^]+; expected [^]+`);
  const limits = { message, allocation: ALLOCATION };
  const { read, refused } = await survivesMutations(whole, files, options, limits);
  assert.ok(Math.min(read, refused) > options.count / 20, `${read} read, ${refused} refused`);
  // What is damaged after it was packed hardly gets past the checksum; so damage some before.
  const plain = files.filter((file) => !isGzip(file));
  const packed = (bytes: Uint8Array) => whole(gzipSync(bytes));
  await survivesMutations(packed, plain, { seed: options.seed + 50, count: options.count / 5 }, limits);
}
