import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from './client';

const run = promisify(execFile);
const PYTHON = path.join(PROJECT, '.venv/bin/python');

describe('kernel: the tools of Jupyter', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'jupyter-test-'));
  const environment = { ...process.env, JUPYTER_PATH: folder, SEGCOURSE_KERNEL: 'segcourse-test' };

  before(() => {
    const spec = path.join(folder, 'kernels/segcourse-test');
    mkdirSync(spec, { recursive: true });
    const main = path.join(PROJECT, '.build/lib/kernel/main.js');
    const argv = [process.execPath, main, '--config-path', '{connection_file}'];
    const kernel = { argv, display_name: 'test', language: 'typescript', interrupt_mode: 'message' };
    writeFileSync(path.join(spec, 'kernel.json'), JSON.stringify(kernel));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function needs(context: Mocha.Context, module: string): Promise<void> {
    const isThere =
      existsSync(PYTHON) &&
      (await run(PYTHON, ['-c', `import ${module}`]).then(
        () => true,
        () => false,
      ));
    if (isThere) return;
    console.log(
      `      skipped: the Python package ${module} is missing in .venv; install it by: npm run setup`,
    );
    context.skip();
  }

  it('passes jupyter_kernel_test', async function () {
    this.timeout(180_000);
    await needs(this, 'jupyter_kernel_test');
    const suite = path.join(__dirname, 'jupyter_kernel_test_suite.py');
    const { stderr } = await run(PYTHON, [suite, '-v'], {
      cwd: path.join(PROJECT, 'notebooks'),
      env: environment,
    });
    assert.match(stderr, /^OK \(skipped=1\)$/m);
  });

  it('runs a notebook with an error in it under nbclient', async function () {
    this.timeout(180_000);
    await needs(this, 'nbclient');
    const script = path.join(__dirname, 'run_notebook.py');
    const { stdout } = await run(PYTHON, [script], { cwd: folder, env: environment });
    assert.deepEqual(JSON.parse(stdout), [
      { count: 1, outputs: [['stream', 'x\ny\n']] },
      { count: 2, outputs: [['error', 'RangeError']] },
      { count: 3, outputs: [['execute_result', '2']] },
      { count: 4, outputs: [['error', 'KeyboardInterrupt']] },
      { count: 5, outputs: [['execute_result', "'after the timeout'"]] },
    ]);
  });
});
