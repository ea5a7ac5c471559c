import { availableParallelism } from 'node:os';
import { parsedOptions } from '../../lib/cli/arguments';
import { type Surroundings, UsageError } from '../../lib/cli/terminal';
import { askedCourseFolder } from '../assignments';
import { type QueueAddress, readAddress } from '../queue/address';
import type { BoxJudgeOptions } from './box-judge';
import { gradeAssignment, type Outcome } from './grade-assignment';
import type { OpenJudge } from './job';
import { Progress } from './progress';
import { summary } from './summary';

export const HELP = `npm run grade -- <assignment> [options]
npm run grade -- status [postgres://…] [--json]

Grades what is in classroom/submitted/<student>/<assignment>/ and records it in nbgrader's gradebook. Submissions that
have not changed are skipped; a run that was stopped goes on where it was. \`status\` shows how a queue does.

  --course DIR      the course folder (default: classroom)
  --jobs N          submissions at the same time (default: the number of processors; in a queue, 200)
  --student NAME    this student alone
  --exercise 8.1    this exercise alone; the results of the others stay
  --regrade         also what has not changed
  --seed N          of the hidden cases' inputs: the same seed gives the same result
  --queue URL       judged by the workers (npm run grade:worker) of the queue at postgres://user:password@host/database
  --priority N      in the queue, of 0 (default) to 100: higher ones come first, whoever sent them
  --json            the outcome as JSON
  --unsafe          without a sandbox: students' code can do all that you can
  --self-test       proves each limit of the sandbox on this machine, as is done once a day before grading
`;

/** What the command line needs of the rest of the grader. */
export interface Grader {
  openJudge(options: BoxJudgeOptions): OpenJudge;
  openQueue(options: { address: QueueAddress; priority: number; report(line: string): void }): OpenJudge;
  showQueue(address: QueueAddress, asJson: boolean, surroundings: Surroundings): Promise<void>;
  selfTest(report: (line: string) => void): Promise<boolean>;
  version(): string;
}

const [FAILED, USAGE] = [1, 2];
/** Enough for many workers, and few enough to hold in memory. */
const JOBS_IN_QUEUE = 200;

/** @returns exit code: 0, 1 where a submission could not be graded, 2 for what was asked wrongly */
export async function gradeCommand(
  args: string[],
  surroundings: Surroundings,
  grader: Grader,
): Promise<number> {
  const { out, errors } = surroundings;
  try {
    const options = parse(args);
    if (options.help) {
      out.write(HELP);
      return 0;
    }
    if (options.assignment === 'status') {
      await grader.showQueue(readAddress(options.queue, surroundings.env), options.json, surroundings);
      return 0;
    }
    if (options.selfTest) return (await grader.selfTest((line) => out.write(`${line}\n`))) ? 0 : FAILED;
    // With --json, stdout is JSON alone.
    const progress = new Progress(options.json ? errors : out);
    const report = (line: string) => errors.write(`${line}\n`);
    const openJudge =
      options.queue === undefined
        ? grader.openJudge({ unsafe: options.unsafe, report })
        : grader.openQueue({
            address: readAddress(options.queue, surroundings.env),
            priority: options.priority,
            report,
          });
    let outcomes: Outcome[];
    try {
      outcomes = await gradeAssignment({ ...options, version: grader.version() }, openJudge, progress);
    } finally {
      progress.close();
    }
    out.write(options.json ? `${JSON.stringify(outcomes.map(plain), null, 2)}\n` : summary(outcomes));
    return outcomes.some(({ state }) => state === 'failed') ? FAILED : 0;
  } catch (error) {
    errors.write(`grade: ${(error as Error).message}\n`);
    return error instanceof UsageError ? USAGE : FAILED;
  }
}

/** An outcome without the outputs of the cells. */
function plain({ student, state, reason, seconds, entry }: Outcome): object {
  const exercises = Object.values(entry?.notebooks ?? {}).flatMap(({ result }) =>
    result.exercises.map(({ exercise, gradeId, points, max }) => ({ exercise, gradeId, points, max })),
  );
  return { student, state, reason, seconds, seed: entry?.seed, ...entry?.recorded, exercises };
}

function parse(args: string[]) {
  const { values, positionals } = parsedOptions(args, {
    course: { type: 'string' },
    jobs: { type: 'string' },
    student: { type: 'string' },
    exercise: { type: 'string' },
    seed: { type: 'string' },
    queue: { type: 'string' },
    priority: { type: 'string' },
    regrade: { type: 'boolean' },
    json: { type: 'boolean' },
    unsafe: { type: 'boolean' },
    'self-test': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  const [assignment = '', ...more] = positionals;
  const asked = values.help === true || values['self-test'] === true;
  const isStatus = assignment === 'status' && more.length <= 1;
  if (!asked && !isStatus && (assignment === '' || more.length > 0)) {
    throw new UsageError(
      `got ${assignment === '' ? 'no assignment' : `'${positionals.join(' ')}'`}; expected npm run grade -- <assignment>, see --help`,
    );
  }
  return {
    assignment,
    help: values.help === true,
    selfTest: values['self-test'] === true,
    course: askedCourseFolder(values.course),
    jobs:
      wholeNumber('--jobs', values.jobs, 1) ??
      (values.queue === undefined ? availableParallelism() : JOBS_IN_QUEUE),
    queue: values.queue ?? (isStatus ? more[0] : undefined),
    priority: wholeNumber('--priority', values.priority, 0, 100) ?? 0,
    seed: wholeNumber('--seed', values.seed, 0),
    student: values.student,
    exercise: values.exercise,
    regrade: values.regrade === true,
    json: values.json === true,
    unsafe: values.unsafe === true,
  };
}

export function wholeNumber(
  option: string,
  text: string | undefined,
  least: number,
  most = 2 ** 31 - 1,
): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`got ${option} ${text}; expected a whole number from ${least} to ${most}`);
}
