import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { downloadFile, type DownloadProgress } from '../../lib/datasets/download';
import { useScratchData } from './scratch';
import { breakOff, sendFile, serve, type TestServer } from './server';

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) >>> 5);

describe('datasets/download', () => {
  const folder = useScratchData();
  const target = () => join(folder(), 'file.bin');
  let server: TestServer;
  afterEach(() => server.close());

  it('downloads, reports progress and leaves one file', async () => {
    server = await serve((request, response) => sendFile(CONTENT, request, response));
    const progress: DownloadProgress[] = [];
    await downloadFile(server.url, target(), {
      maxBytes: 300_000,
      onProgress: (step) => progress.push(step),
    });
    assert.deepEqual(new Uint8Array(readFileSync(target())), CONTENT);
    assert.deepEqual(progress.at(-1), { url: server.url, received: 300_000, total: 300_000 });
    assert.deepEqual(readdirSync(folder()), ['file.bin']);
  });

  it('continues after a dropped connection with the bytes that are missing', async () => {
    const dropped = breakOff(CONTENT.subarray(0, 100_000), { 'content-length': CONTENT.length });
    server = await serve((request, response, count) =>
      (count > 1 ? sendFile.bind(null, CONTENT) : dropped.handle)(request, response),
    );
    await downloadFile(server.url, target(), { maxBytes: 300_000, onProgress: dropped.onProgress });
    assert.deepEqual(new Uint8Array(readFileSync(target())), CONTENT);
    assert.deepEqual(
      server.requests.map(({ range }) => range),
      [undefined, 'bytes=100000-'],
    );
  });

  it('continues what an earlier call left', async () => {
    server = await serve((request, response) => sendFile(CONTENT, request, response));
    writeFileSync(`${target()}.part`, CONTENT.subarray(0, 1234));
    await downloadFile(server.url, target(), { maxBytes: 300_000 });
    assert.equal(server.requests[0].range, 'bytes=1234-');
    assert.deepEqual(new Uint8Array(readFileSync(target())), CONTENT);
  });

  it('downloads once for two calls at the same time', async () => {
    server = await serve((request, response) => sendFile(CONTENT, request, response));
    const verify = async (path: string) => assert.deepEqual(new Uint8Array(readFileSync(path)), CONTENT);
    await Promise.all([1, 2, 3].map(() => downloadFile(server.url, target(), { maxBytes: 300_000, verify })));
    assert.equal(server.requests.length, 1);
    assert.deepEqual(new Uint8Array(readFileSync(target())), CONTENT);
    assert.deepEqual(readdirSync(folder()), ['file.bin']);
  });

  it('takes over from a process that ended in the middle', async () => {
    server = await serve((request, response) => sendFile(CONTENT, request, response));
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'exit');
    writeFileSync(`${target()}.lock`, JSON.stringify({ pid: ended.pid, host: hostname() }));
    writeFileSync(`${target()}.part`, CONTENT.subarray(0, 1234));
    await downloadFile(server.url, target(), { maxBytes: 300_000 });
    assert.equal(server.requests[0].range, 'bytes=1234-');
    assert.deepEqual(readdirSync(folder()), ['file.bin']);
  });

  const versions: [string, Record<string, string>, Record<string, string>, string | undefined][] = [
    ['ETag', { etag: '"one"', 'last-modified': 'Mon' }, { etag: '"two"' }, '"one"'],
    ['date', { etag: 'W/"weak"', 'last-modified': 'Mon' }, { 'last-modified': 'Tue' }, 'Mon'],
  ];
  for (const [name, before, after, ifRange] of versions) {
    for (const heedsIfRange of [true, false]) {
      it(`starts again where the file changed by its ${name} (If-Range ${heedsIfRange ? '' : 'un'}heeded)`, async () => {
        const inverse = CONTENT.map((byte) => 255 - byte).subarray(0, 1000);
        const dropped = breakOff(inverse, { ...before, 'content-length': CONTENT.length });
        server = await serve((request, response, count) => {
          if (count === 1) return dropped.handle(request, response);
          for (const [header, value] of Object.entries(after)) response.setHeader(header, value);
          if (heedsIfRange && request.headers['if-range']) delete request.headers.range;
          sendFile(CONTENT, request, response);
        });
        await downloadFile(server.url, target(), { maxBytes: 300_000, onProgress: dropped.onProgress });
        assert.deepEqual(server.requests[1], { path: '/', range: 'bytes=1000-', ifRange });
        assert.deepEqual(new Uint8Array(readFileSync(target())), CONTENT);
        assert.deepEqual(readdirSync(folder()), ['file.bin']);
      });
    }
  }

  it('continues the version that it began, also in a later call', async () => {
    const dropped = breakOff(CONTENT.subarray(0, 1000), { etag: '"one"', 'content-length': CONTENT.length });
    server = await serve((request, response, count) => {
      if (count === 1) return dropped.handle(request, response);
      response.setHeader('etag', '"one"');
      sendFile(CONTENT, request, response);
    });
    const options = { maxBytes: 300_000, onProgress: dropped.onProgress };
    await assert.rejects(downloadFile(server.url, target(), { ...options, attempts: 1 }), /connection 1/);
    await downloadFile(server.url, target(), options);
    assert.deepEqual(server.requests[1], { path: '/', range: 'bytes=1000-', ifRange: '"one"' });
    assert.equal(server.requests.length, 2);
    assert.deepEqual(new Uint8Array(readFileSync(target())), CONTENT);
  });

  it('starts again where the server ignores ranges, or has nothing after the part', async () => {
    server = await serve((_, response) => response.writeHead(200).end(CONTENT));
    writeFileSync(`${target()}.part`, 'rubbish');
    await downloadFile(server.url, target(), { maxBytes: 300_000 });
    assert.deepEqual(new Uint8Array(readFileSync(target())), CONTENT);
    await server.close();

    server = await serve((request, response) => sendFile(CONTENT, request, response));
    writeFileSync(`${target()}.part`, new Uint8Array(300_000));
    await downloadFile(server.url, target(), { maxBytes: 300_000 });
    assert.deepEqual(new Uint8Array(readFileSync(target())), CONTENT);
  });

  it('gives up a server that always breaks off, without a file of that name', async () => {
    server = await serve((request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 1000), () => request.socket.end());
    });
    await assert.rejects(downloadFile(server.url, target(), { maxBytes: 300_000 }), {
      name: 'DataError',
      problem: 'download',
      message: /127\.0\.0\.1.*\(connection \d\)/,
    });
    assert.ok(!existsSync(target()));
  });

  it('gives up a silent server', async () => {
    server = await serve(() => undefined);
    await assert.rejects(
      downloadFile(server.url, target(), { maxBytes: 10, timeout: 50 }),
      /no byte in 0.05 s/,
    );
  });

  it('says so when there is no network', async () => {
    server = await serve(() => undefined);
    await server.close();
    await assert.rejects(
      downloadFile(server.url, target(), { maxBytes: 10 }),
      /ECONNREFUSED.*\(connection 1\)/,
    );
    assert.deepEqual(readdirSync(folder()), []);
  });

  it('does not try again after HTTP 404', async () => {
    server = await serve((_, response) => response.writeHead(404).end('no'));
    await assert.rejects(
      downloadFile(server.url, target(), { maxBytes: 10 }),
      /got HTTP 404 Not Found; expected the file/,
    );
    assert.equal(server.requests.length, 1);
    assert.deepEqual(readdirSync(folder()), []);
  });

  const unwanted: [string, number, Record<string, string | number>][] = [
    ['an HTTP error', 500, {}],
    ['a file too large', 200, { 'content-length': 400_000 }],
    ['another range', 206, { 'content-range': 'bytes 5-299999/300000' }],
  ];
  for (const [name, status, headers] of unwanted) {
    it(`hangs up on ${name}`, async () => {
      const hungUp: Promise<unknown>[] = [];
      server = await serve((_, response, count) => {
        if (count > 1) return void response.writeHead(404).end();
        hungUp.push(once(response, 'close'));
        response.writeHead(status, headers).write(CONTENT.subarray(0, 100));
      });
      writeFileSync(`${target()}.part`, CONTENT.subarray(0, 1234));
      await assert.rejects(downloadFile(server.url, target(), { maxBytes: 300_000 }), { name: 'DataError' });
      await Promise.all(hungUp);
      assert.equal(hungUp.length, 1);
    });
  }

  it('refuses more bytes than expected, announced or not, and deletes them', async () => {
    for (const announced of [true, false]) {
      server = await serve((_, response) => {
        response.writeHead(200, announced ? { 'content-length': CONTENT.length } : {}).end(CONTENT);
      });
      await assert.rejects(
        downloadFile(server.url, target(), { maxBytes: 200_000 }),
        /expected at most|at most/,
      );
      assert.deepEqual(readdirSync(folder()), []);
      assert.equal(server.requests.length, 1);
      if (announced) await server.close();
    }
  });

  it('deletes what does not verify', async () => {
    server = await serve((request, response) => sendFile(CONTENT, request, response));
    const verify = () => Promise.reject(new Error('wrong hash'));
    await assert.rejects(downloadFile(server.url, target(), { maxBytes: 300_000, verify }), /wrong hash/);
    assert.deepEqual(readdirSync(folder()), []);
    assert.ok(!existsSync(target()));
  });
});
