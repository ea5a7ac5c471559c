import { gunzipSync, gzipSync } from 'node:zlib';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGzip } from '../../../lib/io/gzip';
import type { Volume } from '../../../lib/io/image';
import { decodeMgh } from '../../../lib/io/mgh';
import { writeMgh } from '../../../lib/io/mgh-write';
import { decodeNifti } from '../../../lib/io/nifti';
import { niftiHeaderBytes } from '../../../lib/io/nifti-write';
import { EXTREMES, FLOAT_EXTREMES, pick, put, within, type Damage, type Random } from '../damage';
import { BLIND } from '../mutations';
import type { HostileFormat } from './format';

const VOXELS = 6 * 7 * 8;

function volumeOf(data: Volume['data']): Volume {
  data.forEach((_, index) => (data[index] = (index * 31) % 101));
  const affine = [0, 0, 0.5, -2, 0, 0.5, 0, -2, 2, 0, 0, 1, 0, 0, 0, 1];
  return { data, shape: [6, 7, 8], channels: data.length / VOXELS, affine };
}

type Kind = 'integer' | 'float' | 'size' | number[];

/** Where a field of a header is, how many numbers it has, and what they are. */
type Field = readonly [offset: number, bytes: 2 | 4 | 8, count: number, kind: Kind];

const SIZES = [...EXTREMES, 3, 5, 100, 500, 30_000];

function setField(bytes: Buffer, [offset, size, count, kind]: Field, littleEndian: boolean, random: Random) {
  const at = offset + size * Math.floor(random() * count);
  if (at + size > bytes.length) return;
  if (kind !== 'float') {
    const values = kind === 'size' ? SIZES : kind === 'integer' ? EXTREMES : kind;
    put(bytes, at, size, pick(random, values), littleEndian);
    return;
  }
  const value = pick(random, FLOAT_EXTREMES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 4) view.setFloat32(at, value, littleEndian);
  else view.setFloat64(at, value, littleEndian);
}

/** A damage for each field, and one that makes all dimensions larger at once. */
function fieldDamages(
  fieldsOf: (bytes: Buffer) => { fields: Readonly<Record<string, Field>>; littleEndian: boolean },
  names: readonly string[],
): Readonly<Record<string, Damage>> {
  const damages = Object.fromEntries(
    names.map((name): [string, Damage] => [
      name,
      (bytes, random) => {
        const { fields, littleEndian } = fieldsOf(bytes);
        setField(bytes, fields[name], littleEndian, random);
        return bytes;
      },
    ]),
  );
  const larger: Damage = (bytes, random) => {
    const { fields, littleEndian } = fieldsOf(bytes);
    const [offset, size] = fields.dim;
    for (let axis = 0; axis < 4; axis++) {
      const length = Math.floor(2 ** (1 + 12 * random()));
      put(bytes, offset + size * axis, size, length, littleEndian);
    }
    return bytes;
  };
  const plain = { ...damages, 'larger everywhere': larger };
  const unlessPacked = Object.entries(plain).map(([name, damage]): [string, Damage] => [
    name,
    (bytes, random) => (isGzip(bytes) ? packed(bytes, random) : damage(bytes, random)),
  ]);
  const packed = within(gunzipSync, { ...plain, ...BLIND }, (bytes) => gzipSync(bytes));
  return Object.fromEntries(unlessPacked);
}

const DATA_TYPES = [0, 1, 2, 4, 8, 16, 32, 64, 128, 255, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2304];
const NIFTI_1: Readonly<Record<string, Field>> = {
  sizeof_hdr: [0, 4, 1, [0, 347, 349, 540, 348]],
  axes: [40, 2, 1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 0xffff]],
  dim: [42, 2, 7, 'size'],
  datatype: [70, 2, 1, DATA_TYPES],
  bitpix: [72, 2, 1, 'integer'],
  pixdim: [76, 4, 8, 'float'],
  vox_offset: [108, 4, 1, 'float'],
  scale: [112, 4, 2, 'float'],
  codes: [252, 2, 2, [0, 1, 2, 3, 4, 5, 0xffff]],
  quaternion: [256, 4, 6, 'float'],
  srow: [280, 4, 12, 'float'],
  magic: [344, 4, 1, 'integer'],
};
const NIFTI_2: Readonly<Record<string, Field>> = {
  sizeof_hdr: [0, 4, 1, [0, 539, 541, 348, 540]],
  magic: [4, 4, 2, 'integer'],
  datatype: [12, 2, 1, DATA_TYPES],
  bitpix: [14, 2, 1, 'integer'],
  axes: [16, 8, 1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 2 ** 40]],
  dim: [24, 8, 7, [...SIZES, 2 ** 32, 2 ** 52]],
  pixdim: [104, 8, 8, 'float'],
  vox_offset: [168, 8, 1, [...EXTREMES, 2 ** 52]],
  scale: [176, 8, 2, 'float'],
  codes: [344, 4, 2, [0, 1, 2, 3, 4, 5, 0xffff]],
  quaternion: [352, 8, 6, 'float'],
  srow: [400, 8, 12, 'float'],
};
const MGH: Readonly<Record<string, Field>> = {
  version: [0, 4, 1, 'integer'],
  dim: [4, 4, 4, 'size'],
  type: [20, 4, 1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0xffffffff]],
  goodRASFlag: [28, 2, 1, [0, 1, 0xffff]],
  delta: [30, 4, 3, 'float'],
  Mdc: [42, 4, 9, 'float'],
  Pxyz_c: [78, 4, 3, 'float'],
};

function niftiFile(data: Volume['data'], version: 1 | 2, edit?: (header: Buffer) => void): Uint8Array {
  const header = Buffer.from(niftiHeaderBytes(volumeOf(data), { version }));
  edit?.(header);
  return new Uint8Array(Buffer.concat([header, Buffer.from(data.buffer)]));
}

/** A read volume is whole, and every voxel has a place. */
function decodedBytes({ data, shape, channels, affine }: Volume): number {
  const whole = data.length === shape[0] * shape[1] * shape[2] * channels;
  if (!whole || affine.length !== 16 || !affine.every(Number.isFinite)) {
    throw new TypeError(`${data.length} samples of [${shape}] × ${channels}, affine ${affine}`);
  }
  return data.byteLength;
}

/** NIfTI-1 and NIfTI-2, packed and not, with several volumes, a scale and colours. */
export const nifti: HostileFormat = {
  files() {
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
  },
  damages: fieldDamages(
    (bytes) => ({
      fields: bytes.length > 1 && bytes.readUInt16LE(0) === 540 ? NIFTI_2 : NIFTI_1,
      littleEndian: true,
    }),
    Object.keys(NIFTI_1),
  ),
  async read(bytes) {
    return decodedBytes(await decodeNifti(bytes, 'mutant'));
  },
  message: /^readNifti: mutant: (offset|header|voxels|gzip data|magic|file).*: got .+; expected ./s,
};

/** MGH and MGZ, with one frame and with several. */
export const mgh: HostileFormat = {
  async files() {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-'));
    try {
      const files: Uint8Array[] = [];
      for (const [name, data] of [
        ['a.mgh', new Uint8Array(VOXELS)],
        ['b.mgh', new Float32Array(2 * VOXELS)],
        ['c.mgz', new Int32Array(VOXELS)],
        ['d.mgz', new Int16Array(3 * VOXELS)],
      ] as const) {
        await writeMgh(join(folder, name), volumeOf(data));
        files.push(new Uint8Array(readFileSync(join(folder, name))));
      }
      return files;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  damages: fieldDamages(() => ({ fields: MGH, littleEndian: false }), Object.keys(MGH)),
  async read(bytes) {
    return decodedBytes(await decodeMgh(bytes, 'mutant'));
  },
  message: /^readMgh: mutant: (offset|header|voxels|gzip data).*: got .+; expected ./s,
};
