import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { dataStatus } from '../../lib/datasets/data-status';
import { ensureDataset } from '../../lib/datasets/ensure';
import type { DatasetEntry, FileSource } from '../../lib/datasets/manifest';
import { tiffFile } from '../io/tiff-file';
import { useScratchData } from './scratch';
import { breakOff, sendFile, serve, type TestServer } from './server';

const RIGHT = tiffFile({ pages: [[1, 2, 3, 4]], width: 2, height: 2, bits: 8 });
/** The same pixels with another header. */
const REWRITTEN = tiffFile({ pages: [[1, 2, 3, 4]], width: 2, height: 2, bits: 8, rowsPerStrip: 1 });
const OTHER = tiffFile({ pages: [[1, 2, 3, 5]], width: 2, height: 2, bits: 8 });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function toy(...sources: FileSource[]): DatasetEntry[] {
  const file = {
    path: 'toy/a.tif',
    maxBytes: 1000,
    accepted: [{ bytes: RIGHT.length, sha256: sha256(RIGHT), origin: 'test' }],
    pixels: { sha256: sha256(Uint8Array.of(1, 2, 3, 4)), origin: 'test' },
    sources,
  };
  const about = { title: 'Toy', homepage: 'https://example.org/', licence: 'CC0', citations: [] };
  return [{ name: 'toy', ...about, files: [file] }];
}

describe('datasets/ensure', () => {
  const folder = useScratchData();
  let server: TestServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  function put(root: string, bytes: Uint8Array | string): string {
    mkdirSync(join(root, 'toy'), { recursive: true });
    writeFileSync(join(root, 'toy/a.tif'), bytes);
    return join(root, 'toy/a.tif');
  }

  it('uses a verified file of the data folder, whichever its header', async () => {
    for (const bytes of [RIGHT, REWRITTEN]) {
      const path = put(folder(), bytes);
      const { paths, origin } = await ensureDataset('toy', { manifest: toy() });
      assert.deepEqual(paths, { 'a.tif': path });
      assert.match(origin, /^data folder/);
    }
  });

  const wrong: [string, Uint8Array | string, RegExp][] = [
    [
      'truncated',
      RIGHT.subarray(0, 50),
      /a\.tif: got 50 bytes, a truncated file; expected \d+ bytes\. Delete the file/,
    ],
    [
      'wrong',
      OTHER,
      /got \d+ bytes with SHA-256 [0-9a-f]{64}; expected \d+ bytes with SHA-256 [0-9a-f]{64}\./,
    ],
    ['too large', new Uint8Array(1001), /got 1001 bytes; expected at most 1000/],
  ];
  for (const [name, bytes, message] of wrong) {
    it(`refuses a ${name} file, and leaves it alone`, async () => {
      const path = put(folder(), bytes);
      await assert.rejects(ensureDataset('toy', { manifest: toy() }), { problem: 'damaged', message });
      assert.ok(existsSync(path));
    });
  }

  it('uses a mirror folder in place, verified', async () => {
    const mirror = join(folder(), 'mirror');
    const path = put(mirror, RIGHT);
    process.env.SEGCOURSE_DATA_MIRROR = mirror;
    const { paths, origin } = await ensureDataset('toy', { manifest: toy() });
    assert.deepEqual(paths, { 'a.tif': path });
    assert.equal(origin, `mirror ${mirror}`);
    assert.ok(!existsSync(join(folder(), 'toy')));
    put(mirror, OTHER);
    await assert.rejects(ensureDataset('toy', { manifest: toy() }), { problem: 'damaged' });
  });

  it('does not go to the internet past a mirror folder', async () => {
    server = await serve((request, response) => sendFile(RIGHT, request, response));
    process.env.SEGCOURSE_DATA_MIRROR = join(folder(), 'empty');
    await assert.rejects(ensureDataset('toy', { manifest: toy({ url: `${server.url}/a.tif` }) }), {
      problem: 'missing',
      message: /toy\/a\.tif: got no such file in the mirror .*empty/,
    });
    assert.equal(server.requests.length, 0);
  });

  it('downloads from a mirror URL', async () => {
    server = await serve((request, response) => sendFile(RIGHT, request, response));
    process.env.SEGCOURSE_DATA_MIRROR = `${server.url}/base`;
    const { paths } = await ensureDataset('toy', { manifest: toy() });
    assert.deepEqual(new Uint8Array(readFileSync(paths['a.tif'])), RIGHT);
    assert.equal(server.requests[0].path, '/base/toy/a.tif');
  });

  it('tries the next source after one that serves the wrong bytes', async () => {
    server = await serve((request, response) =>
      sendFile(request.url === '/bad' ? OTHER : RIGHT, request, response),
    );
    const manifest = toy({ url: `${server.url}/bad` }, { url: `${server.url}/good` });
    const { origin } = await ensureDataset('toy', { manifest });
    assert.equal(origin, `download from ${server.url}/good`);
    assert.deepEqual(readdirSync(join(folder(), 'toy')), ['a.tif']);
  });

  it('leaves nothing behind when every source fails, and says how to go on', async () => {
    server = await serve((request, response) =>
      request.url === '/bad' ? sendFile(OTHER, request, response) : response.writeHead(404).end(),
    );
    const manifest = toy({ url: `${server.url}/bad` }, { url: `${server.url}/none` });
    await assert.rejects(ensureDataset('toy', { manifest }), {
      problem: 'download',
      message: /downloaded .*SHA-256.*HTTP 404.*Get it by hand \(https:\/\/example\.org\/\)/,
    });
    assert.deepEqual(readdirSync(join(folder(), 'toy')), []);
  });

  it('unpacks a file from an archive, and keeps only the file', async () => {
    const zip = zipSync({ 'set/readme.txt': strToU8('hello'), 'set/a.tif': REWRITTEN });
    server = await serve((request, response) => sendFile(zip, request, response));
    const manifest = toy({ url: `${server.url}/set.zip`, entry: 'set/a.tif', maxBytes: 5000 });
    const { paths } = await ensureDataset('toy', { manifest });
    assert.deepEqual(new Uint8Array(readFileSync(paths['a.tif'])), REWRITTEN);
    assert.deepEqual(readdirSync(join(folder(), 'toy')), ['a.tif']);
  });

  it('unpacks two files from one download of an archive, whichever of two calls comes first', async () => {
    const zip = zipSync({ 'set/a.tif': RIGHT, 'set/b.tif': REWRITTEN });
    server = await serve((request, response) => sendFile(zip, request, response));
    const [dataset] = toy({ url: `${server.url}/set.zip`, entry: 'set/a.tif', maxBytes: 5000 });
    const [a] = dataset.files;
    const b = { ...a, path: 'toy/b.tif', sources: [{ ...a.sources[0], entry: 'set/b.tif' }] };
    const manifest = [{ ...dataset, files: [a, b] }];
    const both = await Promise.all([1, 2].map(() => ensureDataset('toy', { manifest })));
    for (const { paths } of both) assert.deepEqual(Object.keys(paths), ['a.tif', 'b.tif']);
    assert.equal(server.requests.length, 1);
    assert.deepEqual(readdirSync(join(folder(), 'toy')), ['a.tif', 'b.tif']);
    assert.deepEqual(readdirSync(folder()), ['toy']);
  });

  it('unpacks over what a source before broke off, and leaves nothing of that', async () => {
    const zip = zipSync({ 'set/a.tif': RIGHT });
    const dropped = breakOff(RIGHT.subarray(0, 10), { etag: '"one"', 'content-length': 500 });
    server = await serve((request, response) =>
      (request.url === '/set.zip' ? sendFile.bind(null, zip) : dropped.handle)(request, response),
    );
    const manifest = toy(
      { url: `${server.url}/a.tif` },
      { url: `${server.url}/set.zip`, entry: 'set/a.tif', maxBytes: 5000 },
    );
    const onProgress = ({ done }: { done: number }) => dropped.onProgress({ received: done > 0 ? 10 : 0 });
    await ensureDataset('toy', { manifest, onProgress });
    assert.deepEqual(readdirSync(join(folder(), 'toy')), ['a.tif']);
  });

  it('gives the files asked for, and refuses names that it does not have', async () => {
    const path = put(folder(), RIGHT);
    const [dataset] = toy();
    const manifest = [{ ...dataset, files: [...dataset.files, { ...dataset.files[0], path: 'toy/b.tif' }] }];
    const { paths } = await ensureDataset('toy', { manifest, files: ['a.tif'] });
    assert.deepEqual(paths, { 'a.tif': path });
    await assert.rejects(ensureDataset('toy', { manifest, files: ['a.tif', 'nope.tif'] }), {
      name: 'RangeError',
      message: /got file "nope\.tif"; expected one of toy's: a\.tif, b\.tif/,
    });
  });

  it('refuses archives that are damaged, lack the file, or hold one too large', async () => {
    const zips: [Uint8Array, RegExp][] = [
      [new Uint8Array(100), /got no directory; expected one, as zip archives end with/],
      [zipSync({ 'set/b.tif': RIGHT }), /entry "set\/a\.tif": got only set\/b\.tif; expected this entry/],
      [zipSync({ 'set/a.tif': new Uint8Array(1_000_000) }), /got 1000000 bytes; expected at most 1000/],
      [zipSync({ 'set/a.tif': OTHER }), /SHA-256/],
    ];
    for (const [zip, message] of zips) {
      server = await serve((request, response) => sendFile(zip, request, response));
      const manifest = toy({ url: `${server.url}/set.zip`, entry: 'set/a.tif', maxBytes: 5000 });
      await assert.rejects(ensureDataset('toy', { manifest }), { problem: 'download', message });
      assert.deepEqual(readdirSync(join(folder(), 'toy')), []);
      await server.close();
    }
  });

  it('tells what is there', async () => {
    assert.deepEqual(await dataStatus(toy()), [
      {
        name: 'toy',
        present: false,
        files: '0 of 1',
        bytes: 0,
        source: 'from a mirror alone (SEGCOURSE_DATA_MIRROR)',
      },
    ]);
    const [downloadable] = await dataStatus(toy({ url: 'https://example.org/a.tif' }));
    assert.equal(downloadable.source, 'to download');
    put(folder(), RIGHT);
    assert.deepEqual(await dataStatus(toy()), [
      {
        name: 'toy',
        present: true,
        files: '1 of 1',
        bytes: RIGHT.length,
        source: `data folder ${folder()}`,
      },
    ]);
  });

  it('says what to do where nobody is known to have the files', async () => {
    await assert.rejects(ensureDataset('toy', { manifest: toy() }), {
      problem: 'missing',
      message:
        /^toy\/a\.tif: got no such file in .*; set SEGCOURSE_DATA_MIRROR to .*https:\/\/example\.org\//,
    });
    assert.deepEqual(readdirSync(folder()), []);
  });
});
