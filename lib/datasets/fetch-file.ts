import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { extractEntry } from './archive';
import { DataError } from './data-error';
import { dataFolder, dataMirror, type FoundFile } from './data-folder';
import type { DownloadTally } from './data-progress';
import { downloadFile } from './download';
import type { DatasetEntry, FileEntry, FileSource } from './manifest';
import { PartialFile } from './partial-file';
import { verifyFile } from './verify';

/** Brings files of one data set to the data folder, verified, several at the same time. */
export class FileFetcher {
  /** An archive is downloaded once for all files in it. */
  readonly #archives = new Map<string, Promise<void>>();

  constructor(
    private readonly dataset: DatasetEntry,
    private readonly tally: DownloadTally,
  ) {}

  /** @throws DataError `download` with what each source said */
  async fetch(entry: FileEntry): Promise<FoundFile> {
    const mirror = dataMirror();
    if (mirror && 'url' in mirror) {
      const url = new URL(entry.path, mirror.url).href;
      return this.#from({ url }, entry);
    }
    const failures: string[] = [];
    for (const source of entry.sources) {
      try {
        return await this.#from(source, entry);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        failures.push(error.message);
      }
    }
    throw new DataError(
      'download',
      `${entry.path}: ${failures.join('; ')}. Get it by hand (${this.dataset.homepage}) and put it into ` +
        `${dirname(join(dataFolder(), entry.path))}, or set SEGCOURSE_DATA_MIRROR to a folder that has it.`,
    );
  }

  /** Deletes the archives, which nothing needs any more. */
  async close(): Promise<void> {
    for (const [archive, downloaded] of this.#archives) {
      const complete = await downloaded.then(
        () => true,
        () => false,
      );
      if (complete) await rm(archive, { force: true });
    }
  }

  async #from(source: FileSource, entry: FileEntry): Promise<FoundFile> {
    const path = join(dataFolder(), entry.path);
    const { maxBytes } = entry;
    const verify = (file: string) => verifyDownload(file, entry);
    if (source.entry === undefined) {
      const onProgress = ({ received }: { received: number }) => this.tally.received(entry, received);
      await downloadFile(source.url, path, { maxBytes, verify, onProgress });
    } else {
      const archive = await this.#archive(source, entry);
      await mkdir(dirname(path), { recursive: true });
      // What a source before this one left takes the place that the entry is unpacked to.
      await new PartialFile(path).discard();
      await extractEntry(archive, source.entry, path, { maxBytes, verify });
    }
    this.tally.complete(entry);
    return { path, origin: `download from ${source.url}` };
  }

  async #archive({ url, maxBytes }: FileSource, entry: FileEntry): Promise<string> {
    const archive = join(dataFolder(), this.dataset.name, basename(new URL(url).pathname));
    const downloaded =
      this.#archives.get(archive) ??
      downloadFile(url, archive, {
        maxBytes: maxBytes ?? entry.maxBytes,
        onProgress: ({ received, total }) => this.tally.received(entry, received, total),
      });
    this.#archives.set(archive, downloaded);
    await downloaded;
    return archive;
  }
}

/** The wrong bytes from a server are a failed download, not damaged data of the user's. */
async function verifyDownload(path: string, entry: FileEntry): Promise<void> {
  try {
    await verifyFile(path, entry);
  } catch (error) {
    throw error instanceof DataError ? new DataError('download', `downloaded ${error.message}`) : error;
  }
}
