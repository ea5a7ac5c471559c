import { Exercise, runProbe } from '../../../lib/check/exercise';
import type { Plain } from '../../../lib/check/plain';
import { ExpectedValues, mapsOf, MapValues } from './judge-values';

/** An answer that is wrong in a way that is known. */
export interface WrongAnswer<Answer> {
  answer: Answer;
  hint: string;
  credit?: 0 | 1;
}

/**
 * What the probe `values` gets from right answers and from wrong ones: the first one's here and now, the others' once
 * they are asked for, which few submissions make necessary.
 */
export async function referenceValues<Answer>(
  exercise: Exercise<Answer>,
  input: Plain,
  right: readonly Answer[],
  wrong: readonly WrongAnswer<Answer>[],
): Promise<ExpectedValues> {
  const mapsOnce = (answer: Answer) => {
    let maps: Promise<MapValues[]> | undefined;
    return () => (maps ??= mapsFrom(exercise, answer, input));
  };
  const expected: ExpectedValues = {
    right: right.map(mapsOnce),
    slips: wrong.map(({ answer, ...words }) => ({ maps: mapsOnce(answer), ...words })),
  };
  await expected.right[0]();
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
