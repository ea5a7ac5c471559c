import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SampleCache, type SampleCacheOptions } from '../../lib/datasets/cache';
import type { Image, Samples, Volume } from '../../lib/io/image';

const image = (values: number[]): Image<Float32Array> => ({
  data: Float32Array.from(values),
  shape: [1, values.length],
  channels: 1,
});

describe('datasets/cache', () => {
  let folder: string;
  let made: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'segcourse-cache-'));
    made = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const cacheOf = (options: SampleCacheOptions = {}) =>
    new SampleCache({ folder: join(folder, 'c'), ...options });
  const make = (values = [1, 2]) => {
    return () => {
      made++;
      return { image: image(values) };
    };
  };
  const entries = () => readdirSync(join(folder, 'c')).map((name) => join(folder, 'c', name));

  it('makes images once, in memory and for the next process', async () => {
    const cache = cacheOf();
    const first = await cache.get({ version: 1 }, make());
    assert.equal(await cache.get({ version: 1 }, make()), first);
    assert.deepEqual(await cacheOf().get({ version: 1 }, make()), first);
    assert.equal(made, 1);
    assert.equal(cache.memoryBytes, 8);
  });

  it('gives volumes of every type back as they were, with their affine', async () => {
    const affine = [1, 0, 0, 0.1, 0, 1, 0, 0, 0, 0, -2.5, 3, 0, 0, 0, 1];
    const arrays: Samples[] = [
      Uint8Array.of(255, 1),
      Int8Array.of(-1, 1),
      Uint16Array.of(65535, 1),
      Int16Array.of(-5, 1),
      Uint32Array.of(2 ** 32 - 1, 1),
      Int32Array.of(-7, 1),
      Float32Array.of(0.1, NaN),
      Float64Array.of(0.1, -Infinity),
    ];
    for (const [version, data] of arrays.entries()) {
      const volume: Volume = { data, shape: [1, 1, 2], channels: 1, affine };
      const original = { volume, mask: { data: Uint8Array.of(0, 1), shape: [1, 1, 2], channels: 1 } };
      await cacheOf().get({ version }, () => original);
      assert.deepEqual(await cacheOf().get({ version }, () => assert.fail('made twice')), original);
    }
  });

  it('tells apart contents, parameters and versions, and nothing else', async () => {
    const [a, b] = ['a', 'b'].map((name) => join(folder, name));
    writeFileSync(a, 'same');
    writeFileSync(b, 'same');
    const cache = cacheOf();
    const count = async (...keys: Parameters<typeof cache.get>[0][]) => {
      made = 0;
      for (const key of keys) await cache.get(key, make());
      return made;
    };
    assert.equal(await count({ files: [a], version: 1 }, { files: [b], version: 1 }), 1, 'name');
    assert.equal(await count({ files: [a], version: 2 }, { files: [a], version: '2' }), 2, 'version');
    const orders = [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ];
    assert.equal(await count(...orders.map((parameters) => ({ version: 3, parameters }))), 1, 'order');
    const others = [{ a: 1 }, { a: 2 }, { a: null }, { a: Infinity }, { a: Float32Array.of(1) }, undefined];
    assert.equal(await count(...others.map((parameters) => ({ version: 4, parameters }))), others.length);
    writeFileSync(b, 'other');
    assert.equal(await count({ files: [b], version: 1 }, { files: [a, b], version: 1 }), 2, 'content');
  });

  it('makes a damaged entry anew, whichever byte is damaged', async () => {
    await cacheOf().get({ version: 1 }, make());
    const [file] = entries();
    const whole = readFileSync(file);
    for (const at of [0, 31, 32, 45, whole.length - 1]) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 1;
      writeFileSync(file, bytes);
      made = 0;
      assert.deepEqual(await cacheOf().get({ version: 1 }, make()), { image: image([1, 2]) });
      assert.equal(made, 1, `byte ${at}`);
      assert.ok(readFileSync(file).equals(whole), 'rebuilt');
    }
    for (const length of [0, 20, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      made = 0;
      await cacheOf().get({ version: 1 }, make());
      assert.equal(made, 1, `${length} bytes`);
    }
  });

  it('keeps in memory what was used last', async () => {
    const cache = cacheOf({ memoryBytes: 16, diskBytes: 0 });
    const get = (version: number) => cache.get({ version }, make());
    for (const version of [1, 2, 1, 3, 1, 3]) await get(version);
    assert.equal(made, 3);
    assert.equal(cache.memoryBytes, 16);
    await get(2);
    assert.equal(made, 4, 'the least recently used was dropped');
    await cache.get({ version: 9 }, make([1, 2, 3, 4, 5]));
    assert.equal(cache.memoryBytes, 16, 'what is too large is not kept');
    assert.ok(!readdirSync(folder).includes('c'));
  });

  it('keeps on disk what was used last', async () => {
    await cacheOf().get({ version: 0 }, make());
    const [first] = entries();
    const size = readFileSync(first).length;
    const cache = cacheOf({ memoryBytes: 0, diskBytes: 3.5 * size });
    await cache.get({ version: 1 }, make());
    const second = entries().find((file) => file !== first)!;
    utimesSync(first, 1000, 1000);
    utimesSync(second, 2000, 2000);
    await cache.get({ version: 0 }, make()); // used now
    for (const version of [2, 3]) await cache.get({ version }, make());
    assert.equal(entries().length, 3);
    assert.ok(entries().includes(first) && !entries().includes(second));
  });

  it('makes what several ask for at once only once, and does not keep an error', async () => {
    const cache = cacheOf();
    const key = { version: 1 };
    const failing = () => {
      made++;
      throw new Error('no');
    };
    const asked = await Promise.allSettled([cache.get(key, failing), cache.get(key, failing)]);
    assert.deepEqual([made, ...asked.map(({ status }) => status)], [1, 'rejected', 'rejected']);
    const [a, b] = await Promise.all([cache.get(key, make()), cache.get(key, make())]);
    assert.equal(a, b);
    assert.equal(made, 2);
    assert.deepEqual(entries().length, 1, 'no part is left');
    await assert.rejects(cache.get({ files: [join(folder, 'none')], version: 1 }, make()), /ENOENT/);
  });

  it('goes on with a warning where the disk cannot be written to', async () => {
    writeFileSync(join(folder, 'file'), '');
    chmodSync(join(folder, 'file'), 0o400);
    const cache = new SampleCache({ folder: join(folder, 'file') });
    const warnings: string[] = [];
    const { emitWarning } = process;
    process.emitWarning = (warning: string | Error) => void warnings.push(String(warning));
    try {
      for (const version of [1, 2])
        assert.deepEqual(await cache.get({ version }, make()), { image: image([1, 2]) });
    } finally {
      process.emitWarning = emitWarning;
    }
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /SampleCache: .*file cannot be used/);
  });

  it('refuses sizes that are none', () => {
    assert.throws(
      () => new SampleCache({ memoryBytes: -1 }),
      /got memoryBytes -1; expected a number of at least 0/,
    );
    assert.throws(() => new SampleCache({ diskBytes: NaN }), /got diskBytes NaN/);
  });
});
