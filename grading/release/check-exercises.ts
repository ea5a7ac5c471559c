import { exercises } from '../../lib/check/exercises';
import { Grader, type GraderOptions } from '../judge/grader';
import { readPlan } from '../judge/plan';
import type { ExerciseResult, SubmissionResult } from '../judge/results';
import type { Notebook } from '../notebook';
import { boxKinds, openBox as openSandbox } from '../sandbox';
import { openUnconfined } from '../sandbox/unconfined';

/** What the grader gives for an exercise as it is released and as its author solves it. */
export interface CheckedExercise {
  notebook: string;
  exercise: string;
  starter: number;
  source: number;
  max: number;
  /** The first error of the source's cells, or words of the first case that it fails. */
  failure?: string;
}

export interface CheckOptions {
  /** Default: a box as in grading, or none where the machine has no boxes: it is the instructor's own code that runs. */
  openBox?: GraderOptions['openBox'];
  /** Of the cases' inputs. */
  seed: number;
  onChecked?(exercise: CheckedExercise): void;
}

/**
 * Grades each notebook twice, as students receive it and as the instructor wrote it.
 *
 * @param notebooks by name
 * @throws Error for a notebook in which nothing is graded by cases, or a graded cell that names no exercise
 */
export async function checkExercises(
  notebooks: ReadonlyMap<string, { source: Notebook; released: Notebook }>,
  { openBox, seed, onChecked }: CheckOptions,
): Promise<CheckedExercise[]> {
  for (const [name, { source }] of notebooks) {
    if (readPlan(source, Object.keys(exercises)).exercises.size > 0) continue;
    throw new Error(
      `${name}: got no graded cell; expected one with {"segcourse": {"exercise": …}} in its metadata`,
    );
  }
  const grader = new Grader({ openBox: openBox ?? (await ownBox()), seed });
  const checked: CheckedExercise[] = [];
  try {
    for (const [name, { source, released }] of notebooks) {
      const { exercises: solved, outputs } = await grader.grade({ notebook: source, source });
      const error = firstError(outputs);
      const started = (await grader.grade({ notebook: released, source })).exercises;
      for (const exercise of solved) {
        const result = compare(name, exercise, started, error);
        checked.push(result);
        onChecked?.(result);
      }
    }
  } finally {
    await grader.close();
  }
  return checked;
}

async function ownBox(): Promise<GraderOptions['openBox']> {
  return 'missing' in (await boxKinds()) ? openUnconfined : openSandbox;
}

function compare(
  notebook: string,
  solved: ExerciseResult,
  started: ExerciseResult[],
  error: string | undefined,
): CheckedExercise {
  const { exercise, points, max, cases } = solved;
  const starter = started.find(({ gradeId }) => gradeId === solved.gradeId);
  const failed = cases.find(({ credit }) => credit < 1);
  return {
    notebook,
    exercise,
    starter: starter?.points ?? Number.NaN,
    source: points,
    max,
    ...(failed
      ? { failure: error ?? `${failed.title}: got ${failed.got}; expected ${failed.expected}` }
      : {}),
  };
}

function firstError(outputs: SubmissionResult['outputs']): string | undefined {
  const found = Object.values(outputs)
    .flat()
    .find(({ output_type: type }) => type === 'error');
  return found && `A cell ended with ${found.ename}: ${found.evalue}`;
}

/** What is wrong with an exercise, or undefined. */
export function exerciseProblem({
  notebook,
  exercise,
  starter,
  source,
  max,
  failure,
}: CheckedExercise): string | undefined {
  const where = `${notebook}, exercise ${exercise}`;
  if (source !== max)
    return `${where}: got ${source} of ${max} points for the source; expected all. ${failure ?? ''}`;
  if (starter !== 0) return `${where}: got ${starter} points for the starter; expected 0`;
  return undefined;
}
