import { stat } from 'node:fs/promises';
import { describeStart, FILE_FORMATS, formatOf } from '../io/file-format';
import { readStart } from '../io/file-start';
import { INSPECTORS } from './formats';
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
    throw new Error(`${path}: got ${describeStart(start)}; expected one of: ${FILE_FORMATS.join(', ')}`);
  }
  const told = await INSPECTORS[format](path, start);
  return { file: path, bytes: found.size, format, ...told };
}
