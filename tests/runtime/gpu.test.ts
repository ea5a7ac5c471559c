import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { tf } from '../../lib/runtime';
import { configureGpu } from '../../lib/runtime/gpu';

const configured = (environment: NodeJS.ProcessEnv) => {
  configureGpu(environment);
  return environment;
};

describe('configureGpu', () => {
  it('shows TensorFlow one GPU, whose memory it takes as it needs it', () => {
    const expected = { TF_FORCE_GPU_ALLOW_GROWTH: 'true', CUDA_VISIBLE_DEVICES: '0' };
    assert.deepEqual(configured({}), expected);
    assert.deepEqual(configured({ ...expected }), expected);
  });

  it("leaves a user's own settings alone, but for the second GPU", () => {
    for (const [shown, expected] of [
      ['2,0', '2'],
      ['GPU-5c1f', 'GPU-5c1f'],
      ['', ''],
      ['-1', '-1'],
    ])
      assert.equal(configured({ CUDA_VISIBLE_DEVICES: shown }).CUDA_VISIBLE_DEVICES, expected);
    const own = configured({ TF_FORCE_GPU_ALLOW_GROWTH: 'false' });
    assert.equal(own.TF_FORCE_GPU_ALLOW_GROWTH, 'false');
  });

  it('hides all GPUs where the CPU is wanted', () => {
    const environment = configured({ SEGCOURSE_DEVICE: 'cpu', CUDA_VISIBLE_DEVICES: '1' });
    assert.equal(environment.CUDA_VISIBLE_DEVICES, '-1');
  });
});

describe('a GPU that TensorFlow cannot use', () => {
  before(function () {
    const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice?: boolean };
    if (isUsingGpuDevice !== false) this.skip(); // it can, or there is no native TensorFlow
  });

  /** Loads the runtime on a machine that seems to have NVIDIA's driver. */
  function load(environment: NodeJS.ProcessEnv): string {
    const script = `
      const fs = require('node:fs');
      const { existsSync } = fs;
      fs.existsSync = (path) => path === '/proc/driver/nvidia/version' || existsSync(path);
      const { tf } = require('./lib/runtime');
      process.stdout.write(tf.getBackend());`;
    const { CUDA_VISIBLE_DEVICES: _, SEGCOURSE_DEVICE: __, ...env } = process.env;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['-r', 'ts-node/register/transpile-only', '-e', script],
      { cwd: join(__dirname, '../..'), encoding: 'utf8', env: { ...env, ...environment } },
    );
    assert.equal(stdout, 'tensorflow', stderr);
    return stderr;
  }

  it('is named in one warning, with the remedy', () => {
    const warnings = load({});
    assert.match(
      warnings,
      /NVIDIA GPU, but TensorFlow cannot use it: the CPU computes\. Remedy: npm run setup/,
    );
    assert.equal(warnings.match(/Warning|segcourse:/g)?.length, 1, warnings);
  });

  it('is nothing to warn of where it was hidden', () => {
    assert.equal(load({ CUDA_VISIBLE_DEVICES: '-1' }), '');
    assert.equal(load({ CUDA_VISIBLE_DEVICES: '' }), '');
    assert.equal(load({ SEGCOURSE_DEVICE: 'cpu' }), '');
  });
});
