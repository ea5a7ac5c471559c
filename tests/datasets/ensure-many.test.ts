import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import type { DataProgress } from '../../lib/datasets/data-progress';
import { ensureDataset } from '../../lib/datasets/ensure';
import { parseManifest, readManifest, type DatasetEntry } from '../../lib/datasets/manifest';
import { realData } from '../real-data';
import { useScratchData } from './scratch';
import { sendFile, serve, type TestServer } from './server';

const COUNT = 12;
const AT_ONCE = 5;
const BYTES = 40_000;
const nameOf = (index: number) => `part-${String(index).padStart(2, '0')}.bin`;
const contentOf = (index: number) => new Uint8Array(BYTES).fill(index + 1);
const indexOf = (path = '') => Number(/part-(\d+)/.exec(path)?.[1]);

describe('datasets/ensure, many files', () => {
  const folder = useScratchData();
  let server: TestServer | undefined;
  let manifest: DatasetEntry[];
  beforeEach(() => {
    manifest = parseManifest(many(), writeListing());
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  /** Twelve files in a listing; gives the path of the manifest beside it. */
  function writeListing(): string {
    const lines = Array.from({ length: COUNT }, (_, index) => {
      const sha256 = createHash('sha256').update(contentOf(index)).digest('hex');
      return `${sha256}\t${BYTES}\tmany/${nameOf(index)}`;
    });
    mkdirSync(join(folder(), 'lists'));
    writeFileSync(join(folder(), 'lists/many.tsv'), ['sha256\tbytes\tpath', ...lines, ''].join('\n'));
    return join(folder(), 'manifest.json');
  }

  function many(): unknown {
    const about = { title: 'Many', homepage: 'https://example.org/', licence: 'CC0', citations: ['Nobody'] };
    return { datasets: { many: { ...about, listing: { file: 'lists/many.tsv', origin: 'test' } } } };
  }

  async function mirrorBy(handle: (request: IncomingMessage, response: ServerResponse) => void) {
    server = await serve(handle);
    process.env.SEGCOURSE_DATA_MIRROR = server.url;
    return server;
  }

  const send = (request: IncomingMessage, response: ServerResponse) =>
    sendFile(contentOf(indexOf(request.url)), request, response);
  const kept = () => readdirSync(join(folder(), 'many')).sort();
  const all = Array.from({ length: COUNT }, (_, index) => nameOf(index));

  it('downloads several at the same time, and tells bytes and files of all', async () => {
    const waiting: (() => void)[] = [];
    let open = 0;
    let most = 0;
    let begun = 0;
    await mirrorBy((request, response) => {
      most = Math.max(most, ++open);
      response.on('close', () => open--);
      waiting.push(() => send(request, response));
      // Nobody is answered before as many have come as can come.
      if (++begun % AT_ONCE === 0 || begun === COUNT) waiting.splice(0).forEach((answer) => answer());
    });
    const told: DataProgress[] = [];
    const { paths, origin } = await ensureDataset('many', { manifest, onProgress: (one) => told.push(one) });
    assert.equal(most, AT_ONCE);
    assert.deepEqual(Object.keys(paths), all);
    assert.equal(origin.split(' and ').length, COUNT);
    for (const [name, path] of Object.entries(paths)) {
      assert.deepEqual(new Uint8Array(readFileSync(path)), contentOf(indexOf(name)));
    }
    assert.deepEqual(kept(), all);
    assert.deepEqual(told.at(-1), {
      stage: 'download',
      done: COUNT * BYTES,
      total: COUNT * BYTES,
      files: { done: COUNT, total: COUNT },
    });
    assert.ok(
      told.every(({ done, total }, at) => total === COUNT * BYTES && done >= (told[at - 1]?.done ?? 0)),
    );
  });

  it('names the files that failed, keeps the others and asks for the missing ones alone next time', async () => {
    let broken = true;
    const { requests } = await mirrorBy((request, response) => {
      if (broken && [3, 7].includes(indexOf(request.url))) return void response.writeHead(404).end();
      send(request, response);
    });
    await assert.rejects(ensureDataset('many', { manifest }), (error: Error & { problem: string }) => {
      assert.equal(error.problem, 'download');
      assert.match(error.message, /^many: got 10 of 12 files, which are kept; the next call continues\. /);
      const named = [...error.message.matchAll(/part-(\d+)\.bin: got HTTP 404/g)].map(([, index]) => index);
      assert.deepEqual(named.sort(), ['03', '07']);
      return true;
    });
    assert.deepEqual(
      kept(),
      all.filter((_, index) => ![3, 7].includes(index)),
    );
    broken = false;
    requests.length = 0;
    const told: DataProgress[] = [];
    await ensureDataset('many', { manifest, onProgress: (one) => told.push(one) });
    assert.deepEqual(requests.map(({ path }) => indexOf(path)).sort(), [3, 7]);
    assert.equal(told.at(-1)?.total, 2 * BYTES);
    assert.deepEqual(kept(), all);
  });

  it('begins no more files after five that failed', async () => {
    const { requests } = await mirrorBy((_, response) => void response.writeHead(500).end());
    await assert.rejects(ensureDataset('many', { manifest }), /many: got 0 of 12 files/);
    assert.ok(requests.length >= AT_ONCE && requests.length < COUNT, `${requests.length} requests`);
  });

  it('refuses wrong bytes in one of them', async () => {
    await mirrorBy((request, response) => {
      const index = indexOf(request.url);
      sendFile(contentOf(index === 5 ? 6 : index), request, response);
    });
    await assert.rejects(ensureDataset('many', { manifest }), /11 of 12 files.*part-05\.bin.*SHA-256/);
    assert.ok(!existsSync(join(folder(), 'many', nameOf(5))));
  });

  it('continues each file after the process was killed in the middle of several', async () => {
    const whole = 3;
    const half = BYTES / 2;
    let killed = false;
    const { requests } = await mirrorBy((request, response) => {
      const index = indexOf(request.url);
      if (killed || index < whole) return send(request, response);
      response.writeHead(200, { 'content-length': BYTES });
      response.write(contentOf(index).subarray(0, half));
    });
    const child = spawn(
      process.execPath,
      [
        '-r',
        'ts-node/register/transpile-only',
        '-e',
        CHILD,
        join(folder(), 'manifest.json'),
        JSON.stringify(many()),
      ],
      { cwd: resolve(__dirname, '../..'), stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    const exited = once(child, 'exit');
    child.on('message', ({ done }: DataProgress) => {
      if (done === whole * BYTES + AT_ONCE * half) child.kill('SIGKILL');
    });
    assert.deepEqual(await exited, [null, 'SIGKILL']);
    const parts = kept().filter((name) => name.endsWith('.part'));
    assert.equal(parts.length, AT_ONCE);
    for (const part of parts) assert.equal(statSync(join(folder(), 'many', part)).size, half);

    killed = true;
    requests.length = 0;
    await ensureDataset('many', { manifest });
    assert.deepEqual(kept(), all);
    const ranges = requests
      .map(({ path, range }) => [indexOf(path), range])
      .sort(([a], [b]) => Number(a) - Number(b));
    assert.deepEqual(
      ranges,
      all.slice(whole).map((name, at) => [indexOf(name), at < AT_ONCE ? `bytes=${half}-` : undefined]),
    );
    assert.deepEqual(readdirSync(folder()).sort(), ['lists', 'many']);
  });

  it('finds all files of the real data sets as the manifest says', async function () {
    this.timeout(120_000);
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'nuclei/index.tsv');
    const counts: Record<string, number> = {};
    for (const { name, optional } of readManifest()) {
      if (optional === undefined) counts[name] = Object.keys((await ensureDataset(name)).paths).length;
    }
    assert.deepEqual(counts, {
      isbi2012: 3,
      nuclei: 1329,
      voc: 861,
      ct: 128,
      brain3d: 2,
      video: 2,
      squeezenet: 2,
      'deeplab-voc': 4,
    });
  });
});

const CHILD = `
  const { ensureDataset } = require('./lib/datasets/ensure');
  const { parseManifest } = require('./lib/datasets/manifest');
  const [path, content] = process.argv.slice(-2);
  const manifest = parseManifest(JSON.parse(content), path);
  ensureDataset('many', { manifest, onProgress: (progress) => process.send(progress) });
`;
