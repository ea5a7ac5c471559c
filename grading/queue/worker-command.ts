import { availableParallelism } from 'node:os';
import { parsedOptions } from '../../lib/cli/arguments';
import { type Surroundings, UsageError } from '../../lib/cli/terminal';
import { wholeNumber } from '../grade/command';
import type { OpenJudge } from '../grade/job';
import { readAddress } from './address';
import { openQueue } from './queue';
import { QueueWorker } from './worker';

export const HELP = `npm run grade:worker -- [postgres://user:password@host/database] [options]

Judges submissions of the queue that \`npm run grade -- <assignment> --queue …\` fills. Ctrl-C or SIGTERM lets it end what
it has begun; the second one makes it give that back and end at once. The address may stand in SEGCOURSE_QUEUE.

  --jobs N     submissions at the same time (default: the number of processors)
  --unsafe     without a sandbox: students' code can do all that you can
`;

export interface WorkerMachine {
  openJudge(options: { unsafe: boolean; report(line: string): void }): OpenJudge;
  /** @throws Error where students' code cannot be confined */
  requireBoxes(report: (line: string) => void): Promise<void>;
  version(): string;
  beatMs?: number;
}

const [FAILED, USAGE] = [1, 2];

/** @returns exit code: 0, 1 where it could not work, 2 for what was asked wrongly */
export async function workerCommand(
  args: string[],
  { out, errors, env }: Surroundings,
  machine: WorkerMachine,
): Promise<number> {
  const report = (line: string) => errors.write(`${line}\n`);
  try {
    const { help, jobs, unsafe, url } = parse(args);
    if (help) {
      out.write(HELP);
      return 0;
    }
    const address = readAddress(url, env);
    if (!unsafe) await machine.requireBoxes(report);
    const queue = await openQueue(address, machine.version(), { report, connections: jobs + 3 });
    try {
      const worker = new QueueWorker(queue, {
        jobs,
        report,
        openJudge: machine.openJudge({ unsafe, report }),
        beatMs: machine.beatMs,
      });
      out.write(`Worker ${worker.name}, version ${queue.version}, at ${address.shown}\n`);
      await untilStopped(worker, report);
      out.write(`Worker ${worker.name} judged ${worker.judged}.\n`);
      return 0;
    } finally {
      await queue.close();
    }
  } catch (error) {
    errors.write(`grade:worker: ${(error as Error).message}\n`);
    return error instanceof UsageError ? USAGE : FAILED;
  }
}

/** The first signal drains it, the second makes it leave. */
async function untilStopped(worker: QueueWorker, report: (line: string) => void): Promise<void> {
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  let signals = 0;
  const stop = (): void => {
    signals += 1;
    if (signals === 1) report('Ending what is begun; once more to give it back and end at once.');
    if (signals === 1) worker.drain();
    if (signals === 2) void worker.leave().then(leave, leave);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await Promise.race([worker.run(), left]);
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
  }
}

function parse(args: string[]) {
  const { values, positionals } = parsedOptions(args, {
    jobs: { type: 'string' },
    unsafe: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (positionals.length > 1) {
    throw new UsageError(`got ${positionals.length} addresses; expected one, see --help`);
  }
  return {
    url: positionals[0],
    jobs: wholeNumber('--jobs', values.jobs, 1) ?? availableParallelism(),
    unsafe: values.unsafe === true,
    help: values.help === true,
  };
}
