/** Throws an error that names the file and what is wrong with it. */
export type Refuse = (what: string) => never;

/** A reader of bytes that goes forward only and never past the end. */
export class Cursor {
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private offset: number,
    private readonly refuse: Refuse,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.offset;
  }

  /** Refuses where fewer than `count` bytes are left. */
  require(count: number): void {
    const left = this.bytes.length - this.offset;
    if (!(count >= 0 && count <= left)) {
      this.refuse(
        `asks for ${count} bytes at ${this.offset}; only ${left} are left: the file is cut off or damaged`,
      );
    }
  }

  /** @returns where the next `count` bytes begin, once it is sure that they are there */
  skip(count: number): number {
    this.require(count);
    const start = this.offset;
    this.offset += count;
    return start;
  }

  uint8(): number {
    return this.bytes[this.skip(1)];
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  /** Rounded above 2 ** 53, where it is more than any file has bytes. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  float64BigEndian(): number {
    return this.view.getFloat64(this.skip(8));
  }

  /** A view of the next bytes. */
  take(count: number): Uint8Array {
    const start = this.skip(count);
    return this.bytes.subarray(start, this.offset);
  }

  /** The bytes before the next line feed, as ISO 8859-1; the line feed is passed over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.offset);
    if (end < 0) this.refuse(`got no line end after ${this.offset}: the file is cut off or damaged`);
    const text = this.latin1(end - this.offset);
    this.offset = end + 1;
    return text;
  }

  latin1(count: number): string {
    const bytes = this.take(count);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  }

  utf8(count: number): string {
    const start = this.offset;
    try {
      return UTF8.decode(this.take(count));
    } catch (error) {
      if (error instanceof TypeError) return this.refuse(`got text at ${start} that is no UTF-8`);
      throw error;
    }
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
