import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { DataError } from './data-error';

export interface ExtractOptions {
  /** The most bytes that the file may have unpacked. */
  maxBytes: number;
  /** Throws when the unpacked file is not the right one; it is then deleted. */
  verify: (path: string) => Promise<void>;
}

/**
 * Unpacks one entry of a zip archive to `target`, written beside, verified and renamed. Nothing else in the archive is
 * unpacked, and its names choose no place on disk.
 *
 * @throws DataError `download` when the archive is damaged, lacks the entry, or the entry is too large; what `verify`
 *   throws
 */
export async function extractEntry(
  archive: string,
  entry: string,
  target: string,
  { maxBytes, verify }: ExtractOptions,
): Promise<void> {
  const bytes = unpack(await readFile(archive), archive, entry, maxBytes);
  const part = `${target}.part`;
  try {
    await writeFile(part, bytes);
    await verify(part);
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
}

function unpack(archive: Uint8Array, path: string, entry: string, maxBytes: number): Uint8Array {
  const names: string[] = [];
  let found: Record<string, Uint8Array>;
  try {
    found = unzipSync(archive, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        if (name === entry && originalSize > maxBytes) {
          throw new DataError(
            'download',
            `${path}: ${entry}: got ${originalSize} bytes; expected at most ${maxBytes}`,
          );
        }
        return name === entry;
      },
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(
      'download',
      `${path}: got no readable zip archive (${(error as Error).message}); delete it`,
    );
  }
  if (found[entry]) return found[entry];
  const listed = names.slice(0, 10).join(', ') || 'no entries';
  throw new DataError('download', `${path}: expected the entry ${entry}; got ${listed}`);
}
