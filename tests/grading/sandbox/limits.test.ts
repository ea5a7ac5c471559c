import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BoxKind, openBox } from '../../../grading/sandbox';
import { needBubblewrap, nodeBox, ownProcesses, runNode, type Settings, traces } from './boxes';
import * as programs from './hostile-programs';

describe('limits of boxes', () => {
  let found: BoxKind;

  before(async function () {
    found = await needBubblewrap(this);
  });

  describe('by control groups', () => {
    before(function () {
      if (found.cgroup === 'watchdog') {
        console.log('      skipped: no control group can be made here');
        this.skip();
      }
    });
    limits(() => found);

    it('fork bomb: never more processes than allowed', async () => {
      const options = nodeBox(programs.FORK_BOMB, { limits: { processes: 40, wallSeconds: 3 } });
      const box = await openBox(options, found);
      let most = 0;
      let ended = false;
      void box.ended.then(() => (ended = true));
      while (!ended) {
        most = Math.max(most, ownProcesses().length);
        await nextTurn();
      }
      assert.ok(most > 15 && most <= 40, `${most} processes`);
      assert.ok(['wall', 'memory'].includes((await box.ended).reason));
    });
  });

  describe('by the watchdog', () => {
    limits(() => ({ kind: 'bubblewrap', cgroup: 'watchdog' }));

    it('fork bomb: ended, by its processes or its time', async () => {
      const settings = {
        kind: { kind: 'bubblewrap', cgroup: 'watchdog' },
        limits: { processes: 40, wallSeconds: 3 },
      };
      const { reason } = await runNode(programs.FORK_BOMB, settings as Settings);
      assert.ok(['wall', 'memory', 'processes'].includes(reason), reason);
    });

    it('files without content count as memory', async () => {
      const kind: BoxKind = { kind: 'bubblewrap', cgroup: 'watchdog' };
      const { reason } = await runNode(programs.EMPTY_FILES, { kind, limits: { memoryMiB: 80 } });
      assert.equal(reason, 'memory');
    });
  });
});

function limits(kind: () => BoxKind): void {
  afterEach(() => assert.deepEqual(traces(), []));
  const run = (code: string, limits: Settings['limits']) => runNode(code, { kind: kind(), limits });

  for (const [name, code] of [
    ['JavaScript’s heap', programs.HEAP_BOMB],
    ['buffers', programs.BUFFER_BOMB],
  ])
    it(`memory bomb of ${name}: ended for memory`, async () => {
      const { reason, signal, peakMemoryMiB } = await run(code, { memoryMiB: 200 });
      assert.equal(reason, 'memory');
      assert.equal(signal, 'SIGKILL');
      assert.ok(peakMemoryMiB > 190, `peak ${peakMemoryMiB}`);
    });

  it('memory bomb in a scratch larger than the memory: ended for memory', async () => {
    const { reason, stdout } = await run(programs.SCRATCH_BOMB, { memoryMiB: 150, scratchMiB: 2000 });
    assert.equal(reason, 'memory');
    assert.equal(stdout, '');
  });

  it('disk fill: the scratch is full at its limit', async () => {
    const { reason, stdout } = await run(programs.FILL_SCRATCH, { scratchMiB: 5 });
    assert.equal(reason, 'exit');
    const [code, bytes] = stdout.trim().split(' ');
    assert.equal(code, 'ENOSPC');
    assert.ok(Number(bytes) > 4e6 && Number(bytes) <= 5 * 2 ** 20, bytes);
  });

  it('endless loop: ended for processor time', async () => {
    const { reason, cpuSeconds } = await run(programs.ENDLESS_LOOP, { cpuSeconds: 1 });
    assert.equal(reason, 'cpu');
    assert.ok(cpuSeconds > 1, `${cpuSeconds}`);
  });

  it('processor time shared by many short processes: ended for it too', async () => {
    const { reason } = await run(programs.SHARED_LOOP, { cpuSeconds: 1, wallSeconds: 25 });
    assert.equal(reason, 'cpu');
  });

  for (const [name, code] of [
    ['sleeping', programs.SLEEP],
    ['stopping itself', programs.STOP_ITSELF],
  ])
    it(`${name}: ended for time`, async () => {
      const { reason, signal } = await run(code, { wallSeconds: 1 });
      assert.equal(reason, 'wall');
      assert.equal(signal, 'SIGKILL');
    });

  it('a daemon left behind ends with the program', async () => {
    const { reason, code } = await run(programs.DAEMON, {});
    assert.deepEqual({ reason, code }, { reason: 'exit', code: 0 });
  });

  it('kill -9 -1: reaches nobody outside, not those of the same user either', async () => {
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const witness = spawn('/bin/sleep', ['1000'], { stdio: 'ignore', cwd: '/', ...user });
    const { reason, stdout } = await run(programs.KILL_ALL, {});
    assert.equal(reason, 'exit');
    assert.match(stdout, /alive\n$/);
    assert.equal(witness.signalCode, null);
    witness.kill();
    await once(witness, 'exit');
    assert.equal(witness.signalCode, 'SIGTERM');
  });
}
