import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @throws Error where files cannot be made in the folder */
export function writableFolder(owner: string, folder: string): void {
  const probe = join(folder, `.${process.pid}.probe`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new Error(
      `${owner}: ${folder}: got ${(error as Error).message}; expected a folder that can be written to`,
      {
        cause: error,
      },
    );
  }
}

/**
 * @param free bytes that the folder's disk still takes
 * @throws Error where that is less than what is to be written
 */
export function requireSpace(owner: string, folder: string, bytes: number, free = freeBytes(folder)): void {
  if (bytes <= free) return;
  const gigabytes = (count: number) => `${(count / 1e9).toPrecision(3)} GB`;
  throw new Error(
    `${owner}: ${folder}: got ${gigabytes(free)} of free space; expected ${gigabytes(bytes)} for the preprocessed cases: ` +
      'make room or choose a folder on another disk',
  );
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
