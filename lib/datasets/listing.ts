import type { FileEntry } from './manifest';
import { readTabTable } from './tab-table';

/**
 * The files of a data set that has hundreds: a table beside the manifest, one line a file. A listed file has one version
 * and comes from the data folder or a mirror.
 *
 * @param requirePath throws for a path that may leave the data folder
 * @throws Error naming file, line, got and expected
 */
export function readListing(
  file: string,
  origin: string,
  requirePath: (path: string, place: string) => void,
): FileEntry[] {
  const seen = new Set<string>();
  return readTabTable(file, ['sha256', 'bytes', 'path']).map(({ sha256, bytes: size, path }, index) => {
    const place = `${file}: line ${index + 2}`;
    const bytes = Number(size);
    const refuse = (got: string, expected: string): never => {
      throw new Error(`manifest: ${place}: got ${JSON.stringify(got)}; expected ${expected}`);
    };
    if (!/^[0-9a-f]{64}$/.test(sha256)) refuse(sha256, '64 hexadecimal digits');
    if (!Number.isSafeInteger(bytes) || bytes < 1) refuse(size, 'a positive integer');
    if (seen.has(path)) refuse(path, 'each path once');
    seen.add(path);
    requirePath(path, place);
    return { path, maxBytes: bytes, accepted: [{ bytes, sha256, origin }], sources: [] };
  });
}
