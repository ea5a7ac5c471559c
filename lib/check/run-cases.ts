import seedrandom from 'seedrandom';
import type { Case, Random, Verdict } from './case';
import type { Plain } from './plain';

/** What came of one case. */
export interface CaseResult extends Verdict {
  title: string;
  hidden: boolean;
  /** Weight within the exercise. */
  points: number;
  seconds: number;
}

export interface RunCasesOptions {
  /** The exercise's name: its cases draw other inputs than those of another exercise with the same seed. */
  exercise: string;
  seed: number;
  /** Whether the cases are hidden ones. Default false. */
  hidden?: boolean;
}

/** Puts a case's question to the student's code, wherever that runs. What it throws is taken for the student's error. */
export type Ask = (probe: string, input: Plain, seconds: number) => Promise<Plain>;

/** The random numbers that a case's input is drawn from: its own, whatever other cases draw. */
export const caseRandom = (exercise: string, title: string, seed: number): Random =>
  seedrandom.alea(`${exercise}/${title}/${seed}`);

/** Runs cases one after the other; an error fails its case and stops nothing. */
export async function runCases(
  cases: readonly Case[],
  { exercise, seed, hidden = false }: RunCasesOptions,
  ask: Ask,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const each of cases) {
    const { title, points, probe, seconds: limit = 20 } = each;
    const input = each.input(caseRandom(exercise, title, seed));
    const expected = await each.expected(input);
    const started = performance.now();
    let verdict: Verdict;
    try {
      verdict = await judged(each, await ask(probe, input, limit), expected, input);
    } catch (error) {
      verdict = failedBy(error);
    }
    results.push({ title, hidden, points, ...verdict, seconds: (performance.now() - started) / 1000 });
  }
  return results;
}

/** The case's verdict, with a credit that is a share and words that are few, whatever the evidence was. */
export async function judged(each: Case, evidence: Plain, expected: unknown, input: Plain): Promise<Verdict> {
  const verdict = await each.judge(evidence, expected, input);
  const credit = verdict.credit >= 0 ? Math.min(1, verdict.credit) : 0;
  return { ...verdict, credit, got: shortened(verdict.got), expected: shortened(verdict.expected) };
}

const LONGEST = 300;

const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** The points that results are worth out of those of their cases. */
export function sumPoints(results: readonly CaseResult[]): { points: number; max: number } {
  const sum = (value: (result: CaseResult) => number) =>
    results.reduce((total, each) => total + value(each), 0);
  return { points: sum(({ points, credit }) => points * credit), max: sum(({ points }) => points) };
}

/** What errors of TensorFlow.js mean here. */
const ERROR_HINTS: readonly (readonly [RegExp, string])[] = [
  [/not written yet/, 'This part is still to be written.'],
  [
    /to have shape \[null,\d+,\d+/,
    'Leave height and width open, so that images of any size fit: tf.input({ shape: [null, null, inputChannels] }).',
  ],
  [
    /concat.*(shape|axis)|non-concatenated/i,
    'Maps of different sizes meet: does each skip go to the block of its own size?',
  ],
];

/** The verdict on a case that ended in an error. */
export function failedBy(error: unknown): Verdict {
  const got = errorText(error);
  const [, hint] = ERROR_HINTS.find(([pattern]) => pattern.test(got)) ?? [];
  return { credit: 0, got, expected: 'no error', hint: hint ?? 'Read the error first.' };
}

function errorText(error: unknown): string {
  try {
    return shortened(String(error));
  } catch {
    return 'an error that cannot be shown';
  }
}
