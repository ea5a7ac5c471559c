import { join } from 'node:path';
import { eachOf } from '../io/each-of';
import { withFileLock } from '../io/file-lock';
import { DataError } from './data-error';
import { dataFolder, dataMirror, findLocally, type FoundFile } from './data-folder';
import { DownloadTally, type OnProgress } from './data-progress';
import { originsOf } from './data-status';
import { FileFetcher } from './fetch-file';
import { datasetEntry, type DatasetEntry, type FileEntry } from './manifest';
import { verifyFile } from './verify';

/** Files that are verified, and downloaded, at the same time: as many as one server is asked for politely. */
const [VERIFIED_AT_ONCE, DOWNLOADED_AT_ONCE] = [8, 5];
/** After so many files that failed, none is begun: the network or the server is gone. */
const MOST_FAILURES = 5;

export interface EnsureOptions {
  /** Only these files, by their paths below the data set's folder or the ends of those; all by default. */
  files?: readonly string[];
  /** Told of downloads: bytes and files of all that are missing. */
  onProgress?: OnProgress;
  manifest?: DatasetEntry[];
}

export interface EnsuredDataset {
  /** Place on disk of each file, by its path below the data set's folder: `images/0a7.png`. */
  paths: Record<string, string>;
  /** In words: where the files were found, or came from. */
  origin: string;
}

/**
 * Makes sure that a data set's files are on this machine, each verified against the manifest: in the data folder, else
 * in the mirror folder (used in place), else downloaded to the data folder from the mirror or the public source, several
 * at the same time.
 *
 * One call at a time downloads files of a data set, whatever the process: others wait, and find them there. Where some
 * files fail, the others are kept, and the next call asks for the missing ones alone.
 *
 * @throws RangeError for a data set, or one of `files`, that the manifest does not have
 * @throws DataError `missing` (no source has it), `download` (it could not be fetched) or `damaged` (a file on disk is
 *   not what the manifest says); nothing half-written is left under a file's name
 */
export async function ensureDataset(name: string, options: EnsureOptions = {}): Promise<EnsuredDataset> {
  const { files, onProgress, manifest } = options;
  const dataset = datasetEntry(name, manifest);
  const wanted = wantedFiles(dataset, files);
  const missing = wanted.filter((entry) => !findLocally(entry));
  requireSources(dataset, missing);
  const ensure = () => ensureFiles(dataset, wanted, onProgress);
  // Around all of the files: an archive is there for several of them, and deleted after the last.
  return missing.length > 0 ? withFileLock(join(dataFolder(), `${name}.lock`), ensure) : ensure();
}

function wantedFiles({ name, files: known }: DatasetEntry, wanted?: readonly string[]): FileEntry[] {
  if (!wanted) return known;
  const names = new Set(known.map(nameOf));
  const exact = new Set(wanted.filter((file) => names.has(file)));
  const endings = wanted.filter((file) => !exact.has(file));
  const nowhere = endings.find((ending) => !known.some(({ path }) => path.endsWith(ending)));
  if (nowhere !== undefined) {
    const some = known.slice(0, 10).map(nameOf).join(', ');
    throw new RangeError(
      `ensureDataset: got file ${JSON.stringify(nowhere)}; expected one of ${name}'s: ${some}` +
        (known.length > 10 ? ', …' : ''),
    );
  }
  return known.filter(
    (entry) => exact.has(nameOf(entry)) || endings.some((ending) => entry.path.endsWith(ending)),
  );
}

/** Below the data set's folder. */
function nameOf({ path }: FileEntry): string {
  return path.slice(path.indexOf('/') + 1);
}

/** @throws DataError `missing`, before any work, where nobody is known to have a file that is missing */
function requireSources({ homepage }: DatasetEntry, missing: readonly FileEntry[]): void {
  const mirror = dataMirror();
  if (mirror && 'url' in mirror) return;
  const nowhere = mirror ? missing : missing.filter(({ sources }) => sources.length === 0);
  if (nowhere.length === 0) return;
  const [first, ...others] = nowhere;
  const files = others.length > 0 ? `${first.path} and ${others.length} other files` : first.path;
  const remedy =
    first.sources.length > 0
      ? 'put it there, or unset SEGCOURSE_DATA_MIRROR to download it'
      : `set SEGCOURSE_DATA_MIRROR to a folder or server that has them (no public copy of these very files is known; ` +
        `about the data: ${homepage})`;
  throw new DataError(
    'missing',
    `${files}: got no such file in ${mirror ? `the mirror ${mirror.folder} nor in ` : ''}${dataFolder()}; ${remedy}`,
  );
}

async function ensureFiles(
  dataset: DatasetEntry,
  wanted: readonly FileEntry[],
  onProgress?: OnProgress,
): Promise<EnsuredDataset> {
  const found = new Map<FileEntry, FoundFile>();
  await eachOf(wanted, VERIFIED_AT_ONCE, async (entry) => {
    const local = findLocally(entry);
    if (!local) return;
    await verifyFile(local.path, entry);
    found.set(entry, local);
  });
  const missing = wanted.filter((entry) => !found.has(entry));
  if (missing.length > 0) await fetchFiles(dataset, missing, found, onProgress);
  const files = wanted.map((entry) => ({ name: nameOf(entry), file: found.get(entry)! }));
  return {
    paths: Object.fromEntries(files.map(({ name, file }) => [name, file.path])),
    origin: originsOf(files.map(({ file }) => file)).join(' and '),
  };
}

async function fetchFiles(
  dataset: DatasetEntry,
  missing: readonly FileEntry[],
  found: Map<FileEntry, FoundFile>,
  onProgress?: OnProgress,
): Promise<void> {
  const fetcher = new FileFetcher(dataset, new DownloadTally(missing, onProgress));
  const failures: DataError[] = [];
  try {
    await eachOf(missing, DOWNLOADED_AT_ONCE, async (entry) => {
      if (failures.length >= MOST_FAILURES) return;
      try {
        found.set(entry, await fetcher.fetch(entry));
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        failures.push(error);
      }
    });
  } finally {
    await fetcher.close();
  }
  if (failures.length === 0) return;
  if (missing.length === 1) throw failures[0];
  const left = missing.filter((entry) => !found.has(entry)).length;
  throw new DataError(
    'download',
    `${dataset.name}: got ${missing.length - left} of ${missing.length} files, which are kept; the next call continues. ` +
      failures.map(({ message }) => message).join(' | '),
  );
}
