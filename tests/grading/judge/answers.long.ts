import assert from 'node:assert/strict';
import { Grader } from '../../../grading/judge/grader';
import { boxKinds, openBox } from '../../../grading/sandbox';
import { rightAnswers, wrongAnswers } from '../answers';
import { type Answer, isAsExpected, type Share } from '../answers/answer';
import { sourceNotebook, submittedNotebook } from '../answers/cells';

/** The answers' own tests ask the cases in one process; here each is a submission in a box. */
describe('grading/judge: right and wrong answers in boxes', function () {
  this.timeout(300_000);
  let grader: Grader;

  before(async function () {
    const kind = await boxKinds();
    if ('missing' in kind) {
      console.log(`      skipped: ${kind.missing}`);
      this.skip();
    }
    grader = new Grader({ openBox, seed: 20, jobs: 1 });
  });
  after(() => grader?.close());

  async function assertShares(answer: Answer, shares: Partial<Record<string, Share>>): Promise<void> {
    const { exercises } = await grader.grade({
      notebook: submittedNotebook(answer),
      source: sourceNotebook(answer),
    });
    for (const { exercise, points, max, cases } of exercises) {
      const expected = shares[exercise];
      if (expected === undefined) continue;
      const told = cases.filter(({ credit }) => credit < 1).map(({ title, got }) => `${title}: ${got}`);
      // Points are told to a thousandth.
      const share = Math.round((points / max) * 1000) / 1000;
      assert.ok(isAsExpected(share, expected), `${exercise}: ${points} of ${max} points\n${told.join('\n')}`);
    }
  }

  for (const answer of rightAnswers) {
    it(`${answer.exercise} right: ${answer.name}`, () => assertShares(answer, answer.shares));
  }
  for (const answer of wrongAnswers) {
    it(`${answer.exercise} wrong: ${answer.name}`, () => assertShares(answer, answer.shares));
  }
});
