import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, dataMirror, findLocally } from './data-folder';
import { datasetEntry, type DatasetEntry } from './manifest';
import { verifyFile } from './verify';

/**
 * The only file of a data set, where somebody has put it into the data folder or the mirror folder; it is never
 * downloaded.
 *
 * @throws DataError `damaged` for a file that is not the manifest's
 */
export async function localFile(name: string, manifest?: DatasetEntry[]): Promise<string | undefined> {
  const [entry] = datasetEntry(name, manifest).files;
  const found = findLocally(entry);
  if (found) await verifyFile(found.path, entry);
  return found?.path;
}

/** A file that the manifest does not know, below the data folder or the mirror folder, where it is there. */
export function ownFile(path: string): string | undefined {
  const mirror = dataMirror();
  const folders = [dataFolder(), ...(mirror && 'folder' in mirror ? [mirror.folder] : [])];
  return folders.map((folder) => join(folder, path)).find((file) => existsSync(file));
}
