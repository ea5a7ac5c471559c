import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { hashOf, listFiles, readJson, writeJson } from './files.mjs';
import { SetupError } from './steps.mjs';

const COMPILER = 'node_modules/typescript/bin/tsc';
const FOLDERS = ['lib', 'grading', 'media'];
const MAIN = '.build/lib/index.js';

/**
 * The library, compiled from TypeScript into .build when a source has changed.
 *
 * @returns {import('./steps.mjs').Step}
 */
export function libraryStep(context) {
  return {
    name: 'course library',
    fresh: () => (libraryIsBuilt(context) ? '' : undefined),
    async run(progress) {
      progress('compiling');
      const hash = sourceHash(context.root);
      const args = [path.join(context.root, COMPILER), '-p', 'tsconfig.json', '--pretty', 'false'];
      const { code, output } = await runCommand(process.execPath, args, { cwd: context.root });
      if (code !== 0) {
        const errors = output.trim().split('\n');
        throw new SetupError(
          `The library does not compile (${errors.length} lines from the compiler):\n${errors.slice(0, 8).join('\n')}`,
          'npm run build shows all of it.',
        );
      }
      removeOrphans(context.root);
      writeJson(stampFile(context), { sources: hash });
      return 'compiled';
    },
  };
}

/** Removes what was compiled from sources that are gone: it would be found in the place of what replaced it. */
export function removeOrphans(root) {
  for (const folder of FOLDERS) {
    const built = path.join(root, '.build', folder);
    for (const name of listFiles(built)) {
      const source = name.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
      if (!fs.existsSync(path.join(root, folder, source))) fs.rmSync(path.join(built, name));
    }
  }
}

/** Whether .build was made from the sources as they are. */
export function libraryIsBuilt(context) {
  return (
    fs.existsSync(path.join(context.root, MAIN)) &&
    readJson(stampFile(context))?.sources === sourceHash(context.root)
  );
}

function sourceHash(root) {
  const names = FOLDERS.flatMap((folder) =>
    listFiles(path.join(root, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const parts = ['tsconfig.json', ...names].map(
    (name) => `${name}\0${fs.readFileSync(path.join(root, name), 'utf8')}`,
  );
  return hashOf(parts.join('\0'));
}

function stampFile({ root }) {
  return path.join(root, '.build', 'segcourse.json');
}
