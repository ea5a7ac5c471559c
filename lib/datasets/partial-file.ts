import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * The first bytes of a file that is being downloaded, `target.part`, and beside it, in `target.part.version`, what the
 * server calls the version that they are of.
 */
export class PartialFile {
  readonly path: string;
  private readonly versionPath: string;

  constructor(private readonly target: string) {
    this.path = `${target}.part`;
    this.versionPath = `${this.path}.version`;
  }

  /** Bytes that are there; 0 where there is no such file. */
  async size(): Promise<number> {
    return (await stat(this.path).catch(() => undefined))?.size ?? 0;
  }

  /** The version as `begin` was told it; undefined where the server named none. */
  async version(): Promise<string | undefined> {
    const text = await readFile(this.versionPath, 'latin1').catch(() => '');
    return text || undefined;
  }

  /** Makes an empty file for the bytes of a version. Emptied first: a version never stands beside another's bytes. */
  async begin(version: string | undefined): Promise<void> {
    await writeFile(this.path, '');
    if (version) await writeFile(this.versionPath, version, 'latin1');
    else await rm(this.versionPath, { force: true });
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.versionPath, { force: true });
  }

  /** Gives the file its name. */
  async complete(): Promise<void> {
    await rename(this.path, this.target);
    await rm(this.versionPath, { force: true });
  }
}
