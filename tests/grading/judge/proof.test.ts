import assert from 'node:assert/strict';
import { requireProof } from '../../../grading/judge/proof';
import type { Case } from '../../../lib/check/case';
import type { CaseResult } from '../../../lib/check/run-cases';

const row = (probe: string, credit: number, hidden: boolean): [Case, CaseResult] => [
  { title: probe, points: 1, probe, input: () => null, expected: () => null, judge: () => assert.fail() },
  { title: probe, points: 1, hidden, credit, got: '', expected: '', seconds: 0 },
];

function credits(...rows: [Case, CaseResult][]): number[] {
  const [cases, results] = [rows.map(([each]) => each), rows.map(([, result]) => result)];
  return requireProof(cases, results).map(({ credit }) => credit);
}

describe('grading/judge: proof', () => {
  it('takes the credit of what could be made up where no hidden value is right', () => {
    const rows = [row('shapes', 1, false), row('gradients', 1, true), row('maxima', 0.5, false)];
    assert.deepEqual(credits(...rows, row('values', 0, true), row('values', 0.9, true)), [1, 0, 0, 0, 0.9]);
  });

  it('leaves it beside a hidden value that is right, and beside no other', () => {
    assert.deepEqual(credits(row('gradients', 1, true), row('values', 1, true)), [1, 1]);
    assert.deepEqual(credits(row('gradients', 1, true), row('values', 1, false)), [0, 1]);
    assert.deepEqual(credits(row('gradients', 1, true), row('reach', 1, true)), [0, 0]);
  });
});
