import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const withoutNative = join(__dirname, 'without-native.cjs');

interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

function runNode(args: string[], environment: NodeJS.ProcessEnv = {}): Outcome {
  const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env;
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { ...env, ...environment } });
}

function runScript(script: string, options: string[] = [], environment: NodeJS.ProcessEnv = {}): Outcome {
  return runNode([...options, '-r', 'ts-node/register/transpile-only', '-e', script], environment);
}

const train = `
  const { tf } = require('./lib/runtime');
  const layer = tf.layers.conv2d({ filters: 2, kernelSize: 3 });
  layer.apply(tf.ones([1, 8, 8, 1]));
  tf.variableGrads(() => tf.sum(layer.apply(tf.ones([1, 8, 8, 1]))));
`;

describe('loading TensorFlow', () => {
  it('prints nothing, neither when it loads nor at the first operations', function () {
    if (!existsSync(join(root, '.build/native/process.node'))) this.skip();
    const { status, stdout, stderr } = runScript(train);
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });

  it("leaves a user's own TF_CPP_MIN_LOG_LEVEL alone", () => {
    const script = `${train} process.stdout.write(process.env.TF_CPP_MIN_LOG_LEVEL)`;
    const { stdout, stderr } = runScript(script, [], { TF_CPP_MIN_LOG_LEVEL: '0' });
    assert.equal(stdout, '0');
    assert.match(stderr, /cpu_feature_guard|oneDNN/);
  });

  it('other text written to standard error while it loads still arrives', function () {
    if (!existsSync(join(root, '.build/native/process.node'))) this.skip();
    const script = `
      const { withoutChatter } = require('./lib/runtime/quiet');
      const fs = require('node:fs');
      withoutChatter(() => fs.writeSync(2, [
        'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
        'I0000 00:00:1.5 1 port.cc:153] oneDNN custom operations are on. You may see',
        'I0000 00:00:1.6 1 cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.',
        'E0000 00:00:1.7 1 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: UNKNOWN ERROR (303)',
        'E0000 a real error', ''].join('\\n')));
      fs.writeSync(2, 'after');`;
    assert.equal(runScript(script).stderr, 'E0000 a real error\nafter');
  });

  it('keeps freed memory, but not against settings of malloc, nor where TensorFlow has no pool', () => {
    const script = `
      const { keepMemory, processAddon } = require('./lib/runtime/native/process-addon');
      const environments = [
        {},
        { GLIBC_TUNABLES: 'glibc.cpu.x86_shstk=off', TF_ENABLE_ONEDNN_OPTS: '1' },
        { MALLOC_TRIM_THRESHOLD_: '131072' },
        { GLIBC_TUNABLES: 'glibc.cpu.x86_shstk=off:glibc.malloc.tcache_count=0' },
        { TF_ENABLE_ONEDNN_OPTS: '0' },
      ];
      const able = process.arch === 'x64' && (processAddon()?.keepMemory() ?? false);
      process.stdout.write(JSON.stringify([able, ...environments.map(keepMemory)]));`;
    const { stdout, stderr } = runScript(script);
    const [able, ...kept] = JSON.parse(stdout || stderr) as boolean[];
    assert.deepEqual(kept, [able, able, false, false, false]);
  });

  it('serves the same where the process addon is missing or damaged', () => {
    const missing = `
      const fs = require('node:fs');
      const { existsSync } = fs;
      fs.existsSync = (path) => !path.endsWith('process.node') && existsSync(path);`;
    const damaged = `
      const { dlopen } = process;
      process.dlopen = (module, path, ...rest) => {
        if (path.endsWith('process.node')) throw new Error('file too short');
        dlopen(module, path, ...rest);
      };`;
    const backends = ['', missing, damaged].map((before) => {
      const { status, stdout, stderr } = runScript(
        `${before} ${train} process.stdout.write(tf.getBackend())`,
      );
      assert.equal(status, 0, stderr);
      return stdout;
    });
    assert.deepEqual(backends, [backends[0], backends[0], backends[0]]);
  });

  it('without the addon the JavaScript backend serves, with one warning that names the remedy', () => {
    const script = `${train} process.stdout.write(JSON.stringify(require('./lib/runtime').runtimeInfo()))`;
    const { status, stdout, stderr } = runScript(script, ['-r', withoutNative]);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /native TensorFlow is not available \(libtensorflow.*npm run setup/);
    assert.equal(stderr.match(/Warning|segcourse:|Hi, looks like/g)?.length, 1, stderr);
    const info = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(info.backend, 'cpu');
    assert.equal(info.tensorflow, undefined);
  });

  it('the gradients hold on the JavaScript backend too', function () {
    this.timeout(120_000);
    const { status, stdout } = runNode([
      'node_modules/mocha/bin/mocha.js',
      ...['--require', withoutNative, '--require', 'ts-node/register', '--no-config', '--timeout', '60000'],
      // tfjs's JavaScript kernels cannot compute these two forward.
      ...['--grep', 'a shrunk axis|another axis than the last', '--invert'],
      ...['tests/runtime/gradients/*.test.ts', 'tests/runtime/batch-normalization.test.ts'],
    ]);
    assert.equal(status, 0, stdout);
  });
});
