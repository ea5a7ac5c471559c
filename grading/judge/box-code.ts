import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../lib/io/cache-folder';
import { PACKAGE_ROOT } from '../../lib/kernel/info';

/** Flags of Node in a box; V8 takes no code that was made with others. */
export const NODE_FLAGS = ['--max-old-space-size=1024', '--disable-warning=ExperimentalWarning'];

/** Where V8's code of what a box loads is kept, for this clone and this Node. */
export const boxCodeFile = (): string =>
  path.join(
    cacheFolder(),
    'kernel',
    `box-${shortHash(PACKAGE_ROOT)}-node-${process.version}-${process.arch}.code`,
  );

/** Makes the code anew where it is older than the library; boxes that start meanwhile do without. */
export function refreshBoxCode(): { done: Promise<void>; stop(): void } {
  const sources = ['.build/lib/index.js', 'node_modules/.package-lock.json'];
  const newest = Math.max(...sources.map((name) => modified(path.join(PACKAGE_ROOT, name))));
  if (modified(boxCodeFile()) > newest) return { done: Promise.resolve(), stop: () => undefined };
  let stop = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    const main = path.join(PACKAGE_ROOT, '.build/grading/run/save-code.js');
    // What goes wrong costs the boxes some time, and nothing else.
    const child = execFile(process.execPath, [...NODE_FLAGS, main, boxCodeFile()], () => resolve());
    stop = () => void child.kill();
  });
  return { done, stop };
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
