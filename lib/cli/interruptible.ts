import type { Output } from './terminal';

/**
 * Runs work that Ctrl+C and SIGTERM stop where nothing is lost. A second one ends the process at once.
 */
export async function interruptible<T>(
  errors: Output,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    errors.write('\nStopping; press Ctrl+C again to end at once.\n');
    controller.abort(new Error('stopped; the same command goes on from there'));
    release();
  };
  const release = () => {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
