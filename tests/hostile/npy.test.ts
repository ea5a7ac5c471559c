import { zipSync } from 'fflate';
import { encodeNpy } from '../../lib/io/npy';
import { testKnownFiles } from './known-files';

const array = encodeNpy({ shape: [2 ** 20], values: new Uint8Array(2 ** 20) });

/** The archive with the number at `field` of its directory's first entry replaced. */
function withField(archive: Uint8Array, field: number, value: number): Uint8Array {
  const bytes = Buffer.from(archive);
  bytes.writeUInt32LE(value, bytes.indexOf('PK\x01\x02', 0, 'latin1') + field);
  return bytes;
}

/** The end of a zip64 archive whose directory is said to have 2³² entries. */
function endlessDirectory(): Uint8Array {
  const bytes = Buffer.alloc(56 + 20 + 22);
  bytes.writeUInt32LE(0x06064b50, 0);
  bytes.writeUInt32LE(0xffffffff, 32);
  bytes.writeUInt32LE(0x07064b50, 56);
  bytes.writeUInt32LE(0x06054b50, 76);
  bytes.writeUInt16LE(1, 84);
  return bytes;
}

describe('hostile/npz', () => {
  testKnownFiles('npz', [
    [
      'a bomb: 4 GiB in 4 MiB, by entries that state them',
      withField(zipSync({ 'a.npy': array }), 24, 0xfffffffe),
      /entry "a\.npy": got 4294967294 unpacked bytes; expected at most \d+ of \d+ packed/,
    ],
    [
      'an entry with more packed bytes than the file',
      withField(zipSync({ 'a.npy': array }), 20, 2 ** 31),
      /got 2147483648 packed bytes; expected entries within the file's/,
    ],
    ['a directory of 2³² entries', endlessDirectory(), /got \d+ entries; expected at most as many as fit/],
  ]);
});
