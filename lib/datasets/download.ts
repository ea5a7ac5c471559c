import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withFileLock } from '../io/file-lock';
import { DataError } from './data-error';
import { PartialFile } from './partial-file';

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
 * which a later call continues (HTTP Range) unless the server's file has changed since, and which is renamed at the end.
 *
 * One call at a time downloads a file, whatever the process: others wait, and find it there. Nothing is done where
 * `target` exists.
 *
 * @throws DataError `download` for no network, an HTTP error, a file too large or cut short; what `verify` throws
 */
export async function downloadFile(url: string, target: string, options: DownloadOptions): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await withFileLock(`${target}.lock`, async () => {
    if (existsSync(target)) return;
    const part = new PartialFile(target);
    await receiveAll(url, part, options);
    try {
      await options.verify?.(part.path);
    } catch (error) {
      await part.discard();
      throw error;
    }
    await part.complete();
  });
}

async function receiveAll(url: string, part: PartialFile, options: DownloadOptions): Promise<void> {
  const { attempts = 8 } = options;
  for (let attempt = 1; ; attempt++) {
    const before = await part.size();
    try {
      return await receive(url, part, options);
    } catch (error) {
      if (error instanceof DataError) throw error;
      // Without a byte more or less there is no network, or a server that fails the same way each time.
      if (attempt === attempts || (await part.size()) === before) {
        throw new DataError('download', `${url}: ${reason(error)} (connection ${attempt})`);
      }
    }
  }
}

/** One connection: asks for the bytes that `part` lacks and appends them. */
async function receive(
  url: string,
  part: PartialFile,
  { maxBytes, onProgress, timeout = 20_000 }: DownloadOptions,
): Promise<void> {
  const have = await part.size();
  const version = have > 0 ? await part.version() : undefined;
  const connection = new AbortController();
  const timer = setTimeout(() => connection.abort(new Error(`no byte in ${timeout / 1000} s`)), timeout);
  try {
    const response = await fetch(url, {
      signal: connection.signal,
      headers: {
        // Compressed transfer would make lengths and ranges those of other bytes.
        'accept-encoding': 'identity',
        ...(have > 0 && { range: `bytes=${have}-` }),
        // A server whose file has changed then sends all of it (RFC 9110, 13.1.5).
        ...(version && { 'if-range': version }),
      },
    });
    const misfit = misfitOf(response, have, version);
    if (misfit) {
      await part.discard();
      throw new Error(`${misfit}; starting again`);
    }
    if (!response.ok || !response.body) {
      throw new DataError(
        'download',
        `${url}: got HTTP ${response.status} ${response.statusText}; expected the file`,
      );
    }
    const start = response.status === 206 ? have : 0;
    const length = Number(response.headers.get('content-length') ?? NaN);
    const total = Number.isNaN(length) ? undefined : start + length;
    if (total !== undefined && total > maxBytes) {
      throw new DataError('download', `${url}: got a file of ${total} bytes; expected at most ${maxBytes}`);
    }

    if (start === 0) await part.begin(versionOf(response));
    const file = await open(part.path, 'a');
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
      if (received > maxBytes) await part.discard();
    }
    if (total !== undefined && received < total) throw new Error(`got ${received} of ${total} bytes`);
  } finally {
    clearTimeout(timer);
    // A body that was not read to its end would keep the connection, and the server sending.
    connection.abort();
  }
}

/** In words: why the answer does not continue the `have` bytes of `version`; undefined where it does. */
function misfitOf(response: Response, have: number, version: string | undefined): string | undefined {
  if (response.status === 416) return `the server has no bytes after ${have}`;
  if (response.status !== 206) return undefined;
  const first = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);
  if (first !== have) return `asked for the bytes from ${have}, got those from ${first}`;
  // Some servers answer a range whatever If-Range says.
  const now = response.headers.get(version?.startsWith('"') ? 'etag' : 'last-modified');
  return version && now && now !== version ? `got version ${now} after ${version}` : undefined;
}

/** What If-Range may say of the response's file: its strong ETag, else its date. */
function versionOf({ headers }: Response): string | undefined {
  const tag = headers.get('etag');
  return (tag?.startsWith('"') ? tag : headers.get('last-modified')) ?? undefined;
}

/** fetch says "fetch failed"; what failed is in the cause. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : message;
}
