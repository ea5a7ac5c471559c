import type { Readable } from 'node:stream';
import { DataError } from './data-error';

/** One member of an archive, whatever its format. */
export interface ArchiveEntry {
  name: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes unpacked, as the archive states them. */
  size: number;
  /** The bytes of a file, unpacked as they are read; an error event where they are damaged. */
  read(): Readable;
}

/** @param place what of the archive is wrong: an offset, or an entry */
export const archiveError = (archive: string, place: string, got: string, expected: string) =>
  new DataError('download', `${archive}: ${place}: got ${got}; expected ${expected}`);

/** What errors call an entry. */
export const entryPlace = (name: string) => `entry ${JSON.stringify(name.slice(0, 200))}`;

const LONGEST_NAME = 1024;

/**
 * The parts of an entry's name, if it stays below the folder that it is unpacked to; none for that folder itself.
 *
 * @throws DataError `download` for a name that leads elsewhere on some system: absolute, with `..`, a drive, a backslash or
 *   control characters (zip-slip)
 */
export function safeParts(archive: string, name: string): string[] {
  const parts = name.replace(/\/$/, '').split('/');
  // eslint-disable-next-line no-control-regex
  const odd = name.length > LONGEST_NAME || /[\u0000-\u001f\\:]/.test(name);
  const kept = parts.filter((part) => part !== '.');
  if (odd || name.startsWith('/') || kept.some((part) => part === '..' || part === '')) {
    throw archiveError(archive, entryPlace(name), 'this name', "names that stay in the archive's folder");
  }
  return kept;
}
