import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Grader } from '../../../grading/judge/grader';
import type { SubmissionResult } from '../../../grading/judge/results';
import { openBox } from '../../../grading/sandbox';
import { packageRoot } from '../../../lib/io/package-root';
import { notebookOf, SOURCE } from './notebook';
import { Plantation } from './plant';
import { FOUND } from './secrets';
import type { HostileSubmission } from './submission';

const JOBS = 2;
/** Short and small, so that what runs into a limit does so soon. */
const LIMITS = { cellSeconds: 10, probeSeconds: 10, notebookSeconds: 120 };
const BOX_LIMITS = { memoryMiB: 1536, scratchMiB: 64 };

/** Grades hostile submissions, two at a time, and looks at what is left of them. */
export class HostileRun {
  private constructor(
    private readonly plantation: Plantation,
    private readonly grader: Grader,
    private readonly results: Map<HostileSubmission, Promise<SubmissionResult>>,
  ) {}

  static async start(submissions: readonly HostileSubmission[]): Promise<HostileRun> {
    const plantation = await Plantation.open();
    const grader = new Grader({ openBox, seed: 81, jobs: JOBS, limits: LIMITS, boxLimits: BOX_LIMITS });
    const alone = (['right', 'wrong', 'none'] as const).map((answer) => HONEST[answer]);
    const results = new Map<HostileSubmission, Promise<SubmissionResult>>();
    const lanes: Promise<unknown>[] = Array.from({ length: JOBS }, () => Promise.resolve());
    for (const [index, submission] of [...alone, ...submissions].entries()) {
      const result = lanes[index % JOBS].then(() =>
        grader.grade({ notebook: notebookOf(submission, plantation.planted), source: SOURCE }),
      );
      results.set(submission, result);
      lanes[index % JOBS] = result.catch(() => undefined);
    }
    return new HostileRun(plantation, grader, results);
  }

  /** The points out of 10. */
  async pointsOf(submission: HostileSubmission): Promise<number> {
    const { exercises } = await this.resultOf(submission);
    assert.equal(exercises.length, 1);
    return exercises[0].points;
  }

  /** Asserts the score of the table, and that nothing was found out. */
  async assertHarmless(submission: HostileSubmission): Promise<void> {
    const [points, honest] = await Promise.all([
      this.pointsOf(submission),
      this.pointsOf(HONEST[submission.answer]),
    ]);
    const result = await this.resultOf(submission);
    const told = JSON.stringify(result);
    const words = JSON.stringify(
      result.exercises[0].cases.map(({ title, got }) => [title, got]),
      null,
      1,
    );
    if (submission.score === 'same') assert.equal(points, honest, words);
    else assert.ok(points <= honest, `got ${points} points; expected at most ${honest}\n${words}`);
    assert.ok(!told.includes(this.plantation.secret), 'the secret came out');
    const printed = Object.values(result.outputs)
      .flat()
      .map(({ text }) => String(text ?? ''));
    assert.ok(!printed.some((text) => FOUND.test(text)), printed.join('\n').slice(0, 2000));
    assert.doesNotMatch(told, /stolen-by/);
    assert.ok(told.length < 2 ** 23, `${told.length} characters came out`);
    if (submission.says) assert.match(told, submission.says);
  }

  /** Closes everything, and asserts that nothing is left. */
  async end(): Promise<void> {
    await Promise.allSettled(this.results.values());
    await this.grader.close();
    const { visitors } = this.plantation;
    this.plantation.close();
    assert.equal(visitors, 0, 'somebody reached a server of the machine');
    assert.deepEqual(leftProcesses(), []);
  }

  private resultOf(submission: HostileSubmission): Promise<SubmissionResult> {
    const result = this.results.get(submission);
    assert.ok(result, submission.name);
    return result;
  }
}

/** The answers alone, without an attack. */
export const HONEST: Record<HostileSubmission['answer'], HostileSubmission> = {
  right: { name: 'the right answer', answer: 'right', score: 'same' },
  wrong: { name: 'an answer without normalisation', answer: 'wrong', score: 'same' },
  none: { name: 'no answer', answer: 'none', score: 'same' },
};

/** Command lines of processes that boxes have started. */
function leftProcesses(): string[] {
  const main = `${packageRoot()}/.build/grading/run/`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(main) || command.includes('sleep 10000'));
}
