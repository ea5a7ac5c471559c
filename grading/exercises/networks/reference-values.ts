import { Exercise, runProbe } from '../../../lib/check/exercise';
import type { Plain } from '../../../lib/check/plain';
import { ExpectedValues, mapsOf, MapValues } from './judge-values';

/** An answer that is wrong in a way that is known. */
export interface WrongAnswer<Answer> {
  answer: Answer;
  hint: string;
  credit?: 0 | 1;
}

/** What the probe `values` gets from right answers and from wrong ones. */
export async function referenceValues<Answer>(
  exercise: Exercise<Answer>,
  input: Plain,
  right: readonly Answer[],
  wrong: readonly WrongAnswer<Answer>[],
): Promise<ExpectedValues> {
  const expected: ExpectedValues = { right: [], slips: [] };
  for (const answer of right) expected.right.push(await mapsFrom(exercise, answer, input));
  for (const { answer, ...words } of wrong) {
    expected.slips.push({ maps: await mapsFrom(exercise, answer, input), ...words });
  }
  return expected;
}

async function mapsFrom<Answer>(
  exercise: Exercise<Answer>,
  answer: Answer,
  input: Plain,
): Promise<MapValues[]> {
  const evidence = await runProbe(exercise, answer, 'values', input);
  return mapsOf(evidence, (evidence as Plain[]).length)!;
}
