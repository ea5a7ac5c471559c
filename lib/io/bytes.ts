import { open, type FileHandle } from 'node:fs/promises';

/** Bytes at any place of a file or of memory, without the rest of it. */
export interface RandomBytes {
  readonly size: number;
  /**
   * The bytes from `position` on, all of them; not to be changed.
   *
   * @throws RangeError where they are not within the file
   */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Short reads are served from a window of this many bytes, so that a directory of small fields costs one read. */
const WINDOW = 2 ** 16;
/** fs reads at most 2³¹ − 1 bytes at once. */
const LARGEST_READ = 2 ** 30;

/** The bytes of an open file; the caller closes it. */
export async function openRandomBytes(path: string): Promise<RandomBytes> {
  const handle = await open(path);
  try {
    const details = await handle.stat();
    if (!details.isFile())
      throw new Error(`openRandomBytes: got ${path}, a folder or device; expected a file`);
    return new FileBytes(path, handle, details.size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export function memoryBytes(bytes: Uint8Array): RandomBytes {
  return {
    size: bytes.length,
    async read(position, length) {
      requireWithin(position, length, bytes.length);
      return bytes.subarray(position, position + length);
    },
    async close() {},
  };
}

class FileBytes implements RandomBytes {
  private window: Promise<Uint8Array> | undefined;
  private windowStart = 0;
  private windowEnd = 0;

  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  async read(position: number, length: number): Promise<Uint8Array> {
    requireWithin(position, length, this.size);
    if (length > WINDOW) return this.fill(position, length);
    if (!this.window || position < this.windowStart || position + length > this.windowEnd) {
      this.windowStart = position;
      this.windowEnd = Math.min(this.size, position + WINDOW);
      this.window = this.fill(position, this.windowEnd - position);
    }
    const start = position - this.windowStart;
    return (await this.window).subarray(start, start + length);
  }

  close(): Promise<void> {
    this.window = undefined;
    return this.handle.close();
  }

  private async fill(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const most = Math.min(length - filled, LARGEST_READ);
      const { bytesRead } = await this.handle.read(bytes, filled, most, position + filled);
      if (bytesRead === 0) {
        throw new Error(
          `${this.path}: got ${position + filled} bytes; expected ${this.size}: cut while it was read`,
        );
      }
      filled += bytesRead;
    }
    return bytes;
  }
}

function requireWithin(position: number, length: number, size: number): void {
  if (!(position >= 0 && length >= 0 && position + length <= size)) {
    throw new RangeError(`read: got bytes ${position} to ${position + length}; expected 0 to ${size}`);
  }
}
