import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { withFileLock } from '../io/file-lock';
import { packageRoot } from '../io/package-root';
import { extractEntry } from './archive';
import { DataError } from './data-error';
import { downloadFile, type DownloadProgress } from './download';
import { datasetEntry, readManifest, type DatasetEntry, type FileEntry } from './manifest';
import { PartialFile } from './partial-file';
import { verifyFile } from './verify';

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

export interface EnsureOptions {
  /** Only the files whose path ends with one of these; all by default. */
  files?: readonly string[];
  onProgress?: (progress: DownloadProgress) => void;
  manifest?: DatasetEntry[];
}

export interface EnsuredDataset {
  /** Place on disk of each file, by its name without folder. */
  paths: Record<string, string>;
  /** In words: where the files were found, or came from. */
  origin: string;
}

/**
 * Makes sure that a data set's files are on this machine, each verified against the manifest: in the data folder, else
 * in the mirror folder (used in place), else downloaded to the data folder from the mirror or the public source.
 *
 * One call at a time downloads files of a data set, whatever the process: others wait, and find them there.
 *
 * @throws RangeError for a data set, or one of `files`, that the manifest does not have
 * @throws DataError `missing` (no source has it), `download` (it could not be fetched) or `damaged` (a file on disk is
 *   not what the manifest says); nothing half-written is left under a file's name
 */
export async function ensureDataset(name: string, options: EnsureOptions = {}): Promise<EnsuredDataset> {
  const { files, onProgress, manifest } = options;
  const dataset = datasetEntry(name, manifest);
  const wanted = wantedFiles(dataset, files);
  const ensure = () => ensureFiles(dataset, wanted, onProgress);
  const mirror = dataMirror();
  const downloads = !(mirror && 'folder' in mirror) && wanted.some((entry) => !findLocally(entry));
  // Around all of the files: an archive is there for several of them, and deleted after the last.
  return downloads ? withFileLock(join(dataFolder(), `${name}.lock`), ensure) : ensure();
}

function wantedFiles({ name, files: known }: DatasetEntry, endings?: readonly string[]): FileEntry[] {
  if (!endings) return known;
  const nowhere = endings.find((ending) => !known.some(({ path }) => path.endsWith(ending)));
  if (nowhere !== undefined) {
    throw new RangeError(
      `ensureDataset: got file ${JSON.stringify(nowhere)}; expected one of ${name}'s: ` +
        known.map(({ path }) => basename(path)).join(', '),
    );
  }
  return known.filter(({ path }) => endings.some((ending) => path.endsWith(ending)));
}

async function ensureFiles(
  dataset: DatasetEntry,
  wanted: readonly FileEntry[],
  onProgress?: (progress: DownloadProgress) => void,
): Promise<EnsuredDataset> {
  const paths: Record<string, string> = {};
  const origins = new Set<string>();
  const archives = new Set<string>();
  try {
    for (const entry of wanted) {
      const { path, origin } = findLocally(entry) ?? (await fetchFile(dataset, entry, archives, onProgress));
      await verifyFile(path, entry);
      paths[basename(path)] = path;
      origins.add(origin);
    }
  } finally {
    for (const archive of archives) await rm(archive, { force: true });
  }
  return { paths, origin: [...origins].join(' and ') };
}

/** One row of a table of what is there. */
export interface DataStatus {
  name: string;
  present: boolean;
  bytes: number | null;
  source: string;
}

/** What of the manifest is on this machine; fetches and verifies nothing. */
export async function dataStatus(manifest = readManifest()): Promise<DataStatus[]> {
  const rows = manifest
    .flatMap(({ files }) => files)
    .map(async (entry): Promise<DataStatus> => {
      const found = findLocally(entry);
      if (!found) {
        const mirror = dataMirror();
        const source = mirror
          ? `to come from the mirror ${'url' in mirror ? mirror.url : mirror.folder}`
          : 'to download';
        return { name: entry.path, present: false, bytes: null, source };
      }
      return { name: entry.path, present: true, bytes: (await stat(found.path)).size, source: found.origin };
    });
  return Promise.all(rows);
}

function findLocally(entry: FileEntry): { path: string; origin: string } | undefined {
  const own = join(dataFolder(), entry.path);
  if (existsSync(own)) return { path: own, origin: `data folder ${dataFolder()}` };
  const mirror = dataMirror();
  if (!mirror || !('folder' in mirror)) return undefined;
  const mirrored = join(mirror.folder, entry.path);
  return existsSync(mirrored) ? { path: mirrored, origin: `mirror ${mirror.folder}` } : undefined;
}

async function fetchFile(
  dataset: DatasetEntry,
  entry: FileEntry,
  archives: Set<string>,
  onProgress?: (progress: DownloadProgress) => void,
): Promise<{ path: string; origin: string }> {
  const target = join(dataFolder(), entry.path);
  const { maxBytes } = entry;
  const verify = (path: string) => verifyDownload(path, entry);
  const mirror = dataMirror();
  if (mirror && 'folder' in mirror) {
    throw new DataError(
      'missing',
      `${entry.path}: got no such file in the mirror ${mirror.folder} nor in ${dataFolder()}; put it there, or unset ` +
        'SEGCOURSE_DATA_MIRROR to download it',
    );
  }
  if (mirror) {
    const url = new URL(entry.path, mirror.url).href;
    await downloadFile(url, target, { maxBytes, verify, onProgress });
    return { path: target, origin: `download from ${url}` };
  }
  const failures: string[] = [];
  for (const source of entry.sources) {
    try {
      if (source.entry === undefined) {
        await downloadFile(source.url, target, { maxBytes, verify, onProgress });
      } else {
        const archive = join(dataFolder(), dataset.name, basename(new URL(source.url).pathname));
        if (!archives.has(archive)) {
          await downloadFile(source.url, archive, { maxBytes: source.maxBytes ?? maxBytes, onProgress });
          archives.add(archive);
        }
        await mkdir(dirname(target), { recursive: true });
        // What a source before this one left takes the place that the entry is unpacked to.
        await new PartialFile(target).discard();
        await extractEntry(archive, source.entry, target, { maxBytes, verify });
      }
      return { path: target, origin: `download from ${source.url}` };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      failures.push(error.message);
    }
  }
  throw new DataError(
    'download',
    `${entry.path}: ${failures.join('; ') || 'no known source'}. Get it by hand (${dataset.homepage}) and put it into ` +
      `${dirname(target)}, or set SEGCOURSE_DATA_MIRROR to a folder that has it.`,
  );
}

/** The wrong bytes from a server are a failed download, not damaged data of the user's. */
async function verifyDownload(path: string, entry: FileEntry): Promise<void> {
  try {
    await verifyFile(path, entry);
  } catch (error) {
    throw error instanceof DataError ? new DataError('download', `downloaded ${error.message}`) : error;
  }
}
