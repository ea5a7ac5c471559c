/** Says what of a compressed frame is wrong. */
export type Fail = (got: string, expected: string) => never;

/** Codes of up to this many bits are looked up at once. */
const LOOKUP = 9;

/** A Huffman table as DHT stores it: how many codes of each length 1 … 16 there are, and their symbols in order. */
export class HuffmanTable {
  /** By the next 9 bits: code length × 256 + symbol; 0 for longer codes. */
  readonly lookup = new Uint16Array(2 ** LOOKUP);
  /** By code length: one more than the largest code, or −1; and what to add to a code for its place in `symbols`. */
  readonly limit = new Int32Array(18).fill(-1);
  readonly offset = new Int32Array(18);

  constructor(
    counts: Uint8Array,
    readonly symbols: Uint8Array,
    fail: Fail,
  ) {
    let code = 0;
    let index = 0;
    for (let length = 1; length <= 16; length++) {
      this.offset[length] = index - code;
      if (code + counts[length - 1] > 2 ** length) {
        fail(`${counts[length - 1]} Huffman codes of ${length} bits`, `at most ${2 ** length - code}`);
      }
      for (let count = counts[length - 1]; count > 0; count--, code++, index++) {
        if (length > LOOKUP) continue;
        const from = code << (LOOKUP - length);
        this.lookup.fill(length * 256 + symbols[index], from, from + 2 ** (LOOKUP - length));
      }
      if (counts[length - 1] > 0) this.limit[length] = code;
      code *= 2;
    }
  }
}

/** Entropy-coded bits of a JPEG scan: stuffed zeros left out, ended by a marker. Source: ITU-T T.81, F.2.2. */
export class JpegBits {
  private buffer = 0;
  private count = 0;
  /** Bytes asked for after the end. */
  private beyond = 0;

  constructor(
    private readonly bytes: Uint8Array,
    /** Where the next byte is; at a marker it stays. */
    public at: number,
    private readonly fail: Fail,
  ) {}

  /** The value that a code stands for. */
  symbol(table: HuffmanTable): number {
    if (this.count < 16) this.fill();
    const entry = table.lookup[(this.buffer >>> (this.count - LOOKUP)) & (2 ** LOOKUP - 1)];
    if (entry !== 0) {
      this.count -= entry >> 8;
      return entry & 255;
    }
    for (let length = LOOKUP + 1; length <= 16; length++) {
      const code = (this.buffer >>> (this.count - length)) & (2 ** length - 1);
      if (code < table.limit[length]) {
        this.count -= length;
        return table.symbols[table.offset[length] + code];
      }
    }
    return this.fail(
      `bits at offset ${this.at} of the frame that are no Huffman code`,
      'a code of the table',
    );
  }

  /** A number of `size` bits, 1 … 16, its sign coded by the first bit (T.81, F.2.2.1: RECEIVE and EXTEND). */
  difference(size: number): number {
    if (this.count < size) this.fill();
    this.count -= size;
    const value = (this.buffer >>> this.count) & (2 ** size - 1);
    return value < 2 ** (size - 1) ? value - 2 ** size + 1 : value;
  }

  /** Steps over a restart marker and what is left of the byte before it. */
  restart(): void {
    this.buffer = 0;
    this.count = 0;
    this.beyond = 0;
    const { bytes } = this;
    while (bytes[this.at] === 0xff && bytes[this.at + 1] === 0xff) this.at++;
    const marker = bytes[this.at + 1];
    if (bytes[this.at] !== 0xff || marker < 0xd0 || marker > 0xd7) {
      this.fail(`no restart marker at offset ${this.at} of the frame`, 'one of 0xffd0 to 0xffd7');
    }
    this.at += 2;
  }

  private fill(): void {
    // At most 23 bits are left before the last byte comes in: 31 in all.
    while (this.count <= 23) {
      this.buffer = ((this.buffer & (2 ** this.count - 1)) << 8) | this.next();
      this.count += 8;
    }
  }

  private next(): number {
    const { bytes, at } = this;
    if (at < bytes.length) {
      const byte = bytes[at];
      if (byte !== 0xff) {
        this.at = at + 1;
        return byte;
      }
      if (bytes[at + 1] === 0) {
        this.at = at + 2;
        return 0xff;
      }
    }
    // Codes may be looked up a few bytes beyond the last one.
    if (++this.beyond > 8) {
      this.fail(`entropy-coded data that end at offset ${at} of the frame`, 'more, up to the last sample');
    }
    return 0;
  }
}
