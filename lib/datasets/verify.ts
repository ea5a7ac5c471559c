import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { readTiff } from '../io/tiff';
import { DataError } from './data-error';
import type { FileEntry } from './manifest';

/** SHA-256 of a file's bytes in hexadecimal, read as a stream. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Accepts a file whose bytes, or whose pixels, are those of the manifest.
 *
 * @throws DataError `damaged` that says what was got, what was expected and what to do
 */
export async function verifyFile(path: string, entry: FileEntry): Promise<void> {
  const { size } = await stat(path);
  const sizes = [...new Set(entry.accepted.map(({ bytes }) => bytes))];
  const damaged = (got: string, expected: string) =>
    new DataError(
      'damaged',
      `${path}: got ${got}; expected ${expected}. Delete the file, or put the right one there.`,
    );
  if (size > entry.maxBytes) throw damaged(`${size} bytes`, `at most ${entry.maxBytes}`);

  const sha256 = await fileSha256(path);
  if (entry.accepted.some((version) => version.bytes === size && version.sha256 === sha256)) return;
  if (entry.pixels && (await pixelSha256(path, entry.maxBytes)) === entry.pixels.sha256) return;

  const expectedSizes = `${sizes.join(' or ')} bytes`;
  if (size < Math.min(...sizes)) throw damaged(`${size} bytes, a truncated file`, expectedSizes);
  const hashes = entry.accepted.map((version) => version.sha256).join(' or ');
  throw damaged(`${size} bytes with SHA-256 ${sha256}`, `${expectedSizes} with SHA-256 ${hashes}`);
}

/** SHA-256 of a stack's pixels, or undefined when the file cannot be read as one. */
async function pixelSha256(path: string, maxBytes: number): Promise<string | undefined> {
  try {
    const { data } = await readTiff(path, { maxBytes });
    return createHash('sha256').update(data).digest('hex');
  } catch {
    return undefined;
  }
}
