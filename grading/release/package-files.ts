import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Files, json } from './files';

interface PackageDescription extends Record<string, unknown> {
  dependencies: Record<string, string>;
}

interface Locked extends Record<string, unknown> {
  dev?: boolean;
  devOptional?: boolean;
}

interface Lockfile extends Record<string, unknown> {
  packages: Record<string, Locked>;
}

const SCRIPTS = { start: 'node lib/setup/start.mjs', setup: 'node lib/setup/setup.mjs' };

/** The student's package.json and package-lock.json: what the library needs, and none of the tools that it is made with. */
export function packageFiles(root: string): Files {
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(root, name), 'utf8'));
  const { devDependencies: _, ...description } = read('package.json') as PackageDescription;
  const lockfile = read('package-lock.json') as Lockfile;
  const { devDependencies: __, ...rootEntry } = lockfile.packages[''];
  const packages = Object.entries(lockfile.packages)
    .filter(([name, { dev }]) => name !== '' && !dev)
    .map(([name, entry]) => [name, withoutDevelopment(entry)]);
  return new Map([
    ['package.json', json({ ...description, scripts: SCRIPTS })],
    [
      'package-lock.json',
      json({ ...lockfile, packages: { '': rootEntry, ...Object.fromEntries(packages) } }),
    ],
  ]);
}

/** What development needs or something optional does, is optional without development. */
function withoutDevelopment({ devOptional, ...entry }: Locked): Locked {
  return devOptional ? { ...entry, optional: true } : entry;
}
