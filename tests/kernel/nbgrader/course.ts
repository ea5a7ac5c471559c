/** The scores of the test cells, by their ids. */
export type Scores = Record<'test-area' | 'test-dice' | 'test-iou', number>;

/** What a student changes in the released notebook, and the points due for it. */
export interface Submission {
  write?: { solution: string };
  remove?: string[];
  expected: Scores;
}

const MAX_POINTS = 2;

const AREA = 'return mask.reduce((sum, value) => sum + value, 0);';
const DICE = `const total = [...a, ...b].filter(Boolean).length;
  return total === 0 ? 1 : (2 * overlap(a, b)) / total;`;
const IOU = 'return overlap(a, b) / (a.filter((value, i) => value || b[i]).length);';

/** The answers of an assignment on binary masks, given as the bodies of its three functions. */
function solution({ area = AREA, dice = DICE, iou = IOU }): string {
  return `const overlap = (a: number[], b: number[]): number => a.filter((value, i) => value && b[i]).length;
function area(mask: number[]): number {
  ${area}
}
function dice(a: number[], b: number[]): number {
  ${dice}
}
function iou(a: number[], b: number[]): number {
  ${iou}
}`;
}

const marked = (body: string): string => `// ### BEGIN SOLUTION\n  ${body}\n  // ### END SOLUTION`;
const SOURCE_SOLUTION = solution({ area: marked(AREA), dice: marked(DICE), iou: marked(IOU) });

// The library is first loaded in a test, where a single line on stderr would cost all its points.
const TEST_AREA = `import { tf } from 'segcourse';
import assert from 'node:assert/strict';
const sum = tf.tidy(() => tf.tensor1d([1, 0, 1, 1]).sum().dataSync()[0]);
assert.equal(area([1, 0, 1, 1]), sum);`;

const TEST_DICE = `assert.equal(dice([1, 1], [1, 1]), 1);
const right = [
  dice([1, 0], [0, 1]) === 0,
  dice([1, 1, 0], [0, 1, 0]) === 2 / 3,
  dice([1, 1, 1], [1, 0, 0]) === 0.5,
  dice([0, 0], [0, 0]) === 1,
];
(${MAX_POINTS} * right.filter(Boolean).length) / right.length`;

const TEST_IOU = `assert.equal(iou([1, 1, 0], [0, 1, 1]), 1 / 3);`;

/** The instructor's notebook in Jupyter's format. */
export function sourceNotebook(): object {
  const cells = [
    codeCell(SOURCE_SOLUTION, { grade_id: 'solution', solution: true, grade: false, locked: false }),
    ...Object.entries({ 'test-area': TEST_AREA, 'test-dice': TEST_DICE, 'test-iou': TEST_IOU }).map(
      ([grade_id, source]) =>
        codeCell(source, { grade_id, solution: false, grade: true, locked: true, points: MAX_POINTS }),
    ),
  ];
  const kernelspec = { name: 'segcourse', display_name: 'TypeScript (segcourse)', language: 'typescript' };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
}

function codeCell(source: string, nbgrader: { grade_id: string } & Record<string, unknown>): object {
  const metadata = { nbgrader: { schema_version: 3, task: false, cell_type: 'code', ...nbgrader } };
  return { id: nbgrader.grade_id, cell_type: 'code', execution_count: null, metadata, outputs: [], source };
}

const points = (area: number, dice: number, iou: number): Scores => ({
  'test-area': area,
  'test-dice': dice,
  'test-iou': iou,
});
const answer = (bodies: Parameters<typeof solution>[0]): Submission['write'] => ({
  solution: solution(bodies),
});

/** One submission a student. */
export const SUBMISSIONS: Record<string, Submission> = {
  correct: { write: answer({}), expected: points(2, 2, 2) },
  untouched: { expected: points(0, 0, 0) },
  'wrong area': { write: answer({ area: 'return mask.length;' }), expected: points(0, 2, 2) },
  // One of four cases wrong; the score also proves that the test which nbgrader puts back ran.
  'empty masks forgotten, test deleted': {
    write: answer({ dice: DICE.replace('total === 0 ? 1', 'total === 0 ? 0') }),
    remove: ['test-dice'],
    expected: points(2, 1.5, 2),
  },
  'type error': { write: answer({ iou: "return 'a third';" }), expected: points(0, 0, 0) },
  'process.exit': { write: answer({ dice: 'process.exit(0);' }), expected: points(2, 0, 2) },
};
