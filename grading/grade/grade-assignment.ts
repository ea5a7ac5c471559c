import { randomInt, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../../lib/cli/terminal';
import { withFileLock } from '../../lib/io/file-lock';
import { NbgraderService } from '../nbgrader/service';
import { CourseFolder } from './course-folder';
import { fingerprint } from './fingerprint';
import { explainFullDisk } from './full-disk';
import { gradeSubmission, type RunContext } from './grade-submission';
import type { OpenJudge } from './job';
import { type Basis, type Entry, Journal, type Run } from './journal';

export interface GradeOptions {
  assignment: string;
  course: string;
  /** Submissions at the same time. */
  jobs: number;
  /** This student alone. */
  student?: string;
  /** This exercise alone; what is known of the others stays. */
  exercise?: string;
  /** Of the inputs of all cases; drawn by default. */
  seed?: number;
  /** Judges again what has not changed. */
  regrade: boolean;
  /** What the grader is: results of another version are out of date. */
  version: string;
}

/** What became of one submission. */
export interface Outcome {
  student: string;
  state: 'graded' | 'unchanged' | 'refused' | 'failed';
  entry?: Entry;
  /** Why it was refused or failed. */
  reason?: string;
  seconds: number;
}

export interface Listener {
  waiting(owner: string): void;
  begin(total: number, seed: number): void;
  started(student: string): void;
  ended(outcome: Outcome): void;
}

/**
 * Grades the submissions of an assignment, several at a time, and records them in nbgrader's gradebook. Whatever
 * happens to one submission, the others are graded; killed at any moment, the same call goes on where it was.
 *
 * @returns sorted by student
 * @throws UsageError before any work, for what was asked wrongly
 */
export async function gradeAssignment(
  options: GradeOptions,
  openJudge: OpenJudge,
  listener: Listener,
): Promise<Outcome[]> {
  const course = new CourseFolder(options.course);
  const { name, notebooks } = course.open(options.assignment);
  const graded = withFileLock(
    course.own('lock'),
    async () => {
      const nbgrader = new NbgraderService(course.root);
      try {
        return await gradeAll(
          { ...options, assignment: name },
          course,
          notebooks,
          nbgrader,
          openJudge,
          listener,
        );
      } finally {
        await nbgrader.close();
      }
    },
    (owner) => listener.waiting(owner),
  );
  return graded.catch((error: Error) => {
    throw explainFullDisk(error, course.root);
  });
}

async function gradeAll(
  options: GradeOptions,
  course: CourseFolder,
  notebooks: readonly string[],
  nbgrader: NbgraderService,
  openJudge: OpenJudge,
  listener: Listener,
): Promise<Outcome[]> {
  const { assignment, exercise, jobs } = options;
  const { students, odd } = chosenStudents(course, options);
  const sources = Object.fromEntries(
    notebooks.map((name) => [name, course.sourceNotebook(assignment, name)]),
  );
  requireExercise(sources, exercise);
  nbgrader.warmUp();
  const journal = new Journal(course.own(assignment));
  const source = await fingerprint(course.source(assignment));
  const run = beginRun(journal, options);
  const opening = openJudge({
    ...run,
    assignment,
    jobs,
    submissions: students.length,
    sources: Object.values(sources),
  });
  opening.catch(() => undefined);
  let ended = false;
  const outcomes: Outcome[] = Object.entries(odd).map(([student, reason]) => ({
    student,
    state: 'failed',
    reason,
    seconds: 0,
  }));
  try {
    const { released, recorded } = await nbgrader.prepare(assignment, notebooks, source !== journal.source());
    journal.saveSource(source);
    journal.tidy();
    const judge = await opening;
    const context: RunContext = {
      course,
      assignment,
      sources,
      released,
      journal,
      nbgrader,
      recorded: new Set(recorded),
      grade: (job) => judge.grade(job),
      run,
      only: exercise,
    };
    listener.begin(students.length, run.seed);
    const queue = students.values();
    const work = async () => {
      for (const student of queue) {
        listener.started(student);
        const outcome = await outcomeOf(context, student, options);
        outcomes.push(outcome);
        listener.ended(outcome);
      }
    };
    await Promise.all(Array.from({ length: Math.min(jobs, students.length) }, work));
    journal.endRun();
    ended = true;
  } finally {
    await opening.then(
      (judge) => judge.close(ended),
      () => undefined,
    );
  }
  return outcomes.sort((a, b) => (a.student < b.student ? -1 : 1));
}

async function outcomeOf(context: RunContext, student: string, options: GradeOptions): Promise<Outcome> {
  const { course, assignment, journal } = context;
  const started = performance.now();
  const outcome = (state: Outcome['state'], rest: Partial<Outcome> = {}): Outcome => ({
    student,
    state,
    ...rest,
    seconds: (performance.now() - started) / 1000,
  });
  try {
    const basis: Basis = {
      submission: await fingerprint(course.submission(student, assignment)),
      source: journal.source()!,
      grader: options.version,
    };
    const known = validEntry(journal.entry(student), basis, context, options);
    if (
      known?.recorded &&
      context.recorded.has(student) &&
      existsSync(course.autograded(student, assignment))
    ) {
      return outcome('unchanged', { entry: known });
    }
    const entry = await gradeSubmission(context, student, basis, known);
    return outcome(entry.problem === undefined ? 'graded' : 'refused', { entry, reason: entry.problem });
  } catch (error) {
    return outcome('failed', { reason: explainFullDisk(error as Error, course.root).message });
  }
}

/** What of an entry still counts in this run; undefined where all is to be judged again. */
function validEntry(
  entry: Entry | undefined,
  basis: Basis,
  { run }: RunContext,
  { regrade, exercise, seed }: GradeOptions,
): Entry | undefined {
  if (!entry || !isDeepStrictEqual(entry.basis, basis)) return undefined;
  const judgedNow = Object.values(entry.notebooks).map((each) => each.run === run.id);
  if (exercise !== undefined && entry.judged) {
    // Of one exercise regraded, the others' results stay.
    return judgedNow.every(Boolean) ? entry : { ...entry, judged: false, recorded: undefined };
  }
  if (judgedNow.some(Boolean)) return entry;
  return entry.judged && !regrade && (seed === undefined || entry.seed === seed) ? entry : undefined;
}

/** A run with the same command that did not end goes on: with its seed, and without what it has done. */
function beginRun(journal: Journal, { student, exercise, regrade, seed }: GradeOptions): Run {
  const command = JSON.stringify({ student, exercise, regrade, seed });
  const before = journal.run();
  const run =
    before?.command === command ? before : { id: randomUUID(), seed: seed ?? randomInt(2 ** 31), command };
  journal.saveRun(run);
  return run;
}

function chosenStudents(
  course: CourseFolder,
  { assignment, student }: GradeOptions,
): { students: string[]; odd: Record<string, string> } {
  const all = course.students(assignment);
  const where = course.submission('<student>', assignment);
  if (all.students.length === 0 && Object.keys(all.odd).length === 0) {
    throw new UsageError(`got no submission of ${assignment}; expected them in ${where}`);
  }
  if (student === undefined) return all;
  if (all.students.includes(student)) return { students: [student], odd: {} };
  throw new UsageError(
    `got student '${student}', who has no folder ${course.submission(student, assignment)}; expected one of: ${all.students.join(', ')}`,
  );
}

function requireExercise(sources: RunContext['sources'], exercise: string | undefined): void {
  if (exercise === undefined) return;
  const known = Object.values(sources).flatMap(({ cells }) =>
    cells.flatMap(({ metadata }) => {
      const { exercise: name } = (metadata.segcourse ?? {}) as { exercise?: unknown };
      return typeof name === 'string' ? [name] : [];
    }),
  );
  if (!known.includes(exercise)) {
    throw new UsageError(`got exercise '${exercise}'; expected one of: ${known.join(', ')}`);
  }
}
