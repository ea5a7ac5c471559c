import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { NbgraderService, Recorded } from '../nbgrader/service';
import type { StrictNotebook } from '../repair/notebook';
import { repairSubmission } from '../repair/repair';
import type { CourseFolder } from './course-folder';
import { executedNotebook } from './executed-notebook';
import type { GradeNotebook, NotebookResult } from './job';
import type { Basis, Entry, Journal } from './journal';
import { stage } from './stage';

/** What all submissions of a run have in common. */
export interface RunContext {
  course: CourseFolder;
  assignment: string;
  /** By the notebook's name: as the instructor wrote it, and as students got it. */
  sources: Record<string, StrictNotebook>;
  released: Record<string, StrictNotebook>;
  journal: Journal;
  nbgrader: NbgraderService;
  /** The students whose submissions the gradebook holds. */
  recorded: ReadonlySet<string>;
  grade: GradeNotebook;
  run: { id: string; seed: number };
  /** Judge this exercise alone, and keep what is known of the others. */
  only?: string;
}

/** A notebook that is ready to be judged, or why there is none; with lines for the student. */
type Ready =
  { notebook: StrictNotebook; lines: string[] } | { notebook: undefined; problem: string; lines: string[] };

/**
 * Judges one submission and records it in the gradebook. What is already in the journal for the same basis is taken
 * from there, so that a submission goes on where a killed run left it.
 *
 * @param known the journal's entry, where it is still valid
 */
export async function gradeSubmission(
  context: RunContext,
  student: string,
  basis: Basis,
  known: Entry | undefined,
): Promise<Entry> {
  const { journal, run } = context;
  const entry: Entry = known ?? { basis, seed: run.seed, notebooks: {}, judged: false };
  const ready = await readyNotebooks(context, student);
  const problems = Object.values(ready).flatMap((each) => (each.notebook ? [] : [each.problem]));
  entry.problem = problems.length > 0 ? problems.join(' ') : undefined;
  for (const [name, { notebook }] of Object.entries(ready)) {
    const before = entry.notebooks[name];
    if (!notebook || entry.judged || before?.run === run.id) continue;
    const result = await judge(context, student, name, notebook, before?.result);
    entry.notebooks[name] = { run: run.id, result };
    journal.save(student, entry);
  }
  entry.judged = true;
  journal.save(student, entry);
  entry.recorded = await record(context, student, ready, entry);
  journal.save(student, entry);
  return entry;
}

async function readyNotebooks(context: RunContext, student: string): Promise<Record<string, Ready>> {
  const { course, assignment, released, nbgrader } = context;
  const folder = course.submission(student, assignment);
  const names = Object.keys(released);
  const ready: Record<string, Ready> = {};
  for (const name of names) {
    const others = names.filter((other) => other !== name);
    const repaired = await repairSubmission(folder, name, others, released[name]);
    if (!repaired) continue;
    if ('problem' in repaired) {
      const { problem, repairs } = repaired;
      ready[name] = { notebook: undefined, problem, lines: [...repairs, `Not graded: ${problem}`] };
    } else {
      const notebook = await nbgrader.sanitise(assignment, student, name, repaired.notebook);
      ready[name] = { notebook, lines: repaired.repairs };
    }
  }
  if (Object.keys(ready).length > 0) return ready;
  const problem = `No notebook was submitted: expected ${names.map((name) => `${name}.ipynb`).join(', ')}.`;
  return { [names[0]]: { notebook: undefined, problem, lines: [`Not graded: ${problem}`] } };
}

async function judge(
  { assignment, sources, grade, only }: RunContext,
  student: string,
  name: string,
  notebook: StrictNotebook,
  before: NotebookResult | undefined,
): Promise<NotebookResult> {
  const job = { assignment, student, name, notebook, source: sources[name] };
  if (only === undefined || !before) return grade(job);
  const result = await grade({ ...job, only });
  const again = new Set(result.exercises.map(({ gradeId }) => gradeId));
  return {
    ...result,
    exercises: [...before.exercises.filter(({ gradeId }) => !again.has(gradeId)), ...result.exercises],
    outputs: { ...before.outputs, ...result.outputs },
    incidents: [
      ...before.incidents.filter(({ exercise }) => exercise !== undefined && exercise !== only),
      ...result.incidents,
    ],
  };
}

async function record(
  { course, assignment, released, nbgrader }: RunContext,
  student: string,
  ready: Record<string, Ready>,
  entry: Entry,
): Promise<Recorded> {
  const staged = path.join('.grading', assignment, 'staged');
  const folder = path.join(course.root, staged, student);
  const executed = Object.entries(ready).map(([name, { notebook, lines }]) => [
    name,
    executedNotebook(notebook ?? released[name], notebook && entry.notebooks[name]?.result, lines),
  ]);
  await stage(
    course.submission(student, assignment),
    path.join(folder, assignment),
    Object.fromEntries(executed),
  );
  try {
    return await nbgrader.record(assignment, student, staged);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
