import { setTimeout as delay } from 'node:timers/promises';
import { openBooks, type Place } from '../accounting';
import type { Books, Measure } from '../books';
import { type Accounting, type Box, type BoxEnd, type BoxEndReason, type BoxOptions, MIB } from '../box';
import { isMissing } from '../cgroups/files';
import { exitOf } from '../exit';
import { watch } from '../guard';
import { CPU_SECONDS, MEMORY_BYTES, PEAK_BYTES, REASON, REASONS, SHARED_NUMBERS } from '../guard-messages';
import { ProcessTable, readStat } from '../process-table';
import { launch, type Launched } from './launch';
import type { Programs } from './programs';
import { prepare } from './prepare';

/** For the last processes of a killed box to be gone; the kernel needs milliseconds. */
const PATIENCE_MS = 20_000;

/** Opens a box with bubblewrap; options are checked already. */
export async function openBubblewrap(
  options: BoxOptions,
  accounting: Accounting,
  programs: Programs,
): Promise<Box> {
  const { limits } = options;
  const deadline = process.hrtime.bigint() + BigInt(Math.round(limits.wallSeconds * 1e9));
  const prepared = prepare(accounting, limits);
  let launched: Launched;
  try {
    launched = await launch(options, programs, prepared.plan);
  } catch (error) {
    await prepared.abandon();
    throw error;
  }
  const { child, init } = launched;
  const started = readStat(`/proc/${init}`)?.started ?? '';
  const namespace = new ProcessTable({
    kind: 'watchdog',
    init,
    started,
    scratch: options.cwd,
    memoryBytes: limits.memoryMiB * MIB,
  });
  const place: Place = prepared.place(init) ?? namespace.place;
  const books = place.kind === 'watchdog' ? namespace : openBooks(place);

  const shared = new SharedArrayBuffer(8 * SHARED_NUMBERS);
  const numbers = new Float64Array(shared);
  let killed = false;
  const end = () => {
    child.kill('SIGKILL');
    namespace.kill();
    books.kill();
  };
  const unwatch = watch({ place, init, limits, deadline, shared }, (error) => {
    console.error(`The guard of the boxes broke: ${error.message}`);
    killed = true;
    end();
  });

  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('exit', (code, signal) => resolve(exitOf(code, signal)));
  });
  const ended = exited.then(async ({ code, signal }): Promise<BoxEnd> => {
    const last = lastMeasure(books, numbers);
    await emptied(namespace, books);
    unwatch();
    books.remove();
    const reason: BoxEndReason = last.outOfMemory
      ? 'memory'
      : (REASONS[numbers[REASON]] ?? (killed ? 'killed' : 'exit'));
    return {
      reason,
      code,
      signal,
      peakMemoryMiB: Math.max(last.peakBytes, numbers[PEAK_BYTES]) / MIB,
      cpuSeconds: Math.max(last.cpuSeconds, numbers[CPU_SECONDS]),
    };
  });

  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    usage: async () => ({
      memoryMiB: numbers[MEMORY_BYTES] / MIB,
      peakMiB: numbers[PEAK_BYTES] / MIB,
      cpuSeconds: numbers[CPU_SECONDS],
    }),
    kill() {
      killed = true;
      end();
      return ended;
    },
    ended,
  };
}

/** systemd removes a scope with its last process; then what the guard has seen counts. */
function lastMeasure(
  books: Books,
  numbers: Float64Array,
): Pick<Measure, 'cpuSeconds' | 'peakBytes' | 'outOfMemory'> {
  try {
    return books.measure();
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { cpuSeconds: numbers[CPU_SECONDS], peakBytes: numbers[PEAK_BYTES], outOfMemory: false };
  }
}

/** Kills what the program has left behind, again and again until nothing is. */
async function emptied(namespace: Books, books: Books): Promise<void> {
  const patience = process.hrtime.bigint() + BigInt(PATIENCE_MS) * 1_000_000n;
  for (let pause = 1; ; pause = Math.min(2 * pause, 50)) {
    const empty = [namespace, books].map((part) => part.kill()).every(Boolean);
    if (empty) return;
    if (process.hrtime.bigint() > patience)
      throw new Error(`a box's processes are still there ${PATIENCE_MS / 1000} s after SIGKILL`);
    await delay(pause);
  }
}
