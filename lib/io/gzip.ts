import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';

/** No gzip file unpacks to more: deflate codes at most 258 bytes in 2 bits. */
const MOST_GAIN = 1032;
/** Bytes that are unpacked at a time: large enough for speed, and no more than a small file needs. */
const chunkSize = (storedBytes: number) => Math.min(2 ** 20, Math.max(2 ** 14, 4 * storedBytes));
/** fs reads at most 2³¹ − 1 bytes at once. */
const LARGEST_READ = 2 ** 30;
/** A gzip member ends with its size modulo 2³². */
const SIZE_BYTES = 4;
/** How much beyond what was asked for is unpacked in order to get to the checksum. */
const LONGEST_END = 2 ** 24;

/**
 * The bytes of a file, unpacked where it is gzip, without all of them in memory. Positions are those of the unpacked
 * bytes; a packed file can only be read forward.
 */
export interface ByteSource {
  packed: boolean;
  /** The most bytes that it can have: exact for a plain file, a bound for a packed one. */
  mostBytes: number;
  /**
   * Whether it has as many bytes, before memory is set aside for them. A packed file is believed where it says so at its
   * end, and else unpacked once to count.
   *
   * @throws GzipError for a damaged packed file
   */
  holds(bytes: number): Promise<boolean>;
  /**
   * Fills `target` with the bytes from `position` on.
   *
   * @returns how many there were: fewer than `target` takes only at the file's end
   * @throws GzipError for a damaged packed file; RangeError for a step back in one
   */
  read(target: Uint8Array, position: number): Promise<number>;
  /**
   * Reads a packed file on to its checksum, where that is not far.
   *
   * @throws GzipError where it does not match
   */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** What a packed file's damage is, and at which of its unpacked bytes. */
export class GzipError extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
    this.name = 'GzipError';
  }
}

/** Whether these are the first bytes of a gzip file (RFC 1952, section 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes of a file; whether it is packed is told by its first bytes, not by its name. */
export async function openBytes(path: string): Promise<ByteSource> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const start = new Uint8Array(2);
    await handle.read(start, 0, 2, 0);
    if (!isGzip(start)) return new PlainFile(handle, size);
    const end = new Uint8Array(SIZE_BYTES);
    await handle.read(end, 0, SIZE_BYTES, Math.max(0, size - SIZE_BYTES));
    const stream = () =>
      handle.createReadStream({ start: 0, autoClose: false, highWaterMark: chunkSize(size) });
    return new PackedBytes(stream, size, end, () => handle.close());
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The same for bytes in memory. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  if (!isGzip(bytes)) return new PlainBytes(bytes);
  const stream = () => Readable.from([bytes], { objectMode: false });
  const end = new Uint8Array(SIZE_BYTES);
  end.set(bytes.subarray(-SIZE_BYTES));
  return new PackedBytes(stream, bytes.length, end, async () => {});
}

class PlainFile implements ByteSource {
  readonly packed = false;

  constructor(
    private readonly handle: FileHandle,
    readonly mostBytes: number,
  ) {}

  async read(target: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      const length = Math.min(target.length - filled, LARGEST_READ);
      const { bytesRead } = await this.handle.read(target, filled, length, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  async holds(bytes: number): Promise<boolean> {
    return bytes <= this.mostBytes;
  }

  async finish(): Promise<void> {}

  close(): Promise<void> {
    return this.handle.close();
  }
}

class PlainBytes implements ByteSource {
  readonly packed = false;
  readonly mostBytes: number;

  constructor(private readonly bytes: Uint8Array) {
    this.mostBytes = bytes.length;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const there = this.bytes.subarray(position, position + target.length);
    target.set(there);
    return there.length;
  }

  async holds(bytes: number): Promise<boolean> {
    return bytes <= this.mostBytes;
  }

  async finish(): Promise<void> {}

  async close(): Promise<void> {}
}

class PackedBytes implements ByteSource {
  readonly packed = true;
  readonly mostBytes: number;
  private readonly gunzip: Gunzip;
  private readonly chunks: AsyncIterator<Uint8Array>;
  /** What of the last chunk was not given out yet, and its position. */
  private rest: Uint8Array = new Uint8Array();
  private position = 0;

  constructor(
    private readonly stream: () => Readable,
    private readonly storedBytes: number,
    /** The file's last bytes. */
    private readonly end: Uint8Array,
    private readonly release: () => Promise<void>,
  ) {
    this.mostBytes = storedBytes * MOST_GAIN;
    // The error of the stream itself arrives through the iterator.
    this.gunzip = pipeline(stream(), createGunzip({ chunkSize: chunkSize(storedBytes) }), () => {});
    this.chunks = this.gunzip[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (position < this.position) {
      throw new RangeError(`read: got position ${position}; expected ${this.position} or later in gzip data`);
    }
    while (this.position < position && (await this.fill())) this.take(position - this.position);
    let filled = 0;
    while (filled < target.length && (await this.fill())) {
      const piece = this.take(target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
    }
    return filled;
  }

  async holds(bytes: number): Promise<boolean> {
    if (bytes > this.mostBytes) return false;
    const stated = new DataView(this.end.buffer).getUint32(0, true);
    if (stated >= bytes && stated <= bytes + LONGEST_END) return true;
    const again = new PackedBytes(this.stream, this.storedBytes, this.end, async () => {});
    try {
      while (again.position < bytes && (await again.fill())) again.take(again.rest.length);
      return again.position >= bytes;
    } finally {
      await again.close();
    }
  }

  async finish(): Promise<void> {
    const end = this.position + LONGEST_END;
    while (this.position < end && (await this.fill())) this.take(this.rest.length);
  }

  async close(): Promise<void> {
    this.gunzip.destroy();
    await this.release();
  }

  /** Whether there are bytes at the position. */
  private async fill(): Promise<boolean> {
    while (this.rest.length === 0) {
      try {
        const { done, value } = await this.chunks.next();
        if (done) return false;
        this.rest = value;
      } catch (error) {
        throw new GzipError((error as Error).message, this.position);
      }
    }
    return true;
  }

  private take(length: number): Uint8Array {
    const piece = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(piece.length);
    this.position += piece.length;
    return piece;
  }
}
