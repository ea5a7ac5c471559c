import type { Verdict } from './case';
import { describe, Plain } from './plain';

/** A wrong value that a known mistake gives. */
export interface Mistake {
  value: number;
  hint: string;
}

/** Whether numbers differ by at most `tolerance`, absolutely up to 1 and relatively beyond; finite ones only. */
export const isClose = (got: Plain | undefined, expected: number, tolerance = 1e-4): boolean =>
  typeof got === 'number' &&
  Number.isFinite(expected) &&
  Math.abs(got - expected) <= tolerance * Math.max(1, Math.abs(expected));

/** The hint of the mistake that gives just this value, where it is not the expected one too. */
export function hintOf(
  got: Plain | undefined,
  expected: number,
  mistakes: readonly Mistake[],
): string | undefined {
  return mistakes.find(({ value }) => isClose(got, value, 1e-5) && !isClose(value, expected))?.hint;
}

/**
 * Judges one number.
 *
 * @param hint where none of the mistakes explains it
 */
export function judgeNumber(
  got: Plain | undefined,
  expected: number,
  hint: string,
  mistakes: readonly Mistake[] = [],
): Verdict {
  const verdict = { got: describe(got), expected: describe(expected) };
  if (isClose(got, expected)) return { credit: 1, ...verdict };
  return { credit: 0, ...verdict, hint: hintOf(got, expected, mistakes) ?? hint };
}

/** Largest difference of two lists of numbers; undefined where the evidence is no list of that length. */
export function largestDifference(got: Plain | undefined, expected: ArrayLike<number>): number | undefined {
  if (!(got instanceof Float32Array) || got.length !== expected.length) return undefined;
  return got.reduce((most, value, index) => {
    const off = Math.abs(value - expected[index]);
    return Number.isNaN(most) || off <= most ? most : off; // NaN stays
  }, 0);
}
