import type { Case } from '../../lib/check/case';
import { runCases, sumPoints } from '../../lib/check/run-cases';
import { feedbackOutputs } from './feedback';
import { codeCells, type Notebook, sourceOf } from '../notebook';
import type { GradingPlan } from './plan';
import { requireProof } from './proof';
import { NotebookRun, type RunLimits, type RunServices } from './notebook-run';
import type { ExerciseResult, SubmissionResult } from './results';

/** The cases of an exercise for this run, visible and hidden. */
export type CasesOf = (exercise: string) => { visible: readonly Case[]; hidden: readonly Case[] };

export interface GradeNotebookOptions {
  plan: GradingPlan;
  casesOf: CasesOf;
  seed: number;
  services: RunServices;
  limits: RunLimits;
  /** Judge this exercise alone. */
  only?: string;
}

/**
 * Runs a student's notebook cell by cell, and at each graded cell puts the exercise's cases to what stands there by
 * then. The graded cell itself does not run: whatever the student made of it, no credit comes from there.
 */
export async function gradeNotebook(
  notebook: Notebook,
  options: GradeNotebookOptions,
): Promise<SubmissionResult> {
  const { plan, seed, services, limits, only } = options;
  const started = performance.now();
  const run = new NotebookRun(services, limits);
  const exercises: ExerciseResult[] = [];
  const outputs: SubmissionResult['outputs'] = {};
  try {
    for (const { cell, index, name } of codeCells(notebook)) {
      const gradeId = cell.metadata.nbgrader?.grade_id ?? '';
      const graded = plan.exercises.get(gradeId);
      if (graded) {
        // A second cell of the same id would count twice.
        const isDue = !exercises.some((each) => each.gradeId === gradeId);
        if (!isDue || (only !== undefined && graded.exercise !== only)) continue;
        const result = await judgeExercise(run, { ...graded, gradeId }, options);
        exercises.push(result);
        outputs[index] = feedbackOutputs(result);
      } else if (!plan.isDemonstration(cell)) {
        outputs[index] = await run.runCell(name, sourceOf(cell));
      }
    }
  } finally {
    await run.close();
  }
  return { seed, exercises, outputs, incidents: run.incidents, seconds: secondsSince(started) };
}

async function judgeExercise(
  run: NotebookRun,
  { exercise, gradeId, max }: { exercise: string; gradeId: string; max: number },
  { casesOf, seed }: GradeNotebookOptions,
): Promise<ExerciseResult> {
  const started = performance.now();
  const { visible, hidden } = casesOf(exercise);
  run.beginExercise();
  const ask = (probe: string, input: Parameters<NotebookRun['ask']>[2], seconds: number) =>
    run.ask(exercise, probe, input, seconds);
  const results = [
    ...(await runCases(visible, { exercise, seed }, ask)),
    ...(await runCases(hidden, { exercise, seed, hidden: true }, ask)),
  ];
  const cases = requireProof([...visible, ...hidden], results);
  const sum = sumPoints(cases);
  return {
    exercise,
    gradeId,
    points: sum.max > 0 ? roundPoints((max * sum.points) / sum.max) : 0,
    max,
    cases,
    seconds: secondsSince(started),
    peakMemoryMiB: await run.peakMemoryMiB(),
  };
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;

/** To a thousandth, so that thirds do not read 3.3333333333333335. */
const roundPoints = (points: number): number => Math.round(points * 1000) / 1000;
