import type { FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { archiveError, entryPlace, type ArchiveEntry } from './archive-entry';

const END = 0x06054b50;
const END_BYTES = 22;
const END_64 = 0x06064b50;
const END_64_BYTES = 56;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_BYTES = 20;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** A directory of a million entries has about this size; it is read at once. */
const LARGEST_DIRECTORY = 2 ** 27;
/** Unix file types in the upper 16 bits of an entry's attributes. */
const FILE_TYPE = 0xf000;
const FOLDER_TYPE = 0x4000;
const LINK_TYPE = 0xa000;
const PLAIN_TYPE = 0x8000;

/**
 * The entries of a zip archive on disk, by its directory; nothing is unpacked before it is read, and no size is believed.
 *
 * Source: PKWARE, APPNOTE.TXT 6.3.10 (zip64 included)
 *
 * @throws DataError `download` where the directory is damaged, or an entry packed in an unknown way
 */
export async function zipEntries(file: FileHandle, archive: string): Promise<ArchiveEntry[]> {
  const { size: length } = await file.stat();
  const refuse: RefuseZip = (place, got, expected) => {
    throw archiveError(archive, place, got, `${expected}; the archive is damaged: download it again`);
  };
  const read = async (offset: number, bytes: number): Promise<DataView> => {
    if (!(offset >= 0 && bytes >= 0 && offset + bytes <= length)) {
      refuse(`offset ${offset}`, `${bytes} bytes`, `bytes within the file's ${length}`);
    }
    const buffer = new Uint8Array(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, offset);
    if (bytesRead < bytes)
      refuse(`offset ${offset + bytesRead}`, 'the end', `${bytes} bytes from ${offset} on`);
    return new DataView(buffer.buffer);
  };
  const { count, offset, size } = await findDirectory(read, length, refuse);
  if (size > LARGEST_DIRECTORY) {
    refuse(`offset ${offset} (directory)`, `${size} bytes`, `at most ${LARGEST_DIRECTORY}`);
  }
  const directory = await read(offset, size);
  const entries: ArchiveEntry[] = [];
  for (let index = 0, at = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > size || directory.getUint32(at, true) !== CENTRAL) {
      refuse(
        `offset ${offset + at} (entry ${index})`,
        'no entry',
        `${count} entries, as the directory's end says`,
      );
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      directory.getUint16(at + field, true),
    );
    const end = at + CENTRAL_BYTES + nameLength + extraLength + commentLength;
    if (end > size) {
      refuse(`offset ${offset + at} (entry ${index})`, `${end - at} bytes`, `at most the ${size - at} left`);
    }
    const name = Buffer.from(directory.buffer, at + CENTRAL_BYTES, nameLength).toString('utf8');
    const method = directory.getUint16(at + 10, true);
    if (directory.getUint16(at + 8, true) & ENCRYPTED)
      refuse(entryPlace(name), 'an encrypted one', 'a plain one');
    if (method !== STORED && method !== DEFLATED) {
      refuse(entryPlace(name), `method ${method}`, '0 (stored) or 8 (deflated)');
    }
    const sizes = sizesOf(directory, at, at + CENTRAL_BYTES + nameLength, extraLength, refuse);
    entries.push({
      name,
      kind: kindOf(directory, at, name),
      size: sizes.size,
      read: () => contents(file, archive, name, method, sizes, read),
    });
    at = end;
  }
  return entries;
}

type Read = (offset: number, bytes: number) => Promise<DataView>;
type RefuseZip = (place: string, got: string, expected: string) => never;

async function findDirectory(
  read: Read,
  length: number,
  refuse: RefuseZip,
): Promise<{ count: number; offset: number; size: number }> {
  const tail = Math.min(length, END_BYTES + LONGEST_COMMENT);
  const view = await read(length - tail, tail);
  for (let at = tail - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const found = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    const wide = found.count === 0xffff || found.size === 0xffffffff || found.offset === 0xffffffff;
    return (wide && (await findDirectory64(read, length - tail + at, refuse))) || found;
  }
  return refuse(`offset ${length} (end)`, 'no directory', 'one, as zip archives end with');
}

async function findDirectory64(read: Read, end: number, refuse: RefuseZip) {
  if (end < LOCATOR_64_BYTES) return undefined;
  const locator = await read(end - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
  if (locator.getUint32(0, true) !== LOCATOR_64) return undefined;
  const record = await read(uint64(locator, 8), END_64_BYTES);
  if (record.getUint32(0, true) !== END_64)
    refuse(
      `offset ${end - LOCATOR_64_BYTES} (zip64 locator)`,
      'a place without one',
      'that of the zip64 directory',
    );
  return { count: uint64(record, 32), size: uint64(record, 40), offset: uint64(record, 48) };
}

interface Sizes {
  size: number;
  packed: number;
  offset: number;
}

/** Those that do not fit 32 bits are in the zip64 field, in this order. */
function sizesOf(view: DataView, at: number, extra: number, extraLength: number, refuse: RefuseZip): Sizes {
  const fields = { size: 24, packed: 20, offset: 42 };
  const sizes: Sizes = { size: 0, packed: 0, offset: 0 };
  let wide = -1;
  for (const field of Object.keys(fields) as (keyof Sizes)[]) {
    sizes[field] = view.getUint32(at + fields[field], true);
    if (sizes[field] !== 0xffffffff) continue;
    if (wide < 0) wide = zip64Field(view, extra, extra + extraLength);
    if (wide < 0 || wide + 8 > extra + extraLength)
      refuse(`offset ${at} of the directory`, 'no zip64 field', 'one, as its sizes are not in the entry');
    sizes[field] = uint64(view, wide);
    wide += 8;
  }
  return sizes;
}

function zip64Field(view: DataView, from: number, to: number): number {
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) === 1) return at + 4;
  }
  return -1;
}

function uint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function kindOf(view: DataView, at: number, name: string): ArchiveEntry['kind'] {
  const type = view.getUint16(at + 40, true) & FILE_TYPE;
  if (type === LINK_TYPE) return 'link';
  if (type === FOLDER_TYPE || name.endsWith('/')) return 'folder';
  return type === PLAIN_TYPE || type === 0 ? 'file' : 'other';
}

function contents(
  file: FileHandle,
  archive: string,
  name: string,
  method: number,
  { size, packed, offset }: Sizes,
  read: Read,
): Readable {
  const out = new PassThrough();
  const open = async () => {
    const local = await read(offset, LOCAL_BYTES);
    if (local.getUint32(0, true) !== LOCAL) {
      throw archiveError(
        archive,
        `offset ${offset}, ${entryPlace(name)}`,
        'no entry',
        'the one of the directory',
      );
    }
    const start = offset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
    if (packed === 0 || (method === STORED && packed !== size)) {
      if (size > 0) throw archiveError(archive, entryPlace(name), `${packed} bytes`, `${size}`);
      return void out.end();
    }
    const stored = createReadStream('', { fd: file.fd, start, end: start + packed - 1, autoClose: false });
    const failed = (error: Error) => void out.destroy(error);
    if (method === STORED) stored.on('error', failed).pipe(out);
    else stored.on('error', failed).pipe(createInflateRaw()).on('error', failed).pipe(out);
  };
  open().catch((error: Error) => out.destroy(error));
  return out;
}
