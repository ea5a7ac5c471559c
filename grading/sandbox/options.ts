import fs from 'node:fs';
import path from 'node:path';
import type { BoxLimits, BoxOptions, View } from './box';

/** What every box has of its own; no view may lie there. */
const OWN = ['/proc', '/dev', '/tmp', '/etc'];
/** Folders that a scratch would hide. */
const SYSTEM = ['/proc', '/dev', '/etc', '/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64'];

/**
 * Refuses options that could not hold, before anything is started.
 *
 * @throws TypeError that names the option, what was got and what was expected
 */
export function checkOptions(options: BoxOptions): void {
  const { command, args, env, cwd, limits } = options;
  for (const [name, value] of [
    ['command', command],
    ['cwd', cwd],
  ]) {
    if (!path.isAbsolute(value)) fail(name, value, 'an absolute path');
    refuseNul(name, value);
  }
  if (!fs.existsSync(command)) fail('command', command, 'a file that exists');
  for (const text of args) refuseNul('args', text);
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || name.includes('=')) fail('env', name, "a name without '='");
    refuseNul('env', name + value);
  }
  checkLimits(limits);
  const scratch = path.resolve(cwd);
  const views = viewsOf(options);
  for (const { from, to } of views) {
    refuseNul('readOnly', from + to);
    if (!fs.existsSync(from)) fail('readOnly', from, 'a path that exists');
    if (OWN.some((folder) => isWithin(to, folder)) || to === '/')
      fail('readOnly', to, `a path in the box outside ${OWN.join(', ')}`);
    if (isWithin(to, scratch) || isWithin(scratch, to)) fail('readOnly', to, `a path beside cwd, ${scratch}`);
  }
  if (scratch === '/' || SYSTEM.some((folder) => isWithin(scratch, folder)))
    fail('cwd', cwd, `a folder outside ${SYSTEM.join(', ')}`);
}

export function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** The views with both paths, outer folders first, so that inner ones lie on top. */
export function viewsOf({ readOnly }: BoxOptions): View[] {
  return readOnly
    .map((view) => (typeof view === 'string' ? { from: view, to: view } : view))
    .map(({ from, to }) => ({ from: absolute(from), to: absolute(to) }))
    .sort((a, b) => a.to.split('/').length - b.to.split('/').length);
}

function checkLimits(limits: BoxLimits): void {
  for (const name of ['wallSeconds', 'cpuSeconds', 'memoryMiB', 'processes', 'scratchMiB'] as const) {
    const value = limits[name];
    if (!(Number.isFinite(value) && value > 0)) fail(`limits.${name}`, value, 'a positive number');
  }
  if (!Number.isInteger(limits.processes)) fail('limits.processes', limits.processes, 'a whole number');
}

function absolute(file: string): string {
  return path.isAbsolute(file) ? path.resolve(file) : fail('readOnly', file, 'an absolute path');
}

function refuseNul(name: string, text: string): void {
  if (text.includes('\0')) fail(name, JSON.stringify(text), 'text without NUL');
}

function fail(name: string, got: unknown, expected: string): never {
  throw new TypeError(`openBox: ${name}: got ${String(got)}; expected ${expected}`);
}
