import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type BoxKind, openBox } from '../../../grading/sandbox';
import { needBubblewrap, nodeBox, runNode, traces } from './boxes';
import * as programs from './hostile-programs';

describe('walls of boxes', () => {
  let folder: string;
  let kind: BoxKind;

  before(async function () {
    kind = await needBubblewrap(this);
    folder = mkdtempSync(path.join(os.tmpdir(), 'segcourse-view-'));
    mkdirSync(path.join(folder, 'inner'));
    writeFileSync(path.join(folder, 'file'), 'kept');
    process.env.SEGCOURSE_SECRET = 'SECRET';
  });

  after(() => {
    if (folder) rmSync(folder, { recursive: true });
    delete process.env.SEGCOURSE_SECRET;
  });

  afterEach(() => assert.deepEqual(traces(), []));

  it('sees no process, file, environment or right of the host', async () => {
    const { stdout, stderr } = await runNode(programs.LOOK_AROUND, { kind });
    assert.equal(stderr, '');
    assert.equal(stdout, 'looked\n');
  });

  it('has no environment but what it was given', async () => {
    const code = 'console.log(JSON.stringify(process.env))';
    const { stdout } = await runNode(code, { kind, env: { LANG: 'C.UTF-8', EMPTY: '' } });
    assert.deepEqual(JSON.parse(stdout), { LANG: 'C.UTF-8', EMPTY: '', TMPDIR: '/scratch', PWD: '/scratch' });
  });

  it('writes in its scratch only, whatever links it makes', async () => {
    const readOnly = [{ from: folder, to: '/view' }];
    const { stdout, stderr } = await runNode(programs.WRITE_OUTSIDE, { kind, readOnly });
    assert.equal(stderr, '');
    assert.equal(stdout, 'own,own2\n');
    assert.equal(readFileSync(path.join(folder, 'file'), 'utf8'), 'kept');
    assert.deepEqual(readdirSync(folder).sort(), ['file', 'inner']);
  });

  it('reads views behind folders that only their owner may pass', async function () {
    const closed = path.join(folder, 'inner');
    const view = path.join(closed, 'view');
    mkdirSync(view, { mode: 0o755 });
    writeFileSync(path.join(view, 'file'), 'seen', { mode: 0o644 });
    const readOnly = [
      { from: view, to: '/view' },
      { from: path.join(view, 'file'), to: '/one' },
    ];
    const code =
      "const fs = require('node:fs'); console.log(fs.readFileSync('/view/file', 'utf8'), fs.readFileSync('/one', 'utf8'))";
    const { stdout, stderr } = await runNode(code, { kind, readOnly });
    rmSync(view, { recursive: true });
    assert.equal(stderr, '');
    assert.equal(stdout, 'seen seen\n');
  });

  it('reaches no network, not the host’s own ports and sockets either', async () => {
    const reached: string[] = [];
    const name = `segcourse-${process.pid}`;
    const file = path.join(folder, 'socket');
    const servers = [{ host: '127.0.0.1', port: 0 }, { path: `\0${name}` }, { path: file }].map((address) =>
      net.createServer(() => reached.push(JSON.stringify(address))).listen(address),
    );
    await Promise.all(servers.map((server) => new Promise((resolve) => server.on('listening', resolve))));
    const { port } = servers[0].address() as net.AddressInfo;
    const { stdout } = await runNode(programs.connect(port, name, file), { kind });
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    assert.equal(stdout.trim(), '');
    assert.deepEqual(reached, []);
  });

  it('makes no system call that opens a way out', async function () {
    if (!existsSync('/usr/bin/perl')) return this.skip();
    const code = `
      const { execFileSync } = require('node:child_process');
      const calls = ${process.arch === 'x64'}
        ? { memfd_create: [319, 'name', 0], io_uring_setup: [425, 4, 0], unshare: [272, 0x10000000], clone: [56, 0x10000011, 0, 0, 0, 0], ptrace: [101, 16, 1, 0, 0], keyctl: [250, 0, -3, 1], bpf: [321, 0, 0, 0], perf: [298, 0, 0, -1, -1, 0], userfaultfd: [323, 1], mount: [165, 0, '/tmp', 'tmpfs', 0, 0], vsock: [41, 40, 1, 0], netlink: [41, 16, 3, 0], shmget: [29, 0, 4096, 512] }
        : { memfd_create: [279, 'name', 0], io_uring_setup: [425, 4, 0], unshare: [97, 0x10000000], clone: [220, 0x10000011, 0, 0, 0, 0], ptrace: [117, 16, 1, 0, 0], keyctl: [219, 0, -3, 1], bpf: [280, 0, 0, 0], perf: [241, 0, 0, -1, -1, 0], userfaultfd: [282, 1], mount: [40, 0, '/tmp', 'tmpfs', 0, 0], vsock: [198, 40, 1, 0], netlink: [198, 16, 3, 0], shmget: [194, 0, 4096, 512] };
      for (const [name, args] of Object.entries(calls)) {
        const script = 'my ($call, @args) = (' + args.map((value) => JSON.stringify(value)).join() + '); print syscall($call, @args) < 0 ? $! + 0 : "done"';
        console.log(name, execFileSync('/usr/bin/perl', ['-e', script]).toString());
      }`;
    const { stdout, stderr } = await runNode(code, { kind });
    assert.equal(stderr, '');
    for (const line of stdout.trim().split('\n'))
      assert.match(line, /^(vsock|netlink) 97$|^(?!vsock|netlink)\w+ 1$/, line);
    assert.equal(stdout.trim().split('\n').length, 13);
  });

  it('runs threads and child processes all the same', async () => {
    const code = `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker("require('node:worker_threads').parentPort.postMessage(21 * 2)", { eval: true });
      worker.on('message', (value) => console.log(value, require('node:child_process').execSync('echo child').toString().trim()));`;
    const { stdout } = await runNode(code, { kind });
    assert.equal(stdout, '42 child\n');
  });

  it('floods standard output without harm to who reads slowly', async () => {
    const box = await openBox(
      nodeBox(
        "const chunk = 'x'.repeat(65536); const more = () => { while (process.stdout.write(chunk)); process.stdout.once('drain', more); }; more();",
        {
          limits: { wallSeconds: 2 },
        },
      ),
      kind,
    );
    await box.ended;
    assert.ok((await text(box.stdout)).length < 2 ** 24);
  });
});
