import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../io/package-root';
import { nativeBackend } from './operation';

interface KernelsAddon {
  /** False where the processor or the compiler makes them slower than TensorFlow's. */
  install(threads: number): boolean;
}

let loaded: boolean | undefined;

/**
 * Whether TensorFlow has the operations of `native/kernels/`, which set-up compiles: they serve native TensorFlow on
 * the CPU. `SEGCOURSE_KERNELS=off` leaves TensorFlow's own in place, to compare with.
 */
export function hasOwnKernels(): boolean {
  return (loaded ??= load());
}

function load(): boolean {
  const path = join(packageRoot(), '.build', 'native', 'kernels.node');
  const backend = nativeBackend();
  if (backend === undefined || backend.isUsingGpuDevice) return false;
  if (process.env.SEGCOURSE_KERNELS === 'off' || !existsSync(path)) return false;
  const addon = { exports: {} };
  process.dlopen(addon, path);
  return (addon.exports as KernelsAddon).install(threads());
}

/** As many as TensorFlow's operations use. */
function threads(): number {
  const { TF_NUM_INTRAOP_THREADS } = process.env;
  return Number(TF_NUM_INTRAOP_THREADS) || availableParallelism();
}
