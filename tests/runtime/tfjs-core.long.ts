import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

describe("tfjs-core's own tests", () => {
  it('pass on our runtime, but for those that tfjs-node leaves out', function () {
    this.timeout(20 * 60_000);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['-r', 'ts-node/register', join(__dirname, 'tfjs-core', 'run.ts')],
      { encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    assert.equal(status, 0, stdout.slice(-10_000) + stderr.slice(-2000));
    const [, passed] = /specs, (\d+) passed, 0 failed/.exec(stdout) ?? [];
    assert.ok(Number(passed) > 3500, `got: ${stdout.slice(-300)}; expected more than 3,500 specs`);
  });
});
