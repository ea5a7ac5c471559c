import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let found: string | undefined;

/**
 * The folder of the `package.json` named segcourse, whether this file runs as TypeScript from `lib/` or compiled from
 * `.build/lib/`.
 *
 * @throws Error when no folder above this file is the package's
 */
export function packageRoot(): string {
  found ??= search(__dirname);
  return found;
}

function search(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const description = join(folder, 'package.json');
    if (existsSync(description) && JSON.parse(readFileSync(description, 'utf8')).name === 'segcourse')
      return folder;
    if (folder === dirname(folder)) {
      throw new Error(
        `packageRoot: no package.json named segcourse above ${start}; run the library from inside its package`,
      );
    }
  }
}
