import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';
import type { Files } from './files';

const FOLDER = '.build/lib';

/**
 * The library as students get it: each compiled file minified by itself, beside its declarations, which tslab checks
 * types with and the editor completes from. No TypeScript sources, no source maps.
 *
 * @param root the repository, with its library compiled
 */
export async function libraryFiles(root: string): Promise<Files> {
  const names = (readdirSync(path.join(root, FOLDER), { recursive: true }) as string[]).sort();
  const files: Files = new Map();
  for (const name of names) {
    const text = () => readFileSync(path.join(root, FOLDER, name), 'utf8');
    const place = path.posix.join(FOLDER, name.split(path.sep).join('/'));
    if (name.endsWith('.d.ts')) files.set(place, Buffer.from(withoutMap(text())));
    else if (name.endsWith('.js')) files.set(place, Buffer.from(await minified(text())));
  }
  return files;
}

async function minified(code: string): Promise<string> {
  // Names of classes and functions are what students read in errors.
  const options = {
    minify: true,
    keepNames: true,
    target: 'node20',
    legalComments: 'none',
    charset: 'utf8',
  } as const;
  return (await transform(code, options)).code;
}

const withoutMap = (text: string): string => text.replace(/^\/\/# sourceMappingURL=.*\n?/gm, '');
