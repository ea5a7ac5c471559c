import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';
import { hashOf, readJson, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { findPython } from './prerequisites.mjs';
import { SetupError } from './steps.mjs';

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));

/**
 * `.venv` with JupyterLab, nbgrader and what they need, every version and hash pinned in requirements.txt. The wheels
 * stay in the cache folder: another clone installs from there without the network.
 *
 * @returns {import('./steps.mjs').Step}
 */
export function pythonStep(context) {
  return {
    name: `Python environment (JupyterLab ${pinnedVersion('jupyterlab')})`,
    fresh: () => (venvIsComplete(context) ? '' : undefined),
    async run(progress) {
      const python = await findPython(context);
      progress('making .venv');
      const made = await runCommand(python.path, ['-m', 'venv', '--clear', context.venv], {
        env: context.env,
      });
      if (made.code !== 0) throw new SetupError(`python -m venv failed:\n${made.output.slice(-600)}`);

      await installRequirements(context, REQUIREMENTS, progress);
      writeJson(stampFile(context), stamp(context));
      return `Python ${python.version}`;
    },
  };
}

/** Whether .venv was completed for these requirements, at this place (its scripts hold their own path). */
export function venvIsComplete(context) {
  return (
    fs.existsSync(context.venvPython) &&
    JSON.stringify(readJson(stampFile(context))) === JSON.stringify(stamp(context))
  );
}

/**
 * Installs a file of pinned requirements into .venv: from the wheels in the cache folder, or downloaded into it first.
 *
 * @param {string[]} [more] pip's further options
 * @throws {SetupError} where they cannot be downloaded or installed
 */
export async function installRequirements(context, requirements, progress, more = []) {
  const wheels = path.join(context.cache, 'wheels');
  fs.mkdirSync(wheels, { recursive: true });
  const pinned = ['--require-hashes', ...more, '-r', requirements];
  const install = ['install', '--no-index', `--find-links=${wheels}`, ...pinned];
  progress('installing');
  let installed = await pip(context, install);
  if (installed.code !== 0) {
    await withLock(
      `${wheels}.lock`,
      () => downloadWheels(context, requirements, wheels, pinned, progress),
      (owner) => progress(`waiting for ${owner}`),
    );
    progress('installing');
    installed = await pip(context, install);
  }
  if (installed.code !== 0) throw new SetupError(`pip install failed:\n${pipError(installed.output)}`);
}

/** The version that requirements.txt pins. */
export function pinnedVersion(name) {
  return new RegExp(`^${name}==(\\S+)`, 'm').exec(fs.readFileSync(REQUIREMENTS, 'utf8'))?.[1];
}

/** Runs the environment's pip; nothing of it is written outside the clone and the cache folder. */
export function pip(context, args, onLine) {
  const env = {
    ...context.env,
    PIP_CACHE_DIR: path.join(context.cache, 'pip'),
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_USER: '0',
    PIP_REQUIRE_VIRTUALENV: '0',
    PYTHONUNBUFFERED: '1',
  };
  return runCommand(context.venvPython, ['-m', 'pip', ...args], { env, onLine });
}

/** The lines of pip's output that say what went wrong. */
export function pipError(output) {
  const errors = output.split('\n').filter((line) => line.startsWith('ERROR:'));
  return (errors.slice(-3).join('\n') || output).slice(-800).trim();
}

async function downloadWheels(context, requirements, wheels, pinned, progress) {
  const total = fs.readFileSync(requirements, 'utf8').match(/^[a-z0-9-]+==/gm).length;
  let seen = 0;
  const { code, output } = await pip(
    context,
    ['download', '--only-binary=:all:', ...pinned, '-d', wheels],
    (line) => {
      if (!/^(Collecting|Ignoring|Requirement already) /.test(line)) return;
      seen += 1;
      progress(`${Math.min(seen, total)} of ${total} wheels`);
    },
  );
  if (code === 0) return;
  throw new SetupError(
    `The Python packages could not be downloaded:\n${pipError(output)}`,
    'Check the network connection, then run the same command again.',
  );
}

function stampFile({ venv }) {
  return path.join(venv, 'segcourse.json');
}

function stamp({ venv }) {
  return { requirements: hashOf(fs.readFileSync(REQUIREMENTS)), venv };
}
