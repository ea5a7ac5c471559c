import assert from 'node:assert/strict';

/** A label map that a golden holds as one base-36 digit a pixel. */
export function digits(text: string): number[] {
  return Array.from(text, (digit) => parseInt(digit, 36));
}

/** Asserts |difference| ≤ tolerance everywhere; null, JSON's NaN, expects NaN. */
export function assertNumbers(
  actual: readonly number[],
  expected: readonly (number | null)[],
  tolerance: number,
): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, index) => {
    const close = value === null ? Number.isNaN(actual[index]) : Math.abs(actual[index] - value) <= tolerance;
    assert.ok(close, `[${index}]: got ${actual[index]}, expected ${value} ± ${tolerance}`);
  });
}
