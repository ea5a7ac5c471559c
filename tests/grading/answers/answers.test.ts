import assert from 'node:assert/strict';
import { rightAnswers, wrongAnswers } from '.';
import type { ExerciseName } from '../../../lib/check/exercises';
import { Answer, isAsExpected, Share } from './answer';
import { Evaluation, evaluate } from './evaluate';

const SEED = Number(process.env.SEGCOURSE_SEED ?? 20);

/** All of them where time is no matter, else every third. */
const some = (answers: readonly Answer[]) =>
  answers.filter((_, index) => process.env.SEGCOURSE_TESTS === 'all' || index % 3 === 0);

/** Every exercise that did not get the share that the answer's table says. */
function differences(answer: Answer, evaluations: Map<ExerciseName, Evaluation>): string[] {
  return (Object.entries(answer.shares) as [ExerciseName, Share][])
    .filter(([name, share]) => !isAsExpected(evaluations.get(name)!.share, share))
    .map(([name, share]) => {
      const { share: got, visible, hidden } = evaluations.get(name)!;
      const lost = [...visible, ...hidden].filter(({ credit }) => credit < 1);
      const lines = lost.map(({ title, got, hint }) => `  ${title}: ${got} (${hint})`);
      return [`${name}: got ${got.toFixed(3)}; expected ${JSON.stringify(share)}`, ...lines].join('\n');
    });
}

describe('answers', function () {
  this.timeout(120_000);

  describe('that are right, however they are written, get full marks', () => {
    for (const answer of some(rightAnswers)) {
      it(`${answer.exercise} ${answer.name}`, async () => {
        assert.deepEqual(differences(answer, await evaluate(answer, SEED)), []);
      });
    }
  });

  describe('that are wrong lose what they should', () => {
    const caught = new Map<string, boolean>();
    for (const answer of some(wrongAnswers)) {
      it(`${answer.exercise} ${answer.name}`, async () => {
        const evaluations = await evaluate(answer, SEED);
        const own = evaluations.get(answer.exercise)!;
        caught.set(answer.name, isAsExpected(own.hiddenShare, { atMost: atMost(answer) }));
        assert.deepEqual(differences(answer, evaluations), []);
        const told = [...own.visible, ...own.hidden].filter(({ credit }) => credit < 1);
        assert.ok(
          told.every(({ hint }) => hint),
          'each lost point has a hint',
        );
      });
    }

    it('by the hidden cases alone: the mutation score', () => {
      const score = [...caught.values()].filter(Boolean).length / caught.size;
      const missed = [...caught].filter(([, isCaught]) => !isCaught).map(([name]) => name);
      console.log(
        `      mutation score ${score.toFixed(3)} of ${caught.size} wrong answers; missed: ${missed.join(', ') || 'none'}`,
      );
      assert.ok(score >= 0.95, `${score}; missed: ${missed.join(', ')}`);
    });
  });
});

/** The most that the exercise of a wrong answer may get. */
function atMost({ exercise, shares, name }: Answer): number {
  const share = shares[exercise];
  if (share === undefined) throw new Error(`${name}: its table does not name exercise ${exercise}`);
  return typeof share === 'number' ? share : share.atMost;
}
