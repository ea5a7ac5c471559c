import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataError } from './data-error';

export interface DownloadProgress {
  url: string;
  /** Bytes on disk so far. */
  received: number;
  /** Bytes of the whole file, where the server says. */
  total?: number;
}

export interface DownloadOptions {
  /** The most bytes to accept; a larger file is refused as soon as that is known. */
  maxBytes: number;
  /** Throws when the complete file is not the right one; it is then deleted. */
  verify?: (path: string) => Promise<void>;
  onProgress?: (progress: DownloadProgress) => void;
  /** The most connections, 8 by default: each continues where the one before broke off; one that brings nothing ends it. */
  attempts?: number;
  /** Milliseconds without a byte after which a connection is given up; 20,000 by default. */
  timeout?: number;
}

/**
 * Downloads to `target` so that a file of that name is always complete and verified: bytes gather in `target.part`,
 * which a later call continues (HTTP Range), and which is renamed at the end.
 *
 * @throws DataError `download` for no network, an HTTP error, a file too large or cut short; what `verify` throws
 */
export async function downloadFile(url: string, target: string, options: DownloadOptions): Promise<void> {
  const { attempts = 8, verify } = options;
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const before = await fileSize(part);
    try {
      await receive(url, part, options);
      break;
    } catch (error) {
      if (error instanceof DataError) throw error;
      // Without a byte more there is no network, or a server that fails the same way each time.
      if (attempt === attempts || (await fileSize(part)) === before) {
        throw new DataError('download', `${url}: ${reason(error)} (connection ${attempt})`);
      }
    }
  }
  try {
    await verify?.(part);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await rename(part, target);
}

/** One connection: asks for the bytes that `part` lacks and appends them. */
async function receive(
  url: string,
  part: string,
  { maxBytes, onProgress, timeout = 20_000 }: DownloadOptions,
): Promise<void> {
  const have = await fileSize(part);
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`no byte in ${timeout / 1000} s`)), timeout);
  try {
    const response = await fetch(url, {
      signal: silence.signal,
      // Compressed transfer would make lengths and ranges those of other bytes.
      headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
    });
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new Error(`the server has no bytes after ${have}; starting again`);
    }
    if (!response.ok || !response.body) {
      throw new DataError(
        'download',
        `${url}: got HTTP ${response.status} ${response.statusText}; expected the file`,
      );
    }
    const start = resumeAt(response, have);
    const length = Number(response.headers.get('content-length') ?? NaN);
    const total = Number.isNaN(length) ? undefined : start + length;
    if (total !== undefined && total > maxBytes) {
      throw new DataError('download', `${url}: got a file of ${total} bytes; expected at most ${maxBytes}`);
    }

    const file = await open(part, start > 0 ? 'a' : 'w');
    let received = start;
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        timer.refresh();
        received += chunk.length;
        if (received > maxBytes) {
          throw new DataError(
            'download',
            `${url}: got more than the ${maxBytes} bytes that are expected at most`,
          );
        }
        await file.writeFile(chunk);
        onProgress?.({ url, received, total });
      }
    } finally {
      await file.close();
      if (received > maxBytes) await rm(part, { force: true });
    }
    if (total !== undefined && received < total) throw new Error(`got ${received} of ${total} bytes`);
  } finally {
    clearTimeout(timer);
  }
}

/** Where the body's first byte belongs: after what is there when the server honours the range, else at the start. */
function resumeAt(response: Response, have: number): number {
  if (response.status !== 206) return 0;
  const first = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);
  if (first !== have) throw new Error(`asked for the bytes from ${have}, got those from ${first}`);
  return have;
}

async function fileSize(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** fetch says "fetch failed"; what failed is in the cause. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : message;
}
