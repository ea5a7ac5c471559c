import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../io/cache-folder';
import { DiskCache } from './cache-disk';
import { decodeEntry, encodeEntry, entryBytes, type CachedImages } from './cache-entry';
import { MemoryCache } from './cache-memory';
import { fileSha256 } from './verify';

export interface SampleCacheOptions {
  /** The most bytes of images that stay in memory; 1 GiB by default, 0 for none. */
  memoryBytes?: number;
  /** The most bytes that stay on disk; 20 GiB by default, 0 for none. */
  diskBytes?: number;
  /** Where: `samples` in the course's cache folder by default. */
  folder?: string;
}

/** What images were made of and how. The same key has to mean the same images. */
export interface CacheKey {
  /** Files that they were made of: their contents count, not their names or dates. */
  files?: readonly string[];
  /** How they were made: sizes, spacings, windows, … in plain data. */
  parameters?: unknown;
  /** Of the code that makes them: another one makes them anew. */
  version: number | string;
}

const GIGABYTE = 2 ** 30;

/**
 * Keeps images that are slow to load or to prepare: in memory and on disk, each with those that were used last.
 *
 * ```ts
 * const cache = new SampleCache();
 * const load = (index: number) =>
 *   cache.get({ files: [scans[index], labels[index]], parameters: { spacing: [1, 1, 1] }, version: 1 }, () => prepare(index));
 * ```
 *
 * What it gives may be given again: it is not to be written to. Entries on disk are checked by their SHA-256 when they are
 * read; damaged ones are made anew. Several processes and threads may share a folder; a disk that is full or cannot be
 * written to costs a warning and time, no more.
 */
export class SampleCache {
  readonly #memory: MemoryCache<CachedImages>;
  readonly #disk?: DiskCache;
  readonly #running = new Map<string, Promise<CachedImages>>();
  #warned = false;

  /** @throws RangeError for a number of bytes that is negative or not a number */
  constructor({ memoryBytes = GIGABYTE, diskBytes = 20 * GIGABYTE, folder }: SampleCacheOptions = {}) {
    for (const [name, bytes] of Object.entries({ memoryBytes, diskBytes })) {
      if (!(bytes >= 0))
        throw new RangeError(`SampleCache: got ${name} ${bytes}; expected a number of at least 0`);
    }
    this.#memory = new MemoryCache(memoryBytes);
    if (diskBytes > 0) this.#disk = new DiskCache(folder ?? join(cacheFolder(), 'samples'), diskBytes);
  }

  /** Bytes of the images in memory. */
  get memoryBytes(): number {
    return this.#memory.bytes;
  }

  /**
   * The images under a key: from memory, from disk, or made. Who asks while they are being made waits for the same ones.
   *
   * @throws what `make` throws, which is not kept; Error for a file that is not there
   */
  async get<T extends { [Name in keyof T]: CachedImages[string] }>(
    key: CacheKey,
    make: () => T | Promise<T>,
  ): Promise<T> {
    const name = await nameOf(key);
    const known = this.#memory.get(name) ?? this.#running.get(name);
    if (known) return (await known) as T;
    const running = this.#load(name, make as () => CachedImages | Promise<CachedImages>);
    this.#running.set(name, running);
    try {
      return (await running) as T;
    } finally {
      this.#running.delete(name);
    }
  }

  async #load(name: string, make: () => CachedImages | Promise<CachedImages>): Promise<CachedImages> {
    const stored = await this.#read(name);
    const images = stored ?? (await make());
    this.#memory.set(name, images, entryBytes(images));
    if (!stored) await this.#attempt((disk) => disk.write(name, encodeEntry(images)));
    return images;
  }

  async #read(name: string): Promise<CachedImages | undefined> {
    const bytes = await this.#attempt((disk) => disk.read(name));
    if (!bytes) return undefined;
    try {
      return decodeEntry(bytes, name);
    } catch {
      await this.#attempt((disk) => disk.remove(name));
      return undefined;
    }
  }

  async #attempt<R>(action: (disk: DiskCache) => Promise<R>): Promise<R | undefined> {
    if (!this.#disk) return undefined;
    try {
      return await action(this.#disk);
    } catch (error) {
      if (!this.#warned) {
        process.emitWarning(`SampleCache: ${this.#disk.folder} cannot be used: ${(error as Error).message}`);
      }
      this.#warned = true;
      return undefined;
    }
  }
}

async function nameOf({ files = [], parameters, version }: CacheKey): Promise<string> {
  const contents = await Promise.all(files.map(contentOf));
  const text = JSON.stringify({ contents, parameters: sorted(parameters), version });
  return createHash('sha256').update(text).digest('hex');
}

/** The same parameters in another order are the same parameters. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (ArrayBuffer.isView(value)) return [value.constructor.name, ...(value as Uint8Array)];
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

/** Hashes of files that this process has read, as long as their size and date stay. */
const hashes = new Map<string, { state: string; hash: Promise<string> }>();

async function contentOf(file: string): Promise<string> {
  const path = resolve(file);
  const { size, mtimeMs, ino } = await stat(path);
  const state = `${size} ${mtimeMs} ${ino}`;
  const known = hashes.get(path);
  if (known?.state === state) return known.hash;
  const hash = fileSha256(path);
  hash.catch(() => hashes.delete(path));
  hashes.set(path, { state, hash });
  return hash;
}
