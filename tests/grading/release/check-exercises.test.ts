import assert from 'node:assert/strict';
import type { Notebook } from '../../../grading/notebook';
import { checkExercises, exerciseProblem } from '../../../grading/release/check-exercises';
import { openUnconfined } from '../../../grading/sandbox/unconfined';
import { CHECK, notebookOf, OWN_BLOCKS } from '../judge/notebooks';

const notebook = (...cells: Parameters<typeof notebookOf>): Notebook => notebookOf(...cells) as Notebook;
const SOLVED = notebook(OWN_BLOCKS, CHECK);
const STUB = notebook("throw new Error('not written yet');", CHECK);

// The library's own classes are right answers only where no box withholds them.
const OPTIONS = { openBox: openUnconfined, seed: 1 };

describe('grading/release: the starter fails and the source passes', function () {
  this.timeout(240_000);

  const problems = async (
    notebooks: Record<string, { source: Notebook; released: Notebook }>,
  ): Promise<unknown[]> =>
    (await checkExercises(new Map(Object.entries(notebooks)), OPTIONS)).map(exerciseProblem);

  it('says nothing of an exercise that does so, and what is wrong with others', async () => {
    const [fine, given, unsolved] = await problems({
      fine: { source: SOLVED, released: STUB },
      given: { source: SOLVED, released: SOLVED },
      unsolved: { source: STUB, released: STUB },
    });
    assert.equal(fine, undefined);
    assert.match(String(given), /^given, exercise 8\.1: got 10 points for the starter; expected 0$/);
    assert.match(
      String(unsolved),
      /^unsolved, exercise 8\.1: got 0 of 10 points for the source; expected all\. A cell ended with Error: not written yet/,
    );
  });

  it('refuses a notebook in which nothing is graded', () =>
    assert.rejects(
      problems({ empty: { source: notebook(OWN_BLOCKS), released: STUB } }),
      /empty: got no graded cell/,
    ));

  it('takes a case that was never judged for a problem', () => {
    const exercise = { notebook: 'n', exercise: '8.1', starter: Number.NaN, source: 10, max: 10 };
    assert.match(exerciseProblem(exercise) ?? '', /got NaN points for the starter/);
  });
});
