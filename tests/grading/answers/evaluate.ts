import { createRequire } from 'node:module';
import ts from 'typescript';
import { hiddenCases } from '../../../grading/exercises';
import type { Case } from '../../../lib/check/case';
import { Exercise, requireParts, runProbe } from '../../../lib/check/exercise';
import { ExerciseName, exercises } from '../../../lib/check/exercises';
import { CaseResult, runCases, sumPoints } from '../../../lib/check/run-cases';
import * as segcourse from '../../../lib';
import { Answer } from './answer';
import { submittedCells } from './cells';

type Parts = Record<string, unknown>;

export interface Evaluation {
  visible: CaseResult[];
  hidden: CaseResult[];
  /** Share of the points of the hidden cases alone. */
  hiddenShare: number;
  /** Share of the points of all cases. */
  share: number;
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
};

/**
 * What each exercise of a notebook hands to `check`: its cells run in this process, one after the other, with the
 * exports of segcourse that are not withheld.
 */
async function collectParts(answer: Answer): Promise<Map<ExerciseName, Parts>> {
  const parts = new Map<ExerciseName, Parts>();
  const withheld = new Set(
    Object.keys(answer.shares).flatMap((name) => exercises[name as ExerciseName].withheld),
  );
  const available = Object.fromEntries(Object.entries(segcourse).filter(([name]) => !withheld.has(name)));
  const check = (name: ExerciseName, given: Parts) => parts.set(name, given);
  const modules: Record<string, unknown> = { segcourse: { ...available, check } };
  const load = (name: string) => modules[name] ?? createRequire(__filename)(name);
  const { outputText } = ts.transpileModule(submittedCells(answer).join('\n'), { compilerOptions: OPTIONS });
  const run = new Function('require', 'exports', 'console', `return (async () => {${outputText}\n})();`) as (
    ...scope: unknown[]
  ) => Promise<void>;
  try {
    await run(load, {}, { log() {} });
  } catch (error) {
    if (parts.size === 0) throw error;
  }
  return parts;
}

/** The points that an answer gets in each exercise that its table names. */
export async function evaluate(answer: Answer, seed: number): Promise<Map<ExerciseName, Evaluation>> {
  const collected = await collectParts(answer);
  const evaluations = new Map<ExerciseName, Evaluation>();
  for (const name of Object.keys(answer.shares) as ExerciseName[]) {
    evaluations.set(name, await evaluateExercise(name, collected.get(name) ?? {}, seed));
  }
  return evaluations;
}

const memory = new Map<string, unknown>();

/** The case with what the reference gives computed once for each input, however many answers are judged by it. */
const remembering = (exercise: ExerciseName, each: Case): Case => ({
  ...each,
  expected(input) {
    const key = JSON.stringify([exercise, each.title, input]);
    if (!memory.has(key)) memory.set(key, each.expected(input));
    return memory.get(key);
  },
});

async function evaluateExercise(name: ExerciseName, parts: Parts, seed: number): Promise<Evaluation> {
  const exercise = exercises[name] as unknown as Exercise;
  const ask = async (probe: string, input: Parameters<typeof runProbe>[3]) => {
    requireParts(exercise, parts);
    return runProbe(exercise, parts, probe, input);
  };
  const visible = await runCases(exercise.visible, { exercise: name, seed }, ask);
  const hidden = await runCases(
    hiddenCases[name].map((each) => remembering(name, each)),
    { exercise: name, seed, hidden: true },
    ask,
  );
  return { visible, hidden, hiddenShare: shareOf(hidden), share: shareOf([...visible, ...hidden]) };
}

function shareOf(results: readonly CaseResult[]): number {
  const { points, max } = sumPoints(results);
  return max === 0 ? 1 : points / max;
}
