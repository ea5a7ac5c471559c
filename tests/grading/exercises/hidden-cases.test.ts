import assert from 'node:assert/strict';
import { hiddenCases } from '../../../grading/exercises';
import type { Case } from '../../../lib/check/case';
import { ExerciseName, exercises } from '../../../lib/check/exercises';
import { describe as describePlain, Plain } from '../../../lib/check/plain';
import { caseRandom, judged } from '../../../lib/check/run-cases';

const names = Object.keys(exercises) as ExerciseName[];

const all = names.flatMap((exercise) =>
  [...exercises[exercise].visible, ...hiddenCases[exercise]].map((each) => ({ exercise, each })),
);

function nested(depth: number): Plain {
  let value: Plain = 1;
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { shape: value };
  return value;
}

/** What no probe ever gives. */
const ABSURD: readonly Plain[] = [
  null,
  true,
  NaN,
  Infinity,
  -Infinity,
  1e308,
  '',
  'x'.repeat(1e6),
  [],
  {},
  [[]],
  [null, null, null, null],
  [{}],
  nested(50_000),
  new Float32Array(0),
  new Float32Array(1e6).fill(NaN),
  Int32Array.of(-1),
  new Uint8Array(3),
  new Array<Plain>(1e5).fill({ shape: [1], values: new Float32Array(1) }),
  [1, 2, 3, 4, 5].map((count) => new Array<number>(count).fill(NaN)),
  ...[1, 2, 3, 4, 5].map((count) =>
    new Array<Plain>(count).fill({ shape: [1, NaN, -1, 1e308], values: new Float32Array(4).fill(Infinity) }),
  ),
  [{ shape: [2, 2], values: [1, 2, 3, 4] }],
  [{ shape: '2,2', values: new Float32Array(4) }],
  [{ shape: new Array<number>(1e5).fill(1), values: new Float32Array(1) }],
  { trainable: 7, others: ['kernel 3×3×1×1'] },
  { trainable: new Array<string>(1e5).fill('kernel'), others: [] },
  { rows: new Float32Array(1e6), columns: new Float32Array(0) },
  { rows: Float32Array.of(NaN, Infinity), columns: Float32Array.of(-1, -Infinity) },
  [{ kind: 'kernel', shape: [3, 3, 8, 8], mean: 0, deviation: NaN, beyond: Infinity }],
  [{ kind: 'bias', shape: [], mean: 0, deviation: 0, beyond: 0 }],
  [{ kind: 'constructor', shape: [1], mean: 0, deviation: 0, beyond: 0 }],
  [{ weight: 'kernel', size: NaN }],
  [{ weight: nested(1000), size: '1' }],
  JSON.parse('{"__proto__": {"shape": [1]}, "constructor": 1, "length": 4}') as Plain,
];

describe('grading/exercises', () => {
  it('gives absurd evidence nothing, and says so', async function () {
    this.timeout(120_000);
    for (const { exercise, each } of all) {
      const input = each.input(caseRandom(exercise, each.title, 1));
      const expected = await each.expected(input);
      for (const evidence of ABSURD) {
        const verdict = await judged(each, evidence, expected, input);
        const where = `${exercise} ${each.title}: ${describePlain(evidence)}`;
        assert.equal(verdict.credit, 0, where);
        assert.ok(verdict.got && verdict.expected && verdict.hint, where);
        assert.ok(verdict.got.length <= 300 && verdict.expected.length <= 300, where);
      }
    }
  });

  it('asks what its exercise can answer', () => {
    for (const { exercise, each } of all) {
      assert.ok(
        Object.hasOwn(exercises[exercise].probes, each.probe),
        `${exercise} ${each.title}: ${each.probe}`,
      );
      assert.ok(each.points > 0, each.title);
    }
  });

  for (const exercise of names) {
    it(`${exercise}: has cases of different titles, a fifth to two fifths of the points visible`, () => {
      const { visible } = exercises[exercise];
      const cases: readonly Case[] = [...visible, ...hiddenCases[exercise]];
      assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length);
      const points = (some: readonly Case[]) => some.reduce((sum, each) => sum + each.points, 0);
      const share = points(visible) / points(cases);
      assert.ok(share >= 0.2 && share <= 0.4, `${share}`);
    });
  }
});
