import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeNpy, encodeNpy, readNpy, writeNpy } from '../../lib/io/npy';
import { decodeNpz, readNpz, writeNpz } from '../../lib/io/npz';
import { golden } from '../golden';

interface NpyCase {
  name: string;
  type: string;
  shape: number[];
  file: string;
}

const { cases, refused, archives } = golden<{
  cases: NpyCase[];
  refused: Record<string, string>;
  archives: Record<string, string>;
}>('npy');
const unpack = (packed: string) => new Uint8Array(gunzipSync(Buffer.from(packed, 'base64')));

const ARRAYS: Record<string, string> = {
  ...{ b1: 'Uint8', i1: 'Int8', i2: 'Int16', i4: 'Int32', i8: 'BigInt64', u1: 'Uint8', u2: 'Uint16' },
  ...{ u4: 'Uint32', u8: 'BigUint64', f2: 'Float32', f4: 'Float32', f8: 'Float64' },
};

/** The formula of tests/goldens/npy.py. */
const formula = (count: number) =>
  Array.from({ length: count }, (_, index) => (7 * index * index + index) % 120);
const countOf = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

describe('io/npy', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segcourse-npy-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const { name, type, shape, file } of cases) {
    it(`reads NumPy's ${name}`, async () => {
      const array = await decodeNpy(unpack(file), name);
      assert.deepEqual(array.shape, shape);
      assert.equal(array.values.constructor.name, `${ARRAYS[type]}Array`);
      const expected = formula(countOf(shape)).map((value) => (type === 'b1' ? Number(value > 0) : value));
      assert.deepEqual(Array.from(array.values as Float32Array, Number), expected);
    });
  }

  it("writes NumPy's bytes", async () => {
    const rewritten = cases.filter(
      ({ name, type }) =>
        !name.startsWith('>') && !name.endsWith(' F') && !/^version|b1|f2/.test(name + type),
    );
    assert.ok(rewritten.length > 10);
    for (const { name, file } of rewritten) {
      const bytes = unpack(file);
      assert.deepEqual(new Uint8Array(encodeNpy(await decodeNpy(bytes, name))), bytes, name);
    }
  });

  it('reads some rows of a file on disk, and writes files', async () => {
    const path = join(folder, 'new', 'a.npy');
    writeNpy(path, { shape: [5, 2], values: Int16Array.from({ length: 10 }, (_, index) => index) });
    const rows = await readNpy(path, { rows: [1, 3] });
    assert.deepEqual(rows, { shape: [2, 2], values: Int16Array.of(2, 3, 4, 5) });
    assert.deepEqual((await readNpy(path, { rows: [5, 5] })).shape, [0, 2]);
    await assert.rejects(readNpy(path, { rows: [1, 6] }), {
      name: 'RangeError',
      message: /rows 1 to 6; .* 0 to 5/,
    });
    await assert.rejects(readNpy(path, { maxBytes: 19 }), /a\.npy: data: got 20 bytes; expected at most 19/);
    assert.equal((await readNpy(path, { maxBytes: 4, rows: [0, 1] })).values.length, 2);
  });

  it('gives numbers of their own, not views of what was given', async () => {
    const bytes = encodeNpy({ shape: [2], values: Uint8Array.of(1, 2) });
    const { values } = await decodeNpy(bytes, 'a');
    bytes.fill(9);
    assert.deepEqual([...values], [1, 2]);
  });

  it('refuses to write values that do not fill their shape', () => {
    assert.throws(
      () => encodeNpy({ shape: [3], values: new Uint8Array(2) }),
      /got 2 values for shape \[3\]; expected 3/,
    );
  });

  describe('refuses, naming what it is', () => {
    const names: Record<string, RegExp> = {
      objects: /type "\|O", objects, which are Python pickles that can run code; expected one of b1, i1/,
      'complex numbers': /type "<c8", complex numbers; expected/,
      texts: /type "<U1", texts; expected/,
      records: /got records .*; expected .*save each field/,
      dates: /got type "<M8\[D\]"; expected/,
    };
    for (const [name, file] of Object.entries(refused)) {
      it(name, () => assert.rejects(decodeNpy(unpack(file), 'a.npy'), names[name]));
    }

    const header = (text: string, data = 0) => {
      const bytes = Buffer.alloc(10 + text.length + data);
      bytes.write(`\x93NUMPY\x01\0`, 0, 'latin1');
      bytes.writeUInt16LE(text.length, 8);
      bytes.write(text, 10, 'latin1');
      return bytes;
    };
    const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    for (const [name, bytes, message] of [
      ['an empty file', new Uint8Array(), /a\.npy: header: got a file of 0 bytes/],
      ['another format', Buffer.from('PK\x03\x04 and more'), /offset 0 \(magic\): got "PK/],
      [
        'version 4',
        Buffer.from('\x93NUMPY\x04\0\0\0\0\0', 'latin1'),
        /offset 6 \(version\): got 4\.0; expected 1\.0/,
      ],
      [
        'a header longer than the file',
        Buffer.from('\x93NUMPY\x02\0\xff\xff\xff\xff', 'latin1'),
        /offset 8 \(header length\): got 4294967295 bytes; expected at most 0/,
      ],
      ['too few numbers', header(good, 7), /offset 67 \(data\): got 7 bytes; expected 8 for shape \(2\)/],
      [
        'a huge shape',
        header(good.replace('(2,)', `(${2 ** 50}, 4096, 0x)`)),
        /offset 10 \(header\): got .*; expected/,
      ],
      [
        'a product beyond all numbers',
        header(good.replace('(2,)', `(${Array(40).fill(2 ** 50)})`), 8),
        /\(data\): got 8 bytes; expected/,
      ],
      [
        'a header that runs code',
        header('__import__("os").system("true")'),
        /got "__import__.*; expected a dictionary/,
      ],
      ['no shape', header("{'descr': '<f4', 'fortran_order': False, }"), /got no shape; expected a tuple/],
      [
        'a type named like an object method',
        header(good.replace('<f4', '<toString')),
        /got type "<toString"/,
      ],
    ] as const) {
      it(name, () => assert.rejects(decodeNpy(bytes, 'a.npy'), message));
    }
  });
});

describe('io/npz', () => {
  for (const [name, file] of Object.entries(archives)) {
    it(`reads what numpy.${name} wrote, all or some; names like ../up are names`, async () => {
      const all = await decodeNpz(unpack(file), name);
      assert.deepEqual(Object.keys(all).sort(), ['../up', 'image', 'mask']);
      assert.deepEqual(all.mask, { shape: [64, 64], values: new Uint8Array(4096) });
      assert.deepEqual(Array.from(all.image.values as Float32Array), formula(12));
      assert.deepEqual(all['../up'].values, BigInt64Array.of(0n, 8n));
      assert.deepEqual(Object.keys(await decodeNpz(unpack(file), name, { names: ['mask'] })), ['mask']);
    });
  }

  it('writes what it reads, packed or not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'segcourse-npz-'));
    try {
      const path = join(folder, 'a.npz');
      const arrays = {
        zeros: { shape: [100, 100], values: new Uint16Array(10_000) },
        one: { shape: [], values: Float64Array.of(1) },
      };
      for (const compress of [true, false]) {
        writeNpz(path, arrays, { compress });
        assert.deepEqual({ ...(await readNpz(path)) }, arrays);
      }
      await assert.rejects(
        readNpz(path, { maxBytes: 1000 }),
        /a\.npz: file: got \d+ bytes; expected at most 1000/,
      );
      await writeFile(path, 'no zip');
      await assert.rejects(readNpz(path), /a\.npz: offset 0 to \d+ \(archive\): got no readable zip/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses absent names and more than maxBytes unpacked', async () => {
    const bytes = unpack(archives.savez_compressed);
    await assert.rejects(
      decodeNpz(bytes, 'a.npz', { names: ['masks'] }),
      /array "masks": got none .* one of: mask, image/,
    );
    await assert.rejects(
      decodeNpz(bytes, 'a.npz', { maxBytes: 4000 }),
      /got \d+ unpacked bytes in all; expected at most 4000/,
    );
  });
});
