import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileWhole } from '../../lib/io/write-file';
import { wellFormedJson } from '../nbgrader/well-formed';
import type { StrictNotebook } from '../repair/notebook';

const LIMITS = { files: 200, bytes: 50 * 2 ** 20, depth: 5 };

/**
 * Lays out what nbgrader is to record as it expects it in `submitted/`: the executed notebooks, and beside them the
 * other files that were submitted, as far as they are files, few and small.
 */
export async function stage(
  submission: string,
  staged: string,
  notebooks: Record<string, StrictNotebook>,
): Promise<void> {
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  await copyOthers(submission, staged, 1, { files: 0, bytes: 0 });
  for (const [name, notebook] of Object.entries(notebooks)) {
    writeFileWhole(path.join(staged, `${name}.ipynb`), Buffer.from(wellFormedJson(notebook)));
  }
}

async function copyOthers(
  from: string,
  to: string,
  depth: number,
  copied: { files: number; bytes: number },
): Promise<void> {
  if (!(await lstat(from)).isDirectory()) return;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.name.startsWith('.') || /\.ipynb/i.test(entry.name)) continue;
    if (entry.isDirectory() && depth < LIMITS.depth) await copyOthers(source, target, depth + 1, copied);
    if (!entry.isFile()) continue;
    const { size } = await lstat(source);
    if (copied.files + 1 > LIMITS.files || copied.bytes + size > LIMITS.bytes) continue;
    copied.files += 1;
    copied.bytes += size;
    await mkdir(to, { recursive: true });
    await copyPlain(source, target);
  }
}

async function copyPlain(source: string, target: string): Promise<void> {
  // Opened without following a link, in case it has become one meanwhile.
  const handle = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await writeFile(target, await handle.readFile());
  } finally {
    await handle.close();
  }
}
