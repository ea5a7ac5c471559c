import { statfsSync } from 'node:fs';
import { UsageError } from '../../lib/cli/terminal';
import { formatNumber } from '../../lib/display/text';

/** Of bytes; what a submission needs while it is recorded, several times over. */
const SCARCE = 2 ** 20;

/**
 * The error with what is to be done where the folder's disk is full, as system, SQLite and nbgrader say it each in
 * their own way or not at all; otherwise the error itself.
 */
export function explainFullDisk(error: Error, folder: string): Error {
  if (error instanceof UsageError) return error;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC' && free >= SCARCE) return error;
  const left = `${formatNumber(Math.floor(free / 1024))} KiB`;
  return new Error(
    `no space left: the disk of ${folder} has ${left} free; make space, then the same command goes on (${error.message})`,
    { cause: error },
  );
}
