import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const KEPT_CHARACTERS = 200_000;

const GUARD = fileURLToPath(new URL('guard.mjs', import.meta.url));

/**
 * Runs a command quietly and waits for it. It ends with this process, even when that is killed (guard.mjs).
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, onLine?: (line: string) => void, timeout?: number }} [options]
 *   `onLine` gets each line of stdout and stderr; `timeout` in milliseconds
 * @returns {Promise<{ code: number, output: string }>} stdout and stderr together (their end, when they are long); code
 *   127 when the command does not exist, 1 when a signal ended it
 */
export function runCommand(command, args, { cwd, env = process.env, onLine, timeout } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [GUARD, command, ...args], { cwd, env });
    const timer = timeout && setTimeout(() => child.stdin.end(), timeout);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output = (output + text).slice(-KEPT_CHARACTERS);
        const lines = (rest + text).split(/[\r\n]+/);
        rest = lines.pop() ?? '';
        for (const line of lines) onLine?.(line);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** The path of the first of these programs that is on the PATH, or undefined. */
export function findProgram(names, env = process.env) {
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names) {
    const candidates = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
    const found = candidates.find(isExecutable);
    if (found) return found;
  }
  return undefined;
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
