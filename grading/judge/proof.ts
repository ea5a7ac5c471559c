import type { Case } from '../../lib/check/case';
import type { CaseResult } from '../../lib/check/run-cases';

/**
 * Probes whose right evidence is the same for every right answer, or nearly so: a program that took their place in the
 * box could say it without any answer.
 */
const SAME_FOR_ALL = new Set([
  'maxima',
  'skipEffect',
  'initialWeights',
  'gradients',
  'reach',
  'leaks',
  'records',
  'tensorsLeft',
]);

const HINT = 'This counts as soon as one of the hidden values is right.';

/**
 * Credit is for what is proved: evidence that could be made up counts only beside a hidden case that right values alone
 * can pass.
 *
 * @param cases those of the results, in their order
 */
export function requireProof(cases: readonly Case[], results: readonly CaseResult[]): CaseResult[] {
  const isSame = (index: number): boolean => SAME_FOR_ALL.has(cases[index].probe);
  const isProved = results.some(({ hidden, credit }, index) => hidden && credit === 1 && !isSame(index));
  return results.map((result, index) =>
    isProved || !isSame(index) || result.credit === 0 ? result : { ...result, credit: 0, hint: HINT },
  );
}
