import assert from 'node:assert/strict';
import os from 'node:os';
import { runtimeInfo, tf } from '../../lib/runtime';

describe('runtimeInfo', () => {
  it('describes the backend, the versions and the machine', () => {
    const info = runtimeInfo();
    assert.equal(info.backend, tf.getBackend());
    assert.match(info.tensorflow ?? '2.0.0', /^2\.\d+\.\d+/);
    assert.equal(info.tfjs, tf.version.tfjs);
    assert.equal(`v${info.node}`, process.version);
    assert.equal(info.cores, os.availableParallelism());
    assert.ok(Math.abs(info.memoryGiB * 2 ** 30 - os.totalmem()) < 2 ** 27);
    assert.ok(info.device.length > 3);
  });
});
