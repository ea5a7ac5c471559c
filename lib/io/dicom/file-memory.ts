import { open } from 'node:fs/promises';
import type { Refuse } from '../tiff-directory';

/** Reads files one after another, or several at a time, into memory that is used again: the garbage collector has none of it. */
export class FileMemory {
  private readonly free: ArrayBuffer[] = [];

  /** Gives the bytes of a file to `use`, which must have done with them when it ends. */
  async read<T>(
    path: string,
    maxBytes: number,
    refuse: Refuse,
    use: (bytes: Uint8Array) => Promise<T>,
  ): Promise<T> {
    const file = await open(path);
    let memory: ArrayBuffer | undefined;
    try {
      const { size } = await file.stat();
      if (size > maxBytes) refuse('file', `${size} bytes`, `at most ${maxBytes}; raise maxBytes to read it`);
      memory = this.free.pop();
      if (!memory || memory.byteLength < size) memory = new ArrayBuffer(size);
      const bytes = new Uint8Array(memory, 0, size);
      for (let filled = 0; filled < size;) {
        const { bytesRead } = await file.read(bytes, filled, Math.min(size - filled, 2 ** 30), filled);
        if (bytesRead === 0)
          refuse('file', `${filled} bytes`, `${size}; it became shorter while it was read`);
        filled += bytesRead;
      }
      return await use(bytes);
    } finally {
      if (memory) this.free.push(memory);
      await file.close();
    }
  }
}
