import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { archiveError, entryPlace, safeParts, type ArchiveEntry } from './archive-entry';
import { tarEntries } from './tar-archive';
import { zipEntries } from './zip-archive';

export interface ExtractOptions {
  /** The most bytes that the file may have unpacked. */
  maxBytes: number;
  /** Throws when the unpacked file is not the right one; it is then deleted. */
  verify: (path: string) => Promise<void>;
}

/**
 * Unpacks one entry of a zip archive to `target`, written beside, verified and renamed. Nothing else in the archive is
 * unpacked, and its names choose no place on disk.
 *
 * @throws DataError `download` when the archive is damaged, lacks the entry, or the entry is too large; what `verify`
 *   throws
 */
export async function extractEntry(
  archive: string,
  entry: string,
  target: string,
  { maxBytes, verify }: ExtractOptions,
): Promise<void> {
  const part = `${target}.part`;
  const file = await open(archive);
  try {
    const entries = await zipEntries(file, archive);
    const found = entries.find(({ name, kind }) => name === entry && kind === 'file');
    if (!found) {
      const listed =
        entries
          .slice(0, 10)
          .map(({ name }) => name)
          .join(', ') || 'no entries';
      throw archiveError(archive, entryPlace(entry), `only ${listed}`, 'this entry');
    }
    if (found.size > maxBytes) {
      throw archiveError(archive, entryPlace(entry), `${found.size} bytes`, `at most ${maxBytes}`);
    }
    await unpack(archive, found, part);
    await verify(part);
    await rename(part, target);
  } catch (error) {
    throw damageNamed(archive, entryPlace(entry), error);
  } finally {
    await file.close();
    await rm(part, { force: true });
  }
}

export interface ExtractArchiveOptions {
  /** The most bytes of all files together, unpacked; 4 GiB by default. */
  maxBytes?: number;
  /** The most files and folders; 100,000 by default. */
  maxEntries?: number;
  onProgress?: (progress: { files: number; bytes: number }) => void;
}

/**
 * Unpacks a whole archive (.zip, .tar, .tar.gz) to a folder that does not exist yet. The folder appears when all is
 * unpacked; nothing is left of an archive that is refused.
 *
 * Refused, as no honest data set has them: names that lead out of the folder, links, devices, two entries of one name,
 * entries with more bytes than they state, and more bytes or entries than the limits allow.
 *
 * @returns the paths of the files below the folder, in the archive's order
 * @throws RangeError for limits that are no positive integers; DataError `download` for an archive that is damaged or
 *   refused; Error where the folder exists
 */
export async function extractArchive(
  archive: string,
  folder: string,
  options: ExtractArchiveOptions = {},
): Promise<string[]> {
  const { maxBytes = 2 ** 32, maxEntries = 100_000, onProgress } = options;
  for (const [name, limit] of Object.entries({ maxBytes, maxEntries })) {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`extractArchive: got ${name} ${limit}; expected a positive integer`);
    }
  }
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const file = await open(archive);
  const seen: Seen = new Map();
  const files: string[] = [];
  let bytes = 0;
  let count = 0;
  let current = 'offset 0 (first entry)';
  try {
    for await (const entry of await entriesOf(file, archive)) {
      current = entryPlace(entry.name);
      if (++count > maxEntries) {
        throw archiveError(
          archive,
          entryPlace(entry.name),
          `more than ${maxEntries} entries`,
          'at most so many',
        );
      }
      const name = checkedName(archive, entry, seen);
      // Those of a folder, too: they are skipped, and of a packed archive unpacked for it.
      bytes += entry.size;
      if (!(bytes <= maxBytes)) {
        throw archiveError(archive, entryPlace(name), `${bytes} bytes with it`, `at most ${maxBytes} in all`);
      }
      if (entry.kind === 'folder') {
        await mkdir(join(part, name), { recursive: true });
        continue;
      }
      await mkdir(dirname(join(part, name)), { recursive: true });
      await unpack(archive, entry, join(part, name));
      files.push(name);
      onProgress?.({ files: files.length, bytes });
    }
    // Fails where the folder exists and is not empty.
    await rename(part, folder);
  } catch (error) {
    throw damageNamed(archive, current, error);
  } finally {
    await file.close();
    await rm(part, { recursive: true, force: true });
  }
  return files;
}

/** What the names so far are, small letters for capitals. */
type Seen = Map<string, 'file' | 'folder'>;

function checkedName(archive: string, { name, kind }: ArchiveEntry, seen: Seen): string {
  const path = safeParts(archive, name).join('/');
  if (kind === 'file' && path === '') throw archiveError(archive, entryPlace(name), 'a file', 'a folder');
  if (kind === 'link' || kind === 'other') {
    throw archiveError(
      archive,
      entryPlace(name),
      kind === 'link' ? 'a link' : 'a device',
      'files and folders',
    );
  }
  // Some file systems do not tell capitals from small letters: the second file would replace the first.
  const folded = path.normalize('NFC').toLowerCase();
  const parents = folded.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
  for (const parent of kind === 'folder' ? [...parents, folded] : parents) {
    if (seen.get(parent) === 'file')
      throw archiveError(archive, entryPlace(name), 'a folder', 'the file of this name');
    seen.set(parent, 'folder');
  }
  if (kind === 'folder') return path;
  if (seen.has(folded)) throw archiveError(archive, entryPlace(name), 'it twice', 'it once');
  seen.set(folded, 'file');
  return path;
}

/** By the first bytes: zip, gzip of a tar, or tar. */
async function entriesOf(
  file: FileHandle,
  archive: string,
): Promise<Iterable<ArchiveEntry> | AsyncIterable<ArchiveEntry>> {
  const start = new Uint8Array(4);
  await file.read(start, 0, 4, 0);
  if (start[0] === 0x50 && start[1] === 0x4b) return zipEntries(file, archive);
  const stored = createReadStream('', { fd: file.fd, start: 0, autoClose: false });
  if (start[0] !== 0x1f || start[1] !== 0x8b) return tarEntries(stored, archive);
  const unpacked = createGunzip();
  stored.on('error', (error) => unpacked.destroy(error)).pipe(unpacked);
  return tarEntries(unpacked, archive);
}

/** Writes the bytes of a file, which must be as many as the archive states. */
async function unpack(archive: string, entry: ArchiveEntry, target: string): Promise<void> {
  let received = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      received += chunk.length;
      if (received <= entry.size) return done(null, chunk);
      const expected = `the ${entry.size} bytes that it states`;
      done(archiveError(archive, entryPlace(entry.name), `${received} bytes and more`, expected));
    },
  });
  await pipeline(entry.read(), counted, createWriteStream(target));
  if (received < entry.size) {
    throw archiveError(archive, entryPlace(entry.name), `${received} bytes`, `${entry.size}`);
  }
}

/** zlib's errors in the words of the others. */
function damageNamed(archive: string, place: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code?.startsWith('Z_')
    ? archiveError(archive, place, `damaged packed bytes (${message})`, 'whole ones: download it again')
    : error;
}
