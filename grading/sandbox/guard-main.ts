/**
 * The thread that keeps the limits of all boxes of a grader. A thread of its own, because the grader's main thread may
 * be busy for seconds with the reference's answer while a box fills the memory.
 */
import { parentPort } from 'node:worker_threads';
import { openBooks } from './accounting';
import type { Books, Measure } from './books';
import { MIB } from './box';
import { isMissing } from './cgroups/files';
import {
  CPU_SECONDS,
  type GuardMessage,
  MEMORY_BYTES,
  PEAK_BYTES,
  REASON,
  REASONS,
  type Watched,
} from './guard-messages';

const INTERVAL_MS = 50;

interface Guarded extends Watched {
  books: Books;
  numbers: Float64Array;
}

const boxes = new Map<number, Guarded>();
let timer: NodeJS.Timeout | undefined;

parentPort!.on('message', ({ id, watch }: GuardMessage) => {
  if (watch)
    boxes.set(id, { ...watch, books: openBooks(watch.place), numbers: new Float64Array(watch.shared) });
  else boxes.delete(id);
  if (boxes.size > 0) timer ??= setInterval(lookAtAll, INTERVAL_MS);
  else {
    clearInterval(timer);
    timer = undefined;
  }
  if (watch) lookAt(boxes.get(id)!);
});

function lookAtAll(): void {
  for (const box of boxes.values()) lookAt(box);
}

function lookAt(box: Guarded): void {
  const { books, numbers } = box;
  let measure: Measure;
  try {
    measure = books.measure();
  } catch (error) {
    if (isMissing(error)) return; // its groups are removed already
    throw error;
  }
  numbers[CPU_SECONDS] = measure.cpuSeconds;
  numbers[MEMORY_BYTES] = measure.memoryBytes;
  numbers[PEAK_BYTES] = measure.peakBytes;
  const reason = excess(measure, box);
  if (reason) numbers[REASON] ||= REASONS.indexOf(reason);
  if (numbers[REASON] > 0) books.kill();
}

function excess(measure: Measure, { limits, deadline, place }: Guarded) {
  if (measure.outOfMemory) return 'memory';
  if (measure.cpuSeconds > limits.cpuSeconds) return 'cpu';
  if (process.hrtime.bigint() > deadline) return 'wall';
  if (place.kind !== 'watchdog') return undefined; // the kernel keeps the others
  if (measure.memoryBytes > limits.memoryMiB * MIB) return 'memory';
  if (measure.tasks > limits.processes) return 'processes';
  return undefined;
}
