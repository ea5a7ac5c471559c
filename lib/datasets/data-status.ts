import { stat } from 'node:fs/promises';
import { dataMirror, findLocally, type FoundFile } from './data-folder';
import { readManifest, type DatasetEntry } from './manifest';

/** One row of a table of what is there. */
export interface DataStatus {
  name: string;
  /** All of its files. */
  present: boolean;
  /** How many of how many. */
  files: string;
  /** Of the files that are there. */
  bytes: number;
  source: string;
}

/** What of each data set is on this machine; fetches and verifies nothing. */
export async function dataStatus(manifest = readManifest()): Promise<DataStatus[]> {
  return Promise.all(
    manifest.map(async (dataset) => {
      const found = dataset.files.map(findLocally).filter((file) => file !== undefined);
      const sizes = await Promise.all(found.map(async ({ path }) => (await stat(path)).size));
      const missing = dataset.files.length - found.length;
      return {
        name: dataset.name,
        present: missing === 0,
        files: `${found.length} of ${dataset.files.length}`,
        bytes: sizes.reduce((sum, size) => sum + size, 0),
        source: [...originsOf(found), ...(missing > 0 ? [futureSource(dataset)] : [])].join(' and '),
      };
    }),
  );
}

export function originsOf(found: readonly FoundFile[]): string[] {
  return [...new Set(found.map(({ origin }) => origin))];
}

function futureSource({ files }: DatasetEntry): string {
  const mirror = dataMirror();
  if (mirror) return `to come from the mirror ${'url' in mirror ? mirror.url : mirror.folder}`;
  return files.some(({ sources }) => sources.length > 0)
    ? 'to download'
    : 'from a mirror alone (SEGCOURSE_DATA_MIRROR)';
}
