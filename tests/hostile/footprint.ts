import { readFileSync, writeFileSync } from 'node:fs';
import { GCProfiler, getHeapStatistics } from 'node:v8';

/** What a piece of work took. */
export interface Footprint<T> {
  /** What it gave, or what it threw. */
  outcome: T | { error: unknown };
  /** Bytes at its peak of the engine's heap and of array buffers (WebAssembly's memory among them). */
  peak: number;
  /** Bytes by which the process grew in memory at the peak: what libraries take, too. 0 where the system does not tell. */
  resident: number;
  /** Milliseconds of processors, of all threads of the process: a busy machine does not make them more. */
  milliseconds: number;
}

/** Bytes of the engine's heap and of array buffers now. */
export function engineBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/**
 * Runs work and measures what it allocates.
 *
 * Between two collections the engine's memory only grows, so that its peak is at the beginning of a collection or at the
 * end: nothing is missed that was allocated and let go. The process is to run with `--expose-gc --single-threaded-gc`, and
 * with a small young generation, so that garbage is not taken for memory that is needed.
 *
 * @param floor engine bytes of the process without garbage: a collection on the way may take garbage of before with it, so
 *   that from then on this is the beginning
 * @param tidy collects what a stream let go between any two of its pieces, which else counts until the engine does
 */
export async function footprint<T>(
  work: () => Promise<T>,
  floor: number,
  { tidy = false } = {},
): Promise<Footprint<T>> {
  forgetResidentPeak();
  const resident = residentBytes('VmRSS');
  const before = engineBytes();
  const processor = process.cpuUsage();
  const profiler = new GCProfiler();
  profiler.start();
  let running = true;
  const tidying = tidy ? collectBetween(() => running) : undefined;
  let outcome: Footprint<T>['outcome'];
  try {
    outcome = await work();
  } catch (error) {
    outcome = { error };
  }
  running = false;
  await tidying;
  const { statistics } = profiler.stop();
  const after = engineBytes();
  const { user, system } = process.cpuUsage(processor);
  const peaks = statistics.map(({ beforeGC: { heapStatistics } }) => {
    return heapStatistics.usedHeapSize + heapStatistics.externalMemory;
  });
  const [first, ...later] = [...peaks, after];
  return {
    outcome,
    peak: Math.max(first - before, ...later.map((bytes) => bytes - floor)),
    resident: residentBytes('VmHWM') - resident,
    milliseconds: (user + system) / 1000,
  };
}

/** Leaves no garbage behind, and gives the engine's bytes then. */
export function collectGarbage(): number {
  globalThis.gc!();
  globalThis.gc!();
  return engineBytes();
}

/** Collections take far longer than pieces of a stream: not before so many bytes are new. */
const NEW_BYTES = 2 ** 20;

async function collectBetween(goesOn: () => boolean): Promise<void> {
  for (let left = engineBytes(); goesOn();) {
    if (engineBytes() > left + NEW_BYTES) {
      globalThis.gc!();
      left = engineBytes();
    }
    await new Promise((fulfil) => setImmediate(fulfil));
  }
}

const LINUX = process.platform === 'linux';

/** Sets the high-water mark of resident memory to what there is now. Source: proc(5), clear_refs. */
function forgetResidentPeak(): void {
  if (LINUX) writeFileSync('/proc/self/clear_refs', '5');
}

function residentBytes(field: 'VmRSS' | 'VmHWM'): number {
  if (!LINUX) return 0;
  const [, kilobytes] = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'latin1'))!;
  return Number(kilobytes) * 1024;
}
