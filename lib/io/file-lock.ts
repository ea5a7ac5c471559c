import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from './package-root';

interface SetupLock {
  withLock<T>(file: string, action: () => Promise<T>): Promise<T>;
}

/**
 * Runs `action` while no other call, in this process or another, holds the same lock file; others wait. It is the lock
 * of set-up, which takes over from a process that has ended.
 */
export async function withFileLock<T>(file: string, action: () => Promise<T>): Promise<T> {
  const module = join(packageRoot(), 'lib', 'setup', 'lock.mjs');
  const { withLock } = (await import(pathToFileURL(module).href)) as SetupLock;
  return withLock(file, action);
}
