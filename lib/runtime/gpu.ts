import { existsSync } from 'node:fs';

/**
 * Settings for TensorFlow on an NVIDIA GPU; once, before it is loaded. What the user has set stays.
 *
 * - Memory is taken as it is needed. Else the first notebook reserves nearly all that the GPU has, and the next one on
 *   the same GPU fails.
 * - One GPU is shown to it, the first: tfjs-node computes on that one, but would put new tensors on the last.
 * - `SEGCOURSE_DEVICE=cpu`, which lets set-up take the build for the CPU, leaves the GPU alone in the other build too.
 */
export function configureGpu(environment: NodeJS.ProcessEnv = process.env): void {
  const { SEGCOURSE_DEVICE: device, CUDA_VISIBLE_DEVICES: shown = '0' } = environment;
  environment.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  environment.CUDA_VISIBLE_DEVICES = device === 'cpu' ? NONE : shown.split(',', 1)[0];
}

const NONE = '-1';

/** Where NVIDIA's driver shows itself, on Linux and under WSL. */
const DRIVER = ['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1'];

/** Says so where a GPU stands idle that nobody has hidden: TensorFlow's own reasons are logged at a level that is off. */
export function warnOfIdleGpu(isUsed: boolean): void {
  const isHidden = ['', NONE].includes(process.env.CUDA_VISIBLE_DEVICES!);
  if (isUsed || isHidden || !DRIVER.some((path) => existsSync(path))) return;
  process.emitWarning(
    'this machine has an NVIDIA GPU, but TensorFlow cannot use it: the CPU computes. Remedy: npm run setup, which ' +
      'brings what is missing; if that does not help, TF_CPP_MIN_LOG_LEVEL=0 shows the reasons. If the CPU is meant to ' +
      'compute, set SEGCOURSE_DEVICE=cpu',
    { type: 'segcourse' },
  );
}
