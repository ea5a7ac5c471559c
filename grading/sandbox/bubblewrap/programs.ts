import fs from 'node:fs';
import path from 'node:path';

/** bubblewrap and what starts it, as absolute paths. */
export interface Programs {
  bwrap: string;
  sh: string;
  env: string;
  mount: string;
  prlimit: string;
  setpriv: string;
  unshare: string;
}

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

/** A program of the system; PATH comes last, as it may name folders of others. */
export function findProgram(name: string): string | undefined {
  const folders = [...FOLDERS, ...(process.env.PATH ?? '').split(path.delimiter)];
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

/** All of them, or the name of the first that is missing. */
export function findPrograms(): Programs | string {
  const found: Record<string, string> = {};
  for (const name of ['bwrap', 'sh', 'env', 'mount', 'prlimit', 'setpriv', 'unshare']) {
    const file = findProgram(name);
    if (!file) return name;
    found[name] = file;
  }
  return found as unknown as Programs;
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
