import { stat } from 'node:fs/promises';
import { readStart } from './file-start';
import { formatOf, FORMATS } from './formats';
import { inspectFolder } from './inspect-folder';
import type { Inspection } from './inspection';

/**
 * What a file or folder is, told by its content.
 *
 * @throws Error for a file that is not there, of a format that is not known, or damaged: what its reader throws
 */
export async function inspect(path: string): Promise<Inspection> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'ENOENT'
        ? `${path}: got no such file; expected a file or folder`
        : `${path}: ${error.message}`,
    );
  });
  if (found.isDirectory()) return inspectFolder(path);
  if (!found.isFile()) throw new Error(`${path}: got a device or pipe; expected a file or folder`);
  const start = await readStart(path);
  const format = formatOf(start);
  if (!format) {
    const got = start.size === 0 ? 'an empty file' : `a file that begins with the bytes ${hex(start.raw)}`;
    throw new Error(`${path}: got ${got}; expected one of: ${FORMATS.map(({ name }) => name).join(', ')}`);
  }
  const told = await format.inspect(path, start);
  return { file: path, bytes: found.size, format: format.name, ...told };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 8)).toString('hex');
}
