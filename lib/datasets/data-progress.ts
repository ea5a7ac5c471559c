import type { FileEntry } from './manifest';

/** How far the loading of a data set is; `progressDisplay` shows it. */
export interface DataProgress {
  /** First the files that are missing are downloaded, then all are read (or, synthetic ones, made). */
  stage: 'download' | 'read';
  /** Bytes of a download; images, slices or volumes that are read. */
  done: number;
  total: number;
  /** Of a download: how many are there, of those that were missing. */
  files?: { done: number; total: number };
}

export type OnProgress = (progress: DataProgress) => void;

/** The most bytes of a file's versions. */
const sizeOf = ({ accepted }: FileEntry) => Math.max(...accepted.map(({ bytes }) => bytes));

/**
 * Sums up what the downloads of several files report. The total is known before the first byte; what is done never
 * shrinks, also where a file is begun again.
 */
export class DownloadTally {
  readonly #shares = new Map<FileEntry, number>();
  readonly #total: number;
  #done = 0;
  #complete = 0;

  constructor(
    private readonly entries: readonly FileEntry[],
    private readonly onProgress?: OnProgress,
  ) {
    this.#total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  }

  /** So many of all bytes of a file, or of the archive that it comes in, are there. */
  received(entry: FileEntry, bytes: number, all = sizeOf(entry)): void {
    this.#note(entry, Math.min(bytes / Math.max(all, 1), 1));
  }

  complete(entry: FileEntry): void {
    this.#complete++;
    this.#note(entry, 1);
  }

  #note(entry: FileEntry, share: number): void {
    this.#shares.set(entry, share);
    let done = 0;
    for (const [file, part] of this.#shares) done += part * sizeOf(file);
    this.#done = Math.max(this.#done, Math.round(done));
    const files = { done: this.#complete, total: this.entries.length };
    this.onProgress?.({ stage: 'download', done: this.#done, total: this.#total, files });
  }
}
