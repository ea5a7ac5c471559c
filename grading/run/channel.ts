import { writeSync } from 'node:fs';
import { encodeFrame } from './frames';

const RETRY_MS = 1;

/** Writes messages to a file descriptor, each whole before the next, also in the midst of synchronous code. */
export function openChannel(descriptor: number): (message: unknown) => void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  return (message) => {
    const frame = encodeFrame(message);
    for (let written = 0; written < frame.length;) {
      try {
        written += writeSync(descriptor, frame, written);
      } catch (error) {
        // A full pipe whose reader is busy.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        Atomics.wait(sleeper, 0, 0, RETRY_MS);
      }
    }
  };
}
