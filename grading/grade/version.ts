import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';

/** SHA-256 over the compiled library and grader: what a result may depend on, besides the submission. */
export function graderVersion(): string {
  const build = path.join(packageRoot(), '.build');
  const hash = createHash('sha256');
  for (const folder of ['grading', 'lib']) {
    const names = readdirSync(path.join(build, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => each.endsWith('.js')).sort()) {
      hash
        .update(`${folder}/${name}\0`)
        .update(readFileSync(path.join(build, folder, name)))
        .update('\0');
    }
  }
  return hash.digest('hex');
}
