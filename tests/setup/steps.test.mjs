import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatBytes, lineReporter } from '../../lib/setup/reporter.mjs';
import { runSteps, SetupError } from '../../lib/setup/steps.mjs';

/** A log instead of a terminal. */
function log() {
  const stream = { text: '', isTTY: false, write: (text) => (stream.text += text) };
  return stream;
}

/** Steps that remember in `done` what they did. */
function stepsOver(done, failing) {
  return ['a', 'b', 'c'].map((name) => ({
    name,
    fresh: () => (done.includes(name) ? '' : undefined),
    async run(progress) {
      progress('50 %');
      if (failing.has(name)) throw new SetupError(`${name} is missing`, `install ${name}`);
      done.push(name);
      return 'done';
    },
  }));
}

describe('set-up steps', () => {
  it('print one line each into a log, and are ready the second time', async () => {
    const done = [];
    const first = log();
    assert.equal((await runSteps(stepsOver(done, new Set()), lineReporter(first))).ok, true);
    assert.equal(first.text, '[1/3] a … done\n[2/3] b … done\n[3/3] c … done\n');
    const second = log();
    await runSteps(stepsOver(done, new Set()), lineReporter(second));
    assert.equal(second.text, '[1/3] a … ready\n[2/3] b … ready\n[3/3] c … ready\n');
    assert.deepEqual(done, ['a', 'b', 'c']);
  });

  it('stop at a failure, say the remedy, and go on from there the next time', async () => {
    const done = [];
    const failing = new Set(['b']);
    const first = log();
    const result = await runSteps(stepsOver(done, failing), lineReporter(first));
    assert.deepEqual([result.ok, result.failed], [false, 'b']);
    assert.equal(first.text, '[1/3] a … done\n[2/3] b … failed\n      b is missing\n      install b\n');
    failing.clear();
    assert.equal((await runSteps(stepsOver(done, failing), lineReporter(log()))).ok, true);
    assert.deepEqual(done, ['a', 'b', 'c']);
  });

  it('go on after a warning and say it once, at the end', async () => {
    const stream = log();
    const steps = [
      { name: 'a', fresh: () => undefined, run: async () => ({ detail: 'not available', warning: 'slow' }) },
      { name: 'b', fresh: () => '', run: async () => 'done' },
    ];
    const result = await runSteps(steps, lineReporter(stream));
    assert.deepEqual(result, { ok: true, warnings: ['slow'] });
    assert.equal(stream.text, '[1/2] a … not available\n[2/2] b … ready\n      slow\n');
  });

  it('redraw their line on a terminal, within its width', () => {
    const terminal = { ...log(), isTTY: true, columns: 20 };
    terminal.write = (text) => (terminal.text += text);
    const reporter = lineReporter(terminal);
    reporter.begin('[1/1] step');
    reporter.progress('62 % of 274 MB and more');
    const drawn = terminal.text
      .split('\r')
      .at(-1)
      .replace(`${String.fromCharCode(27)}[2K`, '');
    assert.equal(drawn, '[1/1] step … 62 % o');
    reporter.end('done');
    assert.ok(terminal.text.endsWith('[1/1] step … done\n'));
  });

  it('write bytes for people', () => {
    assert.equal(formatBytes(274e6), '274 MB');
    assert.equal(formatBytes(3.38e9), '3.4 GB');
  });
});
