import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

const ENDING = '.entry';
/** What another process may still be writing is left alone for so long. */
const STALE_PART = 3_600_000;
/** A full cache is emptied to this share, so that not every new entry has to look for the oldest. */
const KEPT_SHARE = 0.9;

interface StoredFile {
  path: string;
  bytes: number;
  used: number;
}

/** Files by key, of which those that were used last stay when they become too many bytes. */
export class DiskCache {
  /** Bytes in the folder, as far as this process knows; counted anew before anything is removed. */
  #bytes?: number;

  constructor(
    readonly folder: string,
    private readonly maxBytes: number,
  ) {}

  /** The bytes under a key, or undefined. */
  async read(key: string): Promise<Uint8Array | undefined> {
    const path = this.path(key);
    try {
      const bytes = await readFile(path);
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
      return bytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Written beside its place and renamed: another process or thread never reads half of it. */
  async write(key: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length > this.maxBytes) return;
    await mkdir(this.folder, { recursive: true });
    const beside = `${this.path(key)}.${randomUUID()}.part`;
    try {
      const handle = await open(beside, 'wx');
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
      await rename(beside, this.path(key));
    } finally {
      await rm(beside, { force: true });
    }
    this.#bytes = this.#bytes === undefined ? undefined : this.#bytes + bytes.length;
    if (this.#bytes === undefined || this.#bytes > this.maxBytes) await this.#makeRoom();
  }

  async remove(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }

  path(key: string): string {
    return join(this.folder, `${key}${ENDING}`);
  }

  async #makeRoom(): Promise<void> {
    const files = await this.#files();
    this.#bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.#bytes <= this.maxBytes) return;
    files.sort((a, b) => a.used - b.used);
    for (const { path, bytes } of files) {
      if (this.#bytes <= this.maxBytes * KEPT_SHARE) break;
      await rm(path, { force: true });
      this.#bytes -= bytes;
    }
  }

  /** Removes what broken-off processes left. */
  async #files(): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile()) continue;
      if (name.endsWith(ENDING)) files.push({ path, bytes: found.size, used: found.mtimeMs });
      else if (name.endsWith('.part') && Date.now() - found.mtimeMs > STALE_PART)
        await rm(path, { force: true });
    }
    return files;
  }
}
