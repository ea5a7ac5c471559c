import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { extractArchive } from '../../../lib/datasets/archive';
import { tarFile } from '../tar-file';
import { pick, within, type Damage } from '../damage';
import { BLIND } from '../mutations';
import type { HostileFormat } from './format';
import { zipDamages } from './zip-damages';

const CONTENT = {
  'a.txt': 'one',
  'deep/b.txt': 'two '.repeat(700),
  'deep/empty': '',
  'c.bin': '\u0001\u0002'.repeat(300),
};
const MOST = 2 ** 22;

/** Everything that is unpacked is below the folder; of a refused archive nothing is left. */
async function read(bytes: Uint8Array, folder: string, name: string): Promise<number> {
  const archive = join(folder, name);
  const out = join(folder, 'out');
  writeFileSync(archive, bytes);
  try {
    let unpacked = 0;
    await extractArchive(archive, out, {
      maxBytes: MOST,
      onProgress: ({ bytes }) => (unpacked = bytes),
    });
    return unpacked;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const BLOCK = 512;

/** Sets a field of one of the headers, whose checksum is made true again. */
function tarField(offset: number, length: number, values: readonly (string | Uint8Array)[]): Damage {
  return (bytes, random) => {
    const headers: number[] = [];
    for (let at = 0; at + BLOCK <= bytes.length;) {
      if (bytes.toString('latin1', at + 257, at + 262) !== 'ustar') break;
      headers.push(at);
      const size = parseInt(bytes.toString('latin1', at + 124, at + 135), 8) || 0;
      at += BLOCK * (1 + Math.ceil(size / BLOCK));
    }
    if (headers.length === 0) return bytes;
    const at = pick(random, headers);
    const value = pick(random, values);
    bytes.fill(0, at + offset, at + offset + length);
    bytes.set(
      typeof value === 'string' ? Buffer.from(value, 'latin1').subarray(0, length) : value,
      at + offset,
    );
    const header = bytes.subarray(at, at + BLOCK).fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return bytes;
  };
}

const SIZES = [
  '00000000000',
  '00000000001',
  '77777777777',
  '00017777777',
  '-0000000001',
  '9',
  'x',
  ' 12',
  '00000001000',
];
const BINARY = [0x80, 0xff].map((first) => Buffer.alloc(12, 0xff).fill(first, 0, 1));
const NAMES = [
  '../evil',
  '/evil',
  'a/../../b',
  'C:evil',
  '..',
  '.',
  '',
  'a\\b',
  'a.txt',
  'A.TXT',
  'x'.repeat(100),
  'd/',
];

const tarDamages: Readonly<Record<string, Damage>> = {
  'a way out': tarField(0, 100, NAMES),
  'a way out by the prefix': tarField(345, 155, ['..', '/', 'a/..', 'x'.repeat(155)]),
  sizes: tarField(124, 12, [...SIZES, ...BINARY]),
  'links, devices, attributes': tarField(156, 1, [
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    'L',
    'K',
    'x',
    'g',
    'S',
    '\0',
  ]),
  'another magic': tarField(257, 8, ['', 'ustar  ', 'USTAR']),
};

const members = Object.entries(CONTENT).map(([name, content]) => ({ name, content }));
const MESSAGE = (name: string) =>
  new RegExp(`${name.replace('.', '\\.')}: .*(entry|offset|header).*: got .+; expected .`, 's');

export const zip: HostileFormat = {
  files: () => [
    zipSync(Object.fromEntries(members.map(({ name, content }) => [name, strToU8(content)]))),
    zipSync(Object.fromEntries(members.map(({ name, content }) => [name, strToU8(content)])), { level: 0 }),
  ],
  damages: zipDamages,
  read: (bytes, folder) => read(bytes, folder, 'mutant.zip'),
  message: MESSAGE('mutant.zip'),
};

export const tar: HostileFormat = {
  files: () => [tarFile(...members), tarFile({ name: 'd/', type: '5' }, ...members)],
  damages: tarDamages,
  read: (bytes, folder) => read(bytes, folder, 'mutant.tar'),
  message: MESSAGE('mutant.tar'),
};

const bomb: Damage = (bytes) => Buffer.concat([bytes, Buffer.alloc(2 ** 24)]);

export const tarGz: HostileFormat = {
  files: () => [gzipSync(tarFile(...members))],
  damages: {
    'packed again': within(gunzipSync, { ...tarDamages, ...BLIND, bomb }, (bytes) => gzipSync(bytes)),
  },
  read: (bytes, folder) => read(bytes, folder, 'mutant.tgz'),
  message: MESSAGE('mutant.tgz'),
};
