import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from './package-root';

interface SetupLock {
  withLock<T>(file: string, action: () => Promise<T>, onWait?: (owner: string) => void): Promise<T>;
}

/**
 * Runs `action` while no other call, in this process or another, holds the same lock file; others wait. It is the lock
 * of set-up, which takes over from a process that has ended.
 *
 * @param onWait called, again and again, while another holds it, with who that is
 */
export async function withFileLock<T>(
  file: string,
  action: () => Promise<T>,
  onWait?: (owner: string) => void,
): Promise<T> {
  const module = join(packageRoot(), 'lib', 'setup', 'lock.mjs');
  const { withLock } = (await import(pathToFileURL(module).href)) as SetupLock;
  return withLock(file, action, onWait);
}
