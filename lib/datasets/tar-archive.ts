import { Readable } from 'node:stream';
import { archiveError, type ArchiveEntry } from './archive-entry';

const BLOCK = 512;
/** Names and attributes before an entry; no honest ones are larger. */
const LARGEST_ATTRIBUTES = 2 ** 20;
/** Archives are filled up to whole records, of 10 KiB by default. */
const LONGEST_PADDING = 2 ** 24;
const KINDS: Record<string, ArchiveEntry['kind']> = {
  '': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'link',
  '5': 'folder',
};

/**
 * The entries of a tar archive as its bytes arrive (ustar, GNU long names, pax paths and sizes). An entry is to be read
 * before the next is asked for; what is not read is skipped.
 *
 * Source: POSIX.1-2024, pax; GNU tar manual, "Basic Tar Format"
 *
 * @throws DataError `download` where a header is damaged or the archive cut short
 */
export async function* tarEntries(
  chunks: AsyncIterable<Uint8Array>,
  archive: string,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const bytes = new Bytes(chunks, archive);
  let named: { name?: string; size?: number } = {};
  for (;;) {
    const at = bytes.position;
    const header = await bytes.take(BLOCK, true);
    // What follows is padding; read to its end, the checksum of a packed archive is checked.
    if (!header || header.every((byte) => byte === 0)) return bytes.drain();
    const stated = parseHeader(header, at, archive);
    const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;
    if ('LKxg'.includes(stated.type) && stated.type !== '') {
      if (stated.size > LARGEST_ATTRIBUTES) {
        throw archiveError(
          archive,
          headerPlace(at),
          `${stated.size} bytes of attributes`,
          `at most ${LARGEST_ATTRIBUTES}`,
        );
      }
      const text = Buffer.from((await bytes.take(stated.size)) as Uint8Array).toString('utf8');
      await bytes.skip(padding(stated.size));
      if (stated.type === 'L') named.name = text.replace(/\0.*$/s, '');
      if (stated.type === 'x') named = { ...named, ...paxAttributes(text) };
      continue;
    }
    const kind = KINDS[stated.type] ?? 'other';
    const { name = stated.name } = named;
    // POSIX: what a folder states is no length of bytes that follow.
    const size = kind === 'folder' ? 0 : (named.size ?? stated.size);
    named = {};
    const body = bytes.body(size);
    yield {
      name,
      kind: kind === 'file' && name.endsWith('/') ? 'folder' : kind,
      size,
      read: () => Readable.from(body),
    };
    for await (const _ of body);
    await bytes.skip(padding(size));
  }
}

const headerPlace = (at: number) => `offset ${at} (header)`;

function parseHeader(
  header: Uint8Array,
  at: number,
  archive: string,
): { name: string; size: number; type: string } {
  const text = (from: number, length: number) =>
    Buffer.from(header.subarray(from, from + length))
      .toString('utf8')
      .replace(/\0.*$/s, '');
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  const size = sizeOf(header);
  const checksum = parseInt(text(148, 8), 8);
  if (checksum !== sum) {
    const got = `checksum ${checksum} over bytes whose sum is ${sum}`;
    throw archiveError(archive, headerPlace(at), got, 'a zip or tar archive: download it again');
  }
  if (!Number.isSafeInteger(size)) {
    const got = `size ${JSON.stringify(text(124, 12))}`;
    throw archiveError(archive, headerPlace(at), got, 'octal digits: download it again');
  }
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  return { name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100), size, type: text(156, 1) };
}

/** Octal digits, or for large files GNU's binary number behind a set highest bit. */
function sizeOf(header: Uint8Array): number {
  const field = header.subarray(124, 136);
  if (field[0] === 0x80) return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  const digits = Buffer.from(field).toString('latin1').replace(/\0.*$/s, '').trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : digits === '' ? 0 : NaN;
}

/** Records "length key=value\n". */
function paxAttributes(text: string): { name?: string; size?: number } {
  const found: { name?: string; size?: number } = {};
  for (const [, key, value] of text.matchAll(/^\d+ ([^=\n]+)=(.*)$/gm)) {
    if (key === 'path') found.name = value;
    if (key === 'size' && /^\d{1,15}$/.test(value)) found.size = Number(value);
  }
  return found;
}

/** Bytes that arrive in chunks, taken in the amounts that are needed. */
class Bytes {
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);
  /** Of the next byte in the archive, unpacked. */
  position = 0;

  constructor(
    chunks: AsyncIterable<Uint8Array>,
    private readonly archive: string,
  ) {
    this.source = chunks[Symbol.asyncIterator]();
  }

  /** At most `most` bytes; none only at the end. */
  private async some(most: number): Promise<Uint8Array> {
    while (this.rest.length === 0) {
      const { value, done } = await this.source.next();
      if (done) return this.rest;
      this.rest = value as Uint8Array;
    }
    const taken = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(taken.length);
    this.position += taken.length;
    return taken;
  }

  /** Exactly `count` bytes; undefined at the very end where that is allowed. */
  async take(count: number, endAllowed = false): Promise<Uint8Array | undefined> {
    const out = new Uint8Array(count);
    for (let filled = 0; filled < count;) {
      const part = await this.some(count - filled);
      if (part.length === 0 && filled === 0 && endAllowed) return undefined;
      if (part.length === 0) this.cutShort();
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  }

  async skip(count: number): Promise<void> {
    for await (const _ of this.body(count));
  }

  async drain(): Promise<void> {
    const end = this.position + LONGEST_PADDING;
    while ((await this.some(Infinity)).length > 0) {
      if (this.position <= end) continue;
      const got = `more than ${LONGEST_PADDING} bytes after the last entry`;
      throw archiveError(this.archive, `offset ${this.position}`, got, 'the end of the archive');
    }
  }

  async *body(count: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = count; left > 0;) {
      const part = await this.some(left);
      if (part.length === 0) this.cutShort();
      left -= part.length;
      yield part;
    }
  }

  private cutShort(): never {
    throw archiveError(
      this.archive,
      `offset ${this.position}`,
      'the end',
      'the rest of an archive: download it again',
    );
  }
}
