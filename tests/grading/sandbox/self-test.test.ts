import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BoxOptions, openBox, provedBoxes, selfTest } from '../../../grading/sandbox';
import { needBubblewrap, traces } from './boxes';

describe('self-test of boxes', () => {
  before(async function () {
    await needBubblewrap(this);
  });

  afterEach(() => assert.deepEqual(traces(), []));

  it('proves every limit here', async () => {
    const lines: string[] = [];
    assert.equal(await selfTest((line) => lines.push(line)), true);
    assert.match(lines[0], /^boxes by bubblewrap, limits by /);
    assert.deepEqual(
      lines.slice(1).filter((line) => !line.startsWith('proved: ')),
      [],
    );
    assert.equal(lines.length, 13);
  });

  it('tells limits that do not hold, and refuses', async () => {
    const leaky = (options: BoxOptions) =>
      openBox({
        ...options,
        env: Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ''])),
        readOnly: [path.resolve(__dirname, '../../../grading')],
        limits: { wallSeconds: 3, cpuSeconds: 60, memoryMiB: 256, processes: 500, scratchMiB: 64 },
      });
    const lines: string[] = [];
    assert.equal(await selfTest((line) => lines.push(line), leaky), false);
    const broken = lines.flatMap((line) => /^not proved: ([^:]+)/.exec(line)?.[1] ?? []);
    assert.deepEqual(broken, [
      'no view of the host’s files',
      'no view of the environment',
      'a limited scratch',
      'the limit of processes',
      'the limit of processor time',
    ]);
    assert.match(lines.at(-1)!, /^Submissions are not run/);
  });

  it('runs anew unless it has succeeded in the same circumstances', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'segcourse-proof-'));
    const file = path.join(folder, 'inner', 'boxes.json');
    const linesOf = async () => {
      const lines: string[] = [];
      assert.equal(await provedBoxes((line) => lines.push(line), file), true);
      return lines.length;
    };
    try {
      assert.equal(await linesOf(), 13);
      assert.equal(await linesOf(), 0);
      const success = JSON.parse(readFileSync(file, 'utf8'));
      for (const other of [
        { ...success, circumstances: 'others' },
        { ...success, at: success.at - 25 * 3600 * 1000 },
        { ...success, at: Date.now() + 1e6 },
      ]) {
        writeFileSync(file, JSON.stringify(other));
        assert.equal(await linesOf(), 13);
      }
      writeFileSync(file, '{"damaged');
      assert.equal(await linesOf(), 13);
      assert.ok(existsSync(file));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
