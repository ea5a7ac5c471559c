import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chooseTensorFlow } from '../../lib/setup/wheels.mjs';

const chosen = (machine) => {
  const { version, variant, suffix, wheels, reason } = chooseTensorFlow(machine);
  return (
    reason ??
    `${version} ${variant} ${suffix} ${wheels.map((w) => `${w.requirement} ${w.platform}`).join(', ')}`
  );
};

describe('the TensorFlow of a machine', () => {
  it('is the CPU wheel of its platform', () => {
    assert.equal(
      chosen({ platform: 'linux', arch: 'x64', glibc: '2.36' }),
      '2.21.0 cpu so tensorflow-cpu==2.21.0 manylinux_2_27_x86_64',
    );
    assert.equal(
      chosen({ platform: 'linux', arch: 'arm64', glibc: '2.39' }),
      '2.21.0 cpu so tensorflow==2.21.0 manylinux_2_27_aarch64',
    );
    assert.equal(
      chosen({ platform: 'darwin', arch: 'arm64' }),
      '2.21.0 cpu dylib tensorflow==2.21.0 macosx_12_0_arm64',
    );
    assert.equal(
      chosen({ platform: 'darwin', arch: 'x64' }),
      '2.16.2 cpu dylib tensorflow==2.16.2 macosx_10_15_x86_64',
    );
  });

  it('is the CUDA wheel with NVIDIA’s libraries on Linux x64 with a GPU, and only there', () => {
    const { variant, wheels } = chooseTensorFlow({
      platform: 'linux',
      arch: 'x64',
      glibc: '2.36',
      gpu: true,
    });
    assert.equal(variant, 'cuda');
    assert.equal(wheels[0].requirement, 'tensorflow==2.21.0');
    const names = wheels.slice(1).map(({ requirement }) => requirement.split('==')[0]);
    for (const part of [
      'cublas',
      'cuda-cupti',
      'cuda-nvrtc',
      'cuda-runtime',
      'cudnn',
      'cufft',
      'curand',
      'cusolver',
      'cusparse',
      'nccl',
      'nvjitlink',
    ]) {
      assert.ok(names.includes(`nvidia-${part}-cu12`), part);
    }
    assert.equal(
      chooseTensorFlow({ platform: 'linux', arch: 'arm64', glibc: '2.36', gpu: true }).variant,
      'cpu',
    );
  });

  it('pins every wheel by version and SHA-256', () => {
    const machines = [
      { platform: 'linux', arch: 'x64', glibc: '2.36', gpu: true },
      { platform: 'linux', arch: 'x64', glibc: '2.36' },
      { platform: 'linux', arch: 'arm64', glibc: '2.36' },
      { platform: 'darwin', arch: 'arm64' },
      { platform: 'darwin', arch: 'x64' },
    ];
    const wheels = machines.flatMap((machine) => chooseTensorFlow(machine).wheels);
    for (const { requirement, sha256, bytes } of wheels) {
      assert.match(requirement, /^[a-z0-9-]+==[\d.]+$/);
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.ok(bytes > 1e6);
    }
    assert.equal(new Set(wheels.map(({ sha256 }) => sha256)).size, wheels.length);
  });

  it('does not exist elsewhere, with the reason', () => {
    assert.equal(
      chosen({ platform: 'linux', arch: 'riscv64' }),
      'there is no TensorFlow for linux on riscv64',
    );
    assert.match(
      chosen({ platform: 'linux', arch: 'x64' }),
      /needs glibc 2\.27 or newer; this system has another C library/,
    );
    assert.match(chosen({ platform: 'linux', arch: 'x64', glibc: '2.17' }), /this system has glibc 2\.17/);
  });
});
