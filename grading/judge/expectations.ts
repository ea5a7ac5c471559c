import type { Case } from '../../lib/check/case';
import type { Plain } from '../../lib/check/plain';
import { caseRandom } from '../../lib/check/run-cases';

/**
 * Cases whose inputs and expectations are worked out once for all submissions of a run, which get the same seed.
 */
export function rememberExpectations(cases: readonly Case[], exercise: string, seed: number): Case[] {
  return cases.map((each) => {
    const input: Plain = each.input(caseRandom(exercise, each.title, seed));
    let expected: Promise<unknown> | undefined;
    return {
      ...each,
      input: () => input,
      expected: () => (expected ??= Promise.resolve(each.expected(input))),
    };
  });
}
