import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../lib/runtime/thread';
import type { GuardMessage, Watched } from './guard-messages';

let thread: Worker | undefined;
let watched = 0;

/**
 * Has a box watched by the guard's thread, which ends it where it exceeds a limit.
 *
 * @param broken called where the thread itself breaks: without it no limit holds
 * @returns what ends the watch
 */
export function watch(box: Watched, broken: (error: Error) => void): () => void {
  const worker = (thread ??= startGuard());
  const id = ++watched;
  worker.on('error', broken);
  worker.postMessage({ id, watch: box } satisfies GuardMessage);
  return () => {
    worker.off('error', broken);
    worker.postMessage({ id, watch: undefined } satisfies GuardMessage);
  };
}

/** It keeps no process alive: boxes end with the grader anyway. */
function startGuard(): Worker {
  const worker = startThread(path.join(__dirname, `guard-main${path.extname(__filename)}`));
  worker.unref();
  worker.setMaxListeners(0);
  worker.on('error', () => (thread = undefined));
  return worker;
}
