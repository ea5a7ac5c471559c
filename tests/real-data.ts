import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** As the tests were started: some of them change it. */
const MIRROR = process.env.SEGCOURSE_DATA_MIRROR;

/**
 * The folder of real data for a test: the mirror, where it is a folder, or `../shared/data` beside the project.
 * Skips the test, with a notice, where neither holds `path`.
 */
export function realData(context: Mocha.Context, path: string): string {
  const root = resolve(__dirname, '..');
  for (const folder of [MIRROR && resolve(root, MIRROR), resolve(root, '../shared/data')]) {
    if (folder && existsSync(join(folder, path))) return folder;
  }
  console.log(`      no ${path} in SEGCOURSE_DATA_MIRROR or ../shared/data: skipped`);
  return context.skip();
}
