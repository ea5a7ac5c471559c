import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** As nibabel: higher levels take several times as long for files some percent smaller. */
const LEVEL = 1;

/**
 * Writes pieces one after the other, in gzip where the name ends in .gz or .mgz, beside the file's place, and renames: a
 * reader, or a crash, never meets half of it. Folders that are missing are made. One piece is in memory at a time.
 */
export async function writePieces(file: string, pieces: Iterable<Uint8Array>): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  const beside = `${file}.${process.pid}.part`;
  const target = createWriteStream(beside, { flush: true });
  const source = Readable.from(pieces, { objectMode: false });
  try {
    if (/\.(gz|mgz)$/i.test(file)) await pipeline(source, createGzip({ level: LEVEL }), target);
    else await pipeline(source, target);
    await rename(beside, file);
  } finally {
    await rm(beside, { force: true });
  }
}
