import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { isGzip } from './gzip';

/** What formats are told by. */
export interface FileStart {
  path: string;
  size: number;
  /** The first bytes as they are in the file. */
  raw: Buffer;
  /** The same, unpacked where the file is gzip. */
  bytes: Buffer;
}

const START = 4096;

export async function readStart(path: string): Promise<FileStart> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(START);
    const { bytesRead } = await handle.read(buffer, 0, START, 0);
    const raw = buffer.subarray(0, bytesRead);
    return { path, size, raw, bytes: isGzip(raw) ? unpacked(raw) : raw };
  } finally {
    await handle.close();
  }
}

/** As much as the beginning gives; a gzip file has no honest beginning that unpacks to more than 4 MiB. */
function unpacked(raw: Buffer): Buffer {
  try {
    return gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1032 * START });
  } catch {
    return raw;
  }
}

export function startsWith(bytes: Uint8Array, wanted: string, at = 0): boolean {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
      'latin1',
      at,
      at + wanted.length,
    ) === wanted
  );
}
