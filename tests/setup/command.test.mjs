import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { runCommand } from '../../lib/setup/command.mjs';
import { withFolder } from './folder.mjs';

const COMMAND = new URL('../../lib/setup/command.mjs', import.meta.url).href;

describe('running commands', () => {
  it('gives code, output and lines', async () => {
    const lines = [];
    const result = await runCommand('sh', ['-c', 'echo one; echo two; exit 3'], {
      onLine: (line) => lines.push(line),
    });
    assert.deepEqual(result, { code: 3, output: 'one\ntwo\n' });
    assert.deepEqual(lines, ['one', 'two']);
  });

  it('gives 127 for a command that does not exist, 1 for one that ran out of time', async () => {
    assert.equal((await runCommand('/no/such/command', [])).code, 127);
    assert.equal((await runCommand('sleep', ['600'], { timeout: 50 })).code, 1);
  });

  it('ends the command and its children when the process that runs it is killed', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'pids');
      // The shell's own number and that of its child, then a wait that only a kill ends.
      const script = `sleep 600 & echo "$$ $!" > ${file}.part; mv ${file}.part ${file}; wait`;
      const code = `import { runCommand } from '${COMMAND}'; await runCommand('sh', ['-c', ${JSON.stringify(script)}]);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
      const pids = await until(
        () => fs.existsSync(file) && fs.readFileSync(file, 'utf8').trim().split(' ').map(Number),
      );
      child.kill('SIGKILL');
      await once(child, 'exit');
      await until(() => pids.every((pid) => !isRunning(pid)));
    }));
});

/** Waits for a condition; mocha's own time limit ends a wait in vain. */
async function until(condition) {
  for (;;) {
    const value = condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process runs; one that ended and was not yet collected by its parent does not. */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !fs.existsSync(stat) || !/\) Z /.test(fs.readFileSync(stat, 'utf8'));
  } catch {
    return false;
  }
}
