import assert from 'node:assert/strict';
import { zipSync } from 'fflate';
import { decodeNpy, encodeNpy } from '../../lib/io/npy';
import { decodeNpz } from '../../lib/io/npz';
import { survives, survivesMutations } from './mutations';
import { LIMITS, NPY_ERROR, NPZ_ERROR, npyFiles, npzFiles } from './npy-files';

const readNpyBytes = (bytes: Uint8Array) => decodeNpy(bytes, 'mutant', LIMITS);
const readNpzBytes = (bytes: Uint8Array) => decodeNpz(bytes, 'mutant', LIMITS);

describe('hostile/npy', () => {
  it('survives 500 seeded mutations', async () => {
    const counts = await survivesMutations(
      readNpyBytes,
      npyFiles(),
      { seed: 21, count: 500 },
      { message: NPY_ERROR },
    );
    assert.ok(counts.read > 50 && counts.refused > 100);
  });
});

describe('hostile/npz', () => {
  it('survives 500 seeded mutations', async () => {
    const counts = await survivesMutations(
      readNpzBytes,
      npzFiles(),
      { seed: 22, count: 500 },
      { message: NPZ_ERROR },
    );
    assert.ok(counts.read > 50 && counts.refused > 100);
  });

  const array = encodeNpy({ shape: [2 ** 20], values: new Uint8Array(2 ** 20) });

  /** The archive with the number at `field` of its directory's first entry replaced. */
  function withField(archive: Uint8Array, field: number, value: number): Uint8Array {
    const bytes = Buffer.from(archive);
    bytes.writeUInt32LE(value, bytes.indexOf('PK\x01\x02', 0, 'latin1') + field);
    return new Uint8Array(bytes);
  }
  const bomb = zipSync(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.npy`, array])));
  const end64 = Buffer.alloc(56 + 20 + 22);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeUInt32LE(0xffffffff, 32);
  end64.writeUInt32LE(0x07064b50, 56);
  end64.writeUInt32LE(0x06054b50, 76);
  end64.writeUInt16LE(1, 84);

  for (const [name, bytes, message] of [
    [
      'a bomb: 40 MiB in a few KiB',
      bomb,
      /entry ".*": got \d+ unpacked bytes in all; expected at most 16777216/,
    ],
    [
      'an entry that claims 4 GiB',
      withField(zipSync({ 'a.npy': array }), 24, 0xfffffffe),
      /entry "a\.npy": got 4294967294 unpacked bytes; expected at most \d+ of \d+ packed/,
    ],
    [
      'an entry with more packed bytes than the file',
      withField(zipSync({ 'a.npy': array }), 20, 2 ** 31),
      /got 2147483648 packed bytes; expected entries within the file's/,
    ],
    ['a directory of 2³² entries', new Uint8Array(end64), /got \d+ entries; expected at most as many as fit/],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const outcome = await survives(readNpzBytes, bytes, { message: NPZ_ERROR, allocation: 2 ** 22 });
      assert.match(String(outcome), message);
    });
  }
});
