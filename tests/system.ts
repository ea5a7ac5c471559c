import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Context } from 'mocha';

/** What some tests need of the system, by its Debian package: the programs that serve, best first. */
const PROGRAMS = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  bubblewrap: ['bwrap'],
  ffmpeg: ['ffmpeg'],
};

/**
 * Skips the calling test or suite, with a notice, where a program is missing; to be called in a mocha function that has
 * its own `this`.
 *
 * @returns the program's path
 */
export function requireSystem(context: Context, debianPackage: keyof typeof PROGRAMS): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = PROGRAMS[debianPackage].flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = candidates.find(isExecutable);
  if (found) return found;
  console.log(`    skipped: needs ${debianPackage}: sudo apt install ${debianPackage}`);
  return context.skip();
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
