import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import {
  mkdtempSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReaderName } from './formats';
import { LONGEST } from './honest-need';
import type { Mutation } from './mutations';
import type { Failure, Job, Report, Told } from './reader-process';

/** How often the reading process is looked after. */
const ROUND = 250;
/** Rounds in which the process sleeps and a read does not end: it waits for what never comes. */
const MOST_IDLE = (10 * 60_000) / ROUND;
/** A format is given up after so many failures. */
const MOST_FAILURES = 20;
const FLAGS = [
  '--expose-gc',
  '--single-threaded-gc',
  '--min-semi-space-size=1',
  '--max-semi-space-size=1',
  '--max-old-space-size=1024',
  ...['-r', 'ts-node/register'],
];

export interface Survival extends Report {
  failures: Failure[];
}

/**
 * Has a process of its own read `count` mutations of a format's files. It is killed where a read takes longer than
 * allowed, and goes on with the mutation after the one that killed it.
 */
export async function mutationsRead(
  format: ReaderName,
  { seed, count }: { seed: number; count: number },
): Promise<Survival> {
  return survivalOf({ format, seed, to: count });
}

/** Asserts that a format's reader survives: each mutation gives a result or a proper error, in bounded time and memory. */
export async function survives(
  format: ReaderName,
  options: { seed: number; count: number },
): Promise<Survival> {
  const survival = await mutationsRead(format, options);
  assert.deepEqual(survival.failures, []);
  assert.equal(survival.read + survival.refused, options.count);
  return survival;
}

/**
 * Asserts that a reader survives files.
 *
 * @returns the message of each file's error; undefined for one that is read
 */
export async function outcomesOf(
  format: ReaderName,
  files: readonly Mutation[],
): Promise<(string | undefined)[]> {
  const { failures, outcomes } = await filesRead(format, files);
  assert.deepEqual(failures, []);
  assert.equal(outcomes.length, files.length);
  return outcomes;
}

/** Has a process of its own read files, each of which deserves no more memory than its bytes, or what it decodes to. */
export async function filesRead(format: ReaderName, files: readonly Mutation[]): Promise<Survival> {
  return survivalOf({ format, seed: 0, to: files.length, files: [...files] });
}

type Request = Pick<Job, 'format' | 'seed' | 'to' | 'files'>;

async function survivalOf(request: Request): Promise<Survival> {
  const root = mkdtempSync(join(tmpdir(), 'segcourse-hostile-'));
  const all: Survival = {
    read: 0,
    refused: 0,
    outcomes: [],
    messages: [],
    failures: [],
    largest: undefined!,
  };
  try {
    for (let from = 0; from < request.to;) {
      const { failures, report, next } = await readingProcess(request, from, root);
      all.failures.push(...failures);
      Object.assign(all, report);
      from = next;
      if (all.failures.length >= MOST_FAILURES) break;
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return all;
}

interface Reading {
  failures: Failure[];
  report?: Report;
  /** The first mutation that was not read. */
  next: number;
}

async function readingProcess(request: Request, from: number, root: string): Promise<Reading> {
  const folder = mkdtempSync(join(root, 'reads-'));
  const progress = openSync(join(root, 'progress'), 'w+');
  mkdirSync(folder, { recursive: true });
  writeSync(progress, Float64Array.of(-1), 0, 8, 0);
  const child = fork(join(__dirname, 'reader-process.ts'), {
    execArgv: FLAGS,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', progress],
  });
  const reading: Reading = { failures: [], next: request.to };
  let complaint = '';
  child
    .stderr!.setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  child.on('message', (told: Told) => {
    if ('report' in told) reading.report = told.report;
    else reading.failures.push(told.failure);
    if (reading.failures.length >= MOST_FAILURES) child.kill('SIGKILL');
  });
  const job: Job = { ...request, from, folder, progress: 4 };
  child.send(job);
  const at = () => {
    const index = new Float64Array(1);
    readSync(progress, index, 0, 8, 0);
    return index[0];
  };
  const ended = await watched(child, at);
  if (!reading.report) {
    if (at() < 0) throw new Error(`${request.format}: ${ended}: ${complaint}`);
    reading.next = at() + 1;
    const place = request.files?.[at()].name ?? `mutation ${at()} of seed ${request.seed}`;
    const what = `${ended} at ${place}: ${complaint}`;
    if (reading.failures.length < MOST_FAILURES) reading.failures.push({ name: request.format, what });
  }
  closeSync(progress);
  return reading;
}

/** Waits for the end of the process, which is killed where one read takes too long. */
async function watched(child: ChildProcess, at: () => number): Promise<string> {
  let index = -1;
  let since = 0;
  let last = 0;
  let idle = 0;
  let why = '';
  const timer = setInterval(() => {
    const { processor, sleeps } = processState(child.pid!);
    // Only what the process has of processors counts: on a busy machine it may be long until it gets some.
    idle = sleeps && processor === last ? idle + 1 : 0;
    last = processor;
    if (at() !== index) {
      index = at();
      since = processor;
      idle = 0;
      return;
    }
    // The measure of the read itself is exact; this one ends what does not come back. Three times: a read may be
    // repeated, after the undamaged files were read again.
    if (index >= 0 && processor - since > 3 * LONGEST) why = `hung for ${processor - since} ms`;
    else if (idle > MOST_IDLE) why = 'waited for what did not come';
    if (why) child.kill('SIGKILL');
  }, ROUND);
  const ended = await new Promise<string>((fulfil) =>
    child.once('close', (code, signal) => fulfil(`ended with ${signal ?? code} before its report`)),
  );
  clearInterval(timer);
  return why || ended;
}

/** Milliseconds that a process had of processors, and whether it wants none now. Source: proc(5), stat. */
function processState(pid: number): { processor: number; sleeps: boolean } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { processor: (Number(fields[11]) + Number(fields[12])) * 10, sleeps: fields[0] === 'S' };
  } catch {
    // Not Linux, or gone.
    return { processor: 0, sleeps: true };
  }
}
