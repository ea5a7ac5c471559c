import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { tf } from './load';
import { nativeBackend } from './native/operation';

/** What computes, in the words of a bug report. */
export interface RuntimeInfo {
  /** 'tensorflow': native; 'cpu': the JavaScript fallback. */
  backend: 'tensorflow' | 'cpu';
  /** TensorFlow's version, such as '2.21.0'; absent on the fallback. */
  tensorflow?: string;
  /** TensorFlow.js's version. */
  tfjs: string;
  /** Node's version without the leading v. */
  node: string;
  /** The GPU's name, or the CPU's with those instruction sets that matter here, as in 'Intel Xeon (AVX2, AVX-512)'. */
  device: string;
  /** Processor cores that this process may use. */
  cores: number;
  /** Main memory in GiB (2³⁰ bytes), one decimal. */
  memoryGiB: number;
}

/** Describes the backend, the versions and the machine. */
export function runtimeInfo(): RuntimeInfo {
  const backend = nativeBackend();
  return {
    backend: backend === undefined ? 'cpu' : 'tensorflow',
    ...(backend && { tensorflow: backend.binding.TF_Version }),
    tfjs: tf.version.tfjs,
    node: process.versions.node,
    device: (backend?.isUsingGpuDevice && gpuName()) || cpuName(),
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
  };
}

const instructionSets: [name: string, flag: string][] = [
  ['AVX2', 'avx2'],
  ['AVX-512', 'avx512f'],
  ['AMX', 'amx_tile'],
  ['NEON', 'asimd'],
];

function cpuName(): string {
  const model = cpus()[0]?.model.trim() || `CPU ${process.arch}`;
  const flags = cpuFlags();
  const names = instructionSets.filter(([, flag]) => flags.has(flag)).map(([name]) => name);
  return names.length > 0 ? `${model} (${names.join(', ')})` : model;
}

function cpuFlags(): Set<string> {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return new Set(line?.[1].trim().split(/\s+/));
  } catch {
    return new Set(); // not Linux
  }
}

function gpuName(): string {
  try {
    const query = [`--id=${process.env.CUDA_VISIBLE_DEVICES}`, '--query-gpu=name', '--format=csv,noheader'];
    return execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'GPU';
  }
}
