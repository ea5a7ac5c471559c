import fs from 'node:fs';
import os from 'node:os';
import { findProgram, runCommand } from './command.mjs';

/** What `chooseTensorFlow` needs to know of this machine. `SEGCOURSE_DEVICE` (`cpu` or `gpu`) overrides the search. */
export async function describeMachine({ platform, arch, env }) {
  return { platform, arch, gpu: await hasNvidiaGpu(platform, env), glibc: glibcVersion(platform) };
}

async function hasNvidiaGpu(platform, env) {
  if (env.SEGCOURSE_DEVICE) return env.SEGCOURSE_DEVICE === 'gpu';
  if (platform !== 'linux') return false;
  if (fs.existsSync('/proc/driver/nvidia/version')) return true;
  return (await gpuNames(env)).length > 0;
}

/** Names of the NVIDIA GPUs, as nvidia-smi lists them; empty where there is none. */
export async function gpuNames(env) {
  // On WSL2 the tool lies outside the PATH of some shells.
  const tool = findProgram(['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'], env);
  if (!tool) return [];
  const { code, output } = await runCommand(tool, ['--query-gpu=name', '--format=csv,noheader'], {
    env,
    timeout: 10_000,
  });
  return code === 0 ? output.trim().split('\n').filter(Boolean) : [];
}

/** The vector instructions that TensorFlow's CPU kernels can use here, such as `AVX2 FMA`; empty where unknown. */
export function cpuFeatures() {
  let flags = [];
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(fs.readFileSync('/proc/cpuinfo', 'utf8'));
    flags = line?.[1].trim().split(' ') ?? [];
  } catch {
    return os.arch() === 'arm64' ? ['NEON'] : [];
  }
  const names = {
    avx: 'AVX',
    avx2: 'AVX2',
    fma: 'FMA',
    avx512f: 'AVX-512',
    avx512_vnni: 'VNNI',
    amx_tile: 'AMX',
    asimd: 'NEON',
    sve: 'SVE',
  };
  return Object.keys(names)
    .filter((flag) => flags.includes(flag))
    .map((flag) => names[flag]);
}

function glibcVersion(platform) {
  if (platform !== 'linux') return undefined;
  // Without this, the report would look up the name of every open connection.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime;
}
