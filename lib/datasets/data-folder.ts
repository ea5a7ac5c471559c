import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { packageRoot } from '../io/package-root';
import type { FileEntry } from './manifest';

/** Where downloaded data are kept: `$SEGCOURSE_DATA`, or `data/` in the package. */
export function dataFolder(): string {
  return resolve(process.env.SEGCOURSE_DATA || join(packageRoot(), 'data'));
}

/** What stands in for the internet: `$SEGCOURSE_DATA_MIRROR`, a folder or a base URL with the manifest's paths below. */
export function dataMirror(): { folder: string } | { url: string } | undefined {
  const mirror = process.env.SEGCOURSE_DATA_MIRROR;
  if (!mirror) return undefined;
  if (/^https?:\/\//.test(mirror)) return { url: mirror.replace(/\/*$/, '/') };
  if (isAbsolute(mirror) || existsSync(mirror)) return { folder: resolve(mirror) };
  // Notebooks run in a folder of their own; the variable is usually set in the package's.
  return { folder: resolve(packageRoot(), mirror) };
}

/** Where a file lies and, in words, whose folder that is. */
export interface FoundFile {
  path: string;
  origin: string;
}

/** The file in the data folder or in a mirror folder; not verified. */
export function findLocally(entry: FileEntry): FoundFile | undefined {
  const own = join(dataFolder(), entry.path);
  if (existsSync(own)) return { path: own, origin: `data folder ${dataFolder()}` };
  const mirror = dataMirror();
  if (!mirror || !('folder' in mirror)) return undefined;
  const mirrored = join(mirror.folder, entry.path);
  return existsSync(mirrored) ? { path: mirrored, origin: `mirror ${mirror.folder}` } : undefined;
}
