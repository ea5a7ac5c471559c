import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sweepAbandoned } from '../../../grading/sandbox/cgroups/names';
import { groupsOf, needBubblewrap, ownProcesses } from './boxes';

describe('a grader that is killed', () => {
  it('leaves no box running, and the next one removes its control groups', async function () {
    const { cgroup } = await needBubblewrap(this);
    const grader = spawn(
      process.execPath,
      ['-r', 'ts-node/register', path.join(__dirname, 'dying-grader.ts')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(grader.stdout, 'data');
    const boxed = ownProcesses();
    assert.ok(boxed.length >= 3, `${boxed}`);
    assert.equal(groupsOf(grader.pid!).length > 0, cgroup !== 'watchdog');
    grader.kill('SIGKILL');
    await once(grader, 'exit');

    const born = boxed.map(startOf);
    while (boxed.some((pid, index) => existsSync(`/proc/${pid}`) && startOf(pid) === born[index]))
      await nextTurn();
    await sweepAbandoned();
    assert.deepEqual(groupsOf(grader.pid!), []);
  });
});

/** Field 22 of proc(5)'s stat. */
function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19];
  } catch {
    return undefined;
  }
}
