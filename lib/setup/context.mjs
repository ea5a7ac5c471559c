import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Where set-up reads and writes. Everything outside the clone goes into one cache folder, which all clones share and
 * which may be deleted at any time.
 *
 * @typedef {object} Context
 * @property {string} root the clone
 * @property {string} cache `$SEGCOURSE_CACHE`, or `segcourse` in `$XDG_CACHE_HOME` or `~/.cache`
 * @property {string} venv the clone's Python environment
 * @property {string} venvPython its interpreter
 * @property {NodeJS.Platform} platform
 * @property {string} arch
 * @property {Record<string, string | undefined>} env
 */

/**
 * @param {Partial<Pick<Context, 'root' | 'platform' | 'arch' | 'env'>>} [options] what differs from this process
 * @returns {Context}
 */
export function setupContext({
  root = ROOT,
  platform = process.platform,
  arch = process.arch,
  env = process.env,
} = {}) {
  const folder = path.resolve(root);
  const venv = path.join(folder, '.venv');
  return {
    root: folder,
    cache: path.resolve(
      env.SEGCOURSE_CACHE || path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'segcourse'),
    ),
    venv,
    venvPython: path.join(venv, 'bin', 'python'),
    platform,
    arch,
    env,
  };
}
