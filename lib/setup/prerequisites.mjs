import fs from 'node:fs';
import path from 'node:path';
import { findProgram, runCommand } from './command.mjs';
import { freeBytes } from './files.mjs';
import { remedyFor, systemFamily } from './remedies.mjs';
import { formatBytes } from './reporter.mjs';
import { SetupError } from './steps.mjs';

/** The first with a real `import()` in code that runs in a context, as cells do. */
const MIN_NODE = [20, 12];
const MIN_PYTHON = [3, 10];
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
/** JupyterLab and npm packages in the clone; the TensorFlow step asks for its own. */
const CLONE_BYTES = 1.5e9;

/** @returns {import('./steps.mjs').Step} */
export function prerequisitesStep(context) {
  return {
    name: 'prerequisites',
    fresh() {
      const python = venvVersion(context);
      return python && nodeIsRecent(process.version)
        ? `Node ${process.versions.node}, Python ${python}`
        : undefined;
    },
    async run() {
      requirePlatform(context);
      requireNode(process.version, context.platform);
      const python = await findPython(context);
      const free = freeBytes(context.root);
      if (free < CLONE_BYTES) {
        throw new SetupError(
          `${formatBytes(free)} are free in ${context.root}; set-up needs ${formatBytes(CLONE_BYTES)} there.`,
          'Free some space, or clone the course to another disk.',
        );
      }
      return `Node ${process.versions.node}, Python ${python.version}, ${formatBytes(free)} free`;
    },
  };
}

/** @throws {SetupError} on systems that have neither the tools nor TensorFlow */
export function requirePlatform({ platform }) {
  if (platform === 'linux' || platform === 'darwin') return;
  throw new SetupError(
    `This is ${platform === 'win32' ? 'Windows' : platform}; the course runs on Linux and macOS.`,
    platform === 'win32'
      ? 'Use WSL2: run `wsl --install` in PowerShell, then clone the course inside Ubuntu and go on there.'
      : 'Use a Linux container or virtual machine.',
  );
}

/** @throws {SetupError} when this Node.js is too old */
export function requireNode(version, platform, family = systemFamily(platform)) {
  if (nodeIsRecent(version)) return;
  throw new SetupError(
    `This is Node.js ${version}; the course needs ${MIN_NODE.join('.')} or newer.`,
    remedyFor('node', family),
  );
}

function nodeIsRecent(version) {
  const [major, minor] = version.replace('v', '').split('.').map(Number);
  return major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
}

/**
 * Finds a Python that can make the environment.
 *
 * @returns {Promise<{ path: string, version: string }>}
 * @throws {SetupError} naming what is missing: Python, a newer one, or its venv module
 */
export async function findPython({ env, platform }, family = systemFamily(platform)) {
  const remedy = remedyFor('python', family);
  const seen = [];
  const names = env.SEGCOURSE_PYTHON ? [env.SEGCOURSE_PYTHON] : PYTHONS;
  for (const name of names) {
    const file = findProgram([name], env);
    if (!file) continue;
    const { code, output } = await runCommand(
      file,
      ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3]); import ensurepip, venv'],
      { env },
    );
    const version = /^(\d+)\.(\d+)\.\d+/.exec(output);
    if (!version) continue;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    const recent = major > MIN_PYTHON[0] || (major === MIN_PYTHON[0] && minor >= MIN_PYTHON[1]);
    if (recent && code === 0) return { path: file, version: version[0] };
    seen.push(recent ? `${file} (${version[0]}) lacks venv` : `${file} is ${version[0]}`);
  }
  throw new SetupError(
    `Python ${MIN_PYTHON.join('.')} or newer with its venv module was not found${seen.length ? `: ${seen.join(', ')}` : ''}.`,
    remedy,
  );
}

/**
 * The C++ compiler to use, with its arguments: `$CXX`, or the system's; undefined when there is none.
 *
 * @returns {Promise<string[] | undefined>}
 */
export async function findCompiler({ env, platform }) {
  const wanted = env.CXX?.trim().split(/\s+/);
  if (wanted) {
    const file = findProgram([wanted[0]], env);
    if (file) return [file, ...wanted.slice(1)];
  }
  if (platform === 'darwin') {
    // Without the command line tools /usr/bin/clang++ is a stub that opens a dialogue.
    const tools = await runCommand('xcode-select', ['-p'], { env });
    if (tools.code !== 0) return undefined;
  }
  const file = findProgram(platform === 'darwin' ? ['clang++', 'c++'] : ['g++', 'clang++', 'c++'], env);
  return file ? [file] : undefined;
}

/** The version of the Python that made .venv, or undefined. */
export function venvVersion({ venv, venvPython }) {
  const file = path.join(venv, 'pyvenv.cfg');
  if (!fs.existsSync(venvPython) || !fs.existsSync(file)) return undefined;
  const settings = fs.readFileSync(file, 'utf8');
  return /^version(?:_info)?\s*=\s*(\d+\.\d+\.\d+)/m.exec(settings)?.[1];
}
