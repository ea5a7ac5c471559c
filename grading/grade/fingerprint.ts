import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Entries of a folder that are looked at; a submission has a handful. */
const ENTRY_LIMIT = 2000;

/**
 * SHA-256 over the names, types and contents of all that is in a folder (or of a file or link), in hex. Links are not
 * followed; nothing but files is read.
 */
export async function fingerprint(file: string): Promise<string> {
  const hash = createHash('sha256');
  await add(hash, file, '', { entries: 0 });
  return hash.digest('hex');
}

async function add(hash: Hash, file: string, name: string, seen: { entries: number }): Promise<void> {
  seen.entries += 1;
  if (seen.entries > ENTRY_LIMIT) return;
  const stat = await lstat(file);
  hash.update(JSON.stringify([name, stat.isFile() ? stat.size : stat.mode & 0o170000]));
  if (stat.isSymbolicLink()) hash.update(await readlink(file));
  if (stat.isFile()) await pipeline(createReadStream(file), hash, { end: false });
  if (!stat.isDirectory()) return;
  for (const entry of (await readdir(file)).sort()) {
    await add(hash, path.join(file, entry), `${name}/${entry}`, seen);
  }
}
