import assert from 'node:assert/strict';
import { KernelClient } from './client';

describe('kernel: results and errors', () => {
  let kernel: KernelClient;
  before(async () => (kernel = await KernelClient.start()));
  after(() => kernel.close());

  it('returns the last value as an execute_result and prints as streams', async () => {
    const ran = await kernel.execute("console.log('out'); console.error('err'); [6 * 7]");
    assert.equal(ran.result, '[ 42 ]');
    assert.equal(ran.stdout, 'out\n');
    assert.equal(ran.stderr, 'err\n');
    assert.equal(ran.reply.status, 'ok');
  });

  it('points a type error to its line and column', async () => {
    const { error, reply } = await kernel.execute("const fine = 1;\nconst count: number = 'many';");
    assert.equal(reply.status, 'error');
    assert.equal(error?.ename, 'TypeScriptError');
    assert.match(error.evalue, /line 2, column 7: Type 'string' is not assignable to type 'number'/);
    const lines = plain(error.traceback);
    assert.ok(lines.includes("> 2 | const count: number = 'many';"), lines.join('\n'));
    assert.ok(lines.includes(`    | ${' '.repeat(6)}^^^^^`), lines.join('\n'));
  });

  it('checks strictly', async () => {
    const { error } = await kernel.execute('const name: string = undefined;');
    assert.equal(error?.ename, 'TypeScriptError');
  });

  it('points a runtime error to the line of the cell, whatever the compiler removed above it', async () => {
    await kernel.execute(
      'interface Box {\n  side: number;\n}\n\nfunction fail(box: Box) {\n\n  throw new RangeError(`side ${box.side}`);\n}',
    );
    const { error, reply } = await kernel.execute('const x = 1;\n\nfail({ side: x });');
    assert.deepEqual([reply.ename, reply.evalue], ['RangeError', 'side 1']);
    const lines = plain(error?.traceback ?? []);
    assert.ok(
      lines.some((line) => /at In\[\d+\], line 7, column 9, in fail/.test(line)),
      lines.join('\n'),
    );
    assert.ok(lines.includes('> 7 |   throw new RangeError(`side ${box.side}`);'), lines.join('\n'));
    assert.ok(lines.some((line) => /called from In\[\d+\], line 3.*fail\(\{ side: x \}\);/.test(line)));
    assert.equal(lines.length, 7, 'message, place, three lines and a caret, caller');
  });

  it('names the line of the await through which an error came', async () => {
    await kernel.execute("import { readFile } from 'node:fs/promises';");
    const { error } = await kernel.execute("\nawait readFile('/no/such/file');");
    assert.equal(error?.ename, 'Error');
    assert.ok(plain(error.traceback).some((line) => line.includes(', line 2')));
  });

  it('knows names of earlier cells in every place, in { a } too', async () => {
    await kernel.execute('class Cup { size = 3; }\nlet level = 1;');
    const { result } = await kernel.execute(
      'level = 2;\nconst both = { Cup, level, inner: { level } };\n[both.level, both.inner.level, new both.Cup().size]',
    );
    assert.equal(result, '[ 2, 2, 3 ]');
  });

  it('leaves the names of properties alone where their object comes from an earlier cell', async () => {
    await kernel.execute(
      'const early = 1;\nlet late = 2;\nconst rows = [{ early: 5, late: 6, deep: { early: 7 } }];',
    );
    const { result } = await kernel.execute(
      [
        'const { early: first, deep: { early: inner } } = rows[0];',
        'let other = 0;',
        '({ early: other, late } = rows[0]);',
        'const all = rows.map(({ early: e, deep: d }) => [e, d.early]);',
        '[first, inner, other, late, early, ...all.flat()].join()',
      ].join('\n'),
    );
    assert.equal(result, "'5,7,5,6,1,5,7'");
    const { result: initial } = await kernel.execute('({ late = 9 } = {} as { late?: number });\nlate');
    assert.equal(initial, '9');
  });

  it('reports what is thrown that is no Error', async () => {
    const { error } = await kernel.execute('throw { code: 7 } as unknown;');
    assert.deepEqual([error?.ename, error?.evalue], ['Thrown', '{ code: 7 }']);
  });

  it('keeps what a failed cell computed before it failed', async () => {
    await kernel.execute(
      "const weights = [1, 2];\nif (weights.length) throw new Error('later');\nconst unreached = 1;",
    );
    assert.equal((await kernel.execute('weights')).result, '[ 1, 2 ]');
    assert.match((await kernel.execute('unreached')).error?.evalue ?? '', /Cannot find name 'unreached'/);
  });

  it('aborts what was queued behind an error, and runs what is sent after its reply', async () => {
    const ran = await kernel.executeAll([
      "throw new Error('first')",
      "console.log('second')",
      "console.log('third')",
    ]);
    assert.deepEqual(
      ran.map(({ reply }) => reply.status),
      ['error', 'aborted', 'aborted'],
    );
    assert.equal(ran[1].messages.length, 0);
    const next = await kernel.execute("'at once'");
    assert.equal(next.result, "'at once'");
  });

  it('runs what is queued behind an error where the error does not stop', async () => {
    const first = kernel.execute("throw new Error('tolerated')", { stop_on_error: false });
    const second = kernel.execute('2', { stop_on_error: false });
    assert.equal((await first).reply.status, 'error');
    assert.equal((await second).result, '2');
  });

  it('reports a rejection that nobody awaits on its cell and lives on', async () => {
    const { error } = await kernel.execute("void Promise.reject(new TypeError('lost'));\n'value'");
    assert.deepEqual([error?.ename, error?.evalue], ['TypeError', 'lost']);
    assert.equal((await kernel.execute('1')).result, '1');
  });

  it('does not report a rejection that is handled before the cell ends', async () => {
    const code =
      "const late = Promise.reject(new Error('x')); await new Promise<void>((r) => process.once('unhandledRejection', () => r()));\n" +
      "await late.catch(() => 'handled')";
    assert.equal((await kernel.execute(code)).result, "'handled'");
  });

  it('reports an exception in a timer on the cell that waits for it', async () => {
    const { error } = await kernel.execute(
      "await new Promise(() => setTimeout(() => { throw new Error('tick'); }, 5));",
    );
    assert.equal(error?.evalue, 'tick');
  });

  it('shows an exception that comes after the end of its cell below that cell', async () => {
    const ran = await kernel.execute("setTimeout(() => { throw new Error('afterwards'); }, 30); 'ended'");
    assert.equal(ran.result, "'ended'");
    const { parentId } = await kernel.until(
      ({ header, content }) => header.msg_type === 'error' && content.evalue === 'afterwards',
    );
    assert.equal(parentId, ran.id);
  });

  for (const call of ['process.exit(0)', 'process.abort()', 'process.kill(process.pid)', 'process.kill(0)']) {
    it(`refuses ${call}`, async () => {
      const { error } = await kernel.execute(call);
      assert.match(error?.evalue ?? '', /is refused in a notebook.*restart the kernel/);
    });
  }

  it('takes leading # lines, which nbgrader writes, as comments, and only those', async () => {
    assert.equal((await kernel.execute('# This cell was deleted by mistake\n# and restored\n5')).result, '5');
    assert.equal((await kernel.execute('5\n# no comment')).error?.ename, 'TypeScriptError');
  });

  it('shares names across cells: redeclared, exported, classes with private members', async () => {
    await kernel.execute('const size: number = 1;');
    await kernel.execute(
      "const size = 'now a text'; export const shared = 2; const Box = class { private x = 3; y = 4 };",
    );
    assert.equal((await kernel.execute('[size.length, shared, new Box().y]')).result, '[ 10, 2, 4 ]');
  });

  it('runs a cell again and again', async () => {
    for (let n = 0; n < 4; n++) {
      const { result, error } = await kernel.execute("import { sep } from 'node:path';\nsep");
      assert.equal(error, undefined);
      assert.equal(result, "'/'");
    }
  });

  it('says which names cannot be shared', async () => {
    const { error } = await kernel.execute('const __hidden = 1;');
    assert.match(error?.evalue ?? '', /rename '__hidden' to '_hidden'/);
  });

  it('counts executions unless told not to', async () => {
    const count = (await kernel.execute('1')).reply.execution_count as number;
    const silent = await kernel.execute('2', { silent: true });
    assert.equal(silent.reply.execution_count, count);
    assert.deepEqual(silent.messages, []);
    assert.equal((await kernel.execute('3')).reply.execution_count, count + 1);
  });
});

function plain(traceback: string[]): string[] {
  // eslint-disable-next-line no-control-regex
  return traceback.map((line) => line.replace(/\x1b\[\d+m/g, ''));
}
