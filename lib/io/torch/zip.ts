import { inflateRawSync } from 'node:zlib';
import { Refuse } from './pickle/cursor';
import { quote } from './pickle/values';

interface Entry {
  method: number;
  /** Of the entry's own header. */
  offset: number;
  packed: number;
  size: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** Deflate cannot do more than 1032 : 1; weights, which hardly compress, have no use for a tenth of it. */
const MOST_UNPACKED = { times: 100, plus: 2 ** 20 };

/**
 * A zip archive in memory. No size that it states is believed: all places are checked against the bytes there are, what
 * is stored is not copied, and what is deflated is unpacked to its stated size at most, all entries together to a
 * hundred times the file.
 *
 * Source: PKWARE, APPNOTE.TXT 6.3.10 (zip64 included).
 */
export class ZipArchive {
  private readonly view: DataView;
  private readonly entries = new Map<string, Entry>();
  private readonly unpacked = new Map<string, Uint8Array>();
  private unpackable: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly refuse: Refuse,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.unpackable = bytes.length * MOST_UNPACKED.times + MOST_UNPACKED.plus;
    this.readDirectory();
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  /** The bytes of an entry, a view of the file where it is stored; undefined where there is none of this name. */
  read(name: string): Uint8Array | undefined {
    const entry = this.entries.get(name);
    if (!entry) return undefined;
    const { offset, method, packed, size } = entry;
    this.require(offset, 30, LOCAL, `entry ${quote(name)}`);
    const start =
      offset + 30 + this.view.getUint16(offset + 26, true) + this.view.getUint16(offset + 28, true);
    if (start + packed > this.bytes.length) {
      this.refuse(
        `entry ${quote(name)} has ${packed} bytes at ${start}, beyond the file's ${this.bytes.length}`,
      );
    }
    const data = this.bytes.subarray(start, start + packed);
    if (method === DEFLATED) {
      const known = this.unpacked.get(name) ?? this.inflate(name, data, size);
      this.unpacked.set(name, known);
      return known;
    }
    if (method !== STORED)
      this.refuse(`entry ${quote(name)} is packed by method ${method}; expected stored or deflated`);
    if (packed !== size)
      this.refuse(`entry ${quote(name)} is stored in ${packed} bytes and says that it has ${size}`);
    return data;
  }

  private inflate(name: string, data: Uint8Array, size: number): Uint8Array {
    this.unpackable -= size;
    if (!(this.unpackable >= 0)) {
      this.refuse(`entry ${quote(name)} says that it has ${size} bytes, more than such a file can hold`);
    }
    let unpacked: Uint8Array;
    try {
      unpacked = inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
    } catch (error) {
      return this.refuse(
        `entry ${quote(name)} does not unpack to ${size} bytes (${(error as Error).message})`,
      );
    }
    if (unpacked.length !== size)
      this.refuse(`entry ${quote(name)} has ${unpacked.length} bytes; it says ${size}`);
    return unpacked;
  }

  private readDirectory(): void {
    const { count, offset } = this.findDirectory();
    let at = offset;
    for (let index = 0; index < count; index++) {
      this.require(at, 46, CENTRAL, `entry ${index} of the directory`);
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
        this.view.getUint16(at + field, true),
      );
      const end = at + 46 + nameLength + extraLength + commentLength;
      if (end > this.bytes.length) this.refuse(`entry ${index} of the directory is cut off`);
      const name = Buffer.from(this.bytes.subarray(at + 46, at + 46 + nameLength)).toString('utf8');
      if (this.view.getUint16(at + 8, true) & ENCRYPTED) this.refuse(`entry ${quote(name)} is encrypted`);
      if (this.entries.has(name)) this.refuse(`got two entries ${quote(name)}; expected one`);
      this.entries.set(name, this.entryAt(at, at + 46 + nameLength, extraLength, name));
      at = end;
    }
  }

  private entryAt(at: number, extra: number, extraLength: number, name: string): Entry {
    const fields = { size: 24, packed: 20, offset: 42 };
    const entry: Entry = { method: this.view.getUint16(at + 10, true), size: 0, packed: 0, offset: 0 };
    // Those that do not fit 32 bits follow in the zip64 field, in this order.
    const wide: (keyof typeof fields)[] = [];
    for (const field of Object.keys(fields) as (keyof typeof fields)[]) {
      entry[field] = this.view.getUint32(at + fields[field], true);
      if (entry[field] === 0xffffffff) wide.push(field);
    }
    let from = wide.length ? this.zip64Field(extra, extra + extraLength, 8 * wide.length, name) : 0;
    for (const field of wide) {
      entry[field] = this.uint64(from);
      from += 8;
    }
    return entry;
  }

  private zip64Field(from: number, to: number, length: number, name: string): number {
    for (let at = from; at + 4 <= to;) {
      const size = this.view.getUint16(at + 2, true);
      if (this.view.getUint16(at, true) === 1 && size >= length && at + 4 + size <= to) return at + 4;
      at += 4 + size;
    }
    return this.refuse(`entry ${quote(name)} lacks the zip64 field that its sizes point to`);
  }

  private findDirectory(): { count: number; offset: number } {
    const last = this.bytes.length - END_BYTES;
    for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
      if (this.view.getUint32(at, true) !== END) continue;
      const count = this.view.getUint16(at + 10, true);
      const offset = this.view.getUint32(at + 16, true);
      if (count !== 0xffff && offset !== 0xffffffff) return { count, offset };
      return this.findDirectory64(at - 20) ?? { count, offset };
    }
    return this.refuse("got no directory at the zip archive's end; the file is cut off: download it again");
  }

  private findDirectory64(locator: number): { count: number; offset: number } | undefined {
    if (locator < 0 || this.view.getUint32(locator, true) !== LOCATOR_64) return undefined;
    const end = this.uint64(locator + 8);
    this.require(end, 56, END_64, "the zip64 archive's end");
    return { count: this.uint64(end + 32), offset: this.uint64(end + 48) };
  }

  private require(at: number, length: number, signature: number, what: string): void {
    if (!(at + length <= this.bytes.length) || this.view.getUint32(at, true) !== signature) {
      this.refuse(`got no ${what} at ${at}; the file is cut off or damaged`);
    }
  }

  private uint64(at: number): number {
    return Number(this.view.getBigUint64(at, true));
  }
}
