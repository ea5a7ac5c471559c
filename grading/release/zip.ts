import { zipSync, type Zippable } from 'fflate';
import type { Files } from './files';

/** The first moment that a zip can hold. fflate writes local time, so that these local parts are the same anywhere. */
const TIME = new Date(1980, 0, 1);
const UNIX = 3;
const PLAIN_FILE = 0o100644;

/** A zip of the files in one folder: the same bytes for the same files, whenever and wherever it is made. */
export function zipFiles(files: Files, folder: string): Uint8Array {
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) {
    const options = { mtime: TIME, level: 9, os: UNIX, attrs: (PLAIN_FILE << 16) >>> 0 } as const;
    entries[`${folder}/${name}`] = [files.get(name)!, options];
  }
  return zipSync(entries);
}
