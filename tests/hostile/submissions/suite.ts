import assert from 'node:assert/strict';
import { boxKinds } from '../../../grading/sandbox';
import { HONEST, HostileRun } from './run';
import type { HostileSubmission } from './submission';

/** The tests of these submissions, with those of the honest answers that they are measured by. */
export function describeHostile(title: string, submissions: readonly HostileSubmission[]): void {
  describe(title, function () {
    this.timeout(600_000);
    let run: HostileRun;

    before(async function () {
      const kind = await boxKinds();
      if ('missing' in kind) {
        console.log(`      skipped: ${kind.missing}`);
        this.skip();
      }
      run = await HostileRun.start(submissions);
    });
    after(() => run?.end());

    it('measures by honest answers: full marks, some, and none', async () => {
      const [right, wrong, none] = await Promise.all(
        (['right', 'wrong', 'none'] as const).map((answer) => run.pointsOf(HONEST[answer])),
      );
      assert.equal(right, 10);
      assert.ok(wrong > 0 && wrong < 10, `${wrong} points without normalisation`);
      assert.equal(none, 0);
    });

    for (const submission of submissions) {
      it(submission.name, () => run.assertHarmless(submission));
    }
  });
}
