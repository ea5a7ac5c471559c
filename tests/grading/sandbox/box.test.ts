import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { type BoxKind, openBox } from '../../../grading/sandbox';
import { needBubblewrap, nodeBox, runNode, traces } from './boxes';

describe('box', () => {
  let kind: BoxKind;

  before(async function () {
    kind = await needBubblewrap(this);
  });

  afterEach(() => assert.deepEqual(traces(), []));

  it('passes standard input, output and errors, and the code', async () => {
    const code =
      "process.stdin.on('data', (chunk) => { console.log('got ' + chunk); console.error('err'); process.exitCode = 3; })";
    const box = await openBox(nodeBox(code), kind);
    box.stdin.end('question');
    const [stdout, stderr, end] = await Promise.all([text(box.stdout), text(box.stderr), box.ended]);
    assert.equal(stdout, 'got question\n');
    assert.equal(stderr, 'err\n');
    assert.equal(end.reason, 'exit');
    assert.equal(end.code, 3);
    assert.equal(end.signal, null);
  });

  it('tells the signal that ended the program', async () => {
    const { reason, code, signal } = await runNode("process.kill(process.pid, 'SIGUSR2')", { kind });
    assert.deepEqual({ reason, code, signal }, { reason: 'exit', code: null, signal: 'SIGUSR2' });
  });

  it('ends at once, with all that runs in it, when it is killed', async () => {
    const code = `
      const { spawn } = require('node:child_process');
      const sleep = () => spawn('/bin/sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
      sleep(); sleep(); process.stdout.write('ready'); setInterval(() => {}, 1000);`;
    const box = await openBox(nodeBox(code), kind);
    for await (const chunk of box.stdout) if (String(chunk).includes('ready')) break;
    const end = await box.kill();
    assert.equal(end.reason, 'killed');
    assert.equal(end.signal, 'SIGKILL');
    assert.deepEqual(await box.kill(), end);
  });

  it('refuses options that could not hold', async () => {
    const good = nodeBox('0');
    const refused = async (change: object, message: RegExp) =>
      assert.rejects(openBox({ ...good, ...change }, kind), message);
    await refused({ command: 'node' }, /command: got node; expected an absolute path/);
    await refused({ command: '/no/such/node' }, /expected a file that exists/);
    await refused({ cwd: 'scratch' }, /cwd: got scratch/);
    await refused({ cwd: '/etc' }, /cwd: got \/etc/);
    await refused({ readOnly: ['/no/such/folder'] }, /readOnly: got \/no\/such\/folder/);
    await refused({ readOnly: [{ from: '/usr/bin', to: '/proc/self' }] }, /readOnly: got \/proc\/self/);
    await refused({ readOnly: [{ from: '/usr/bin', to: '/scratch' }] }, /readOnly: got \/scratch/);
    await refused({ readOnly: [{ from: '/usr/bin', to: '/tmp/view' }] }, /readOnly: got \/tmp\/view/);
    await refused({ readOnly: [{ from: '/usr/bin', to: '/scratch/view' }] }, /expected a path beside cwd/);
    await refused({ readOnly: ['usr/bin'] }, /readOnly: got usr\/bin; expected an absolute path/);
    await refused({ env: { 'A=B': '1' } }, /env: got A=B/);
    await refused({ args: ['a\0b'] }, /args: got "a\\u0000b"/);
    await refused({ limits: { ...good.limits, memoryMiB: 0 } }, /limits.memoryMiB: got 0/);
    await refused({ limits: { ...good.limits, processes: 1.5 } }, /limits.processes: got 1.5/);
  });
});
