import { randomInt } from 'node:crypto';
import { formatDuration, formatNumber } from '../display/text';
import { showTable } from '../display/table';
import { tf } from '../runtime';
import { Exercise, requireParts, runProbe } from './exercise';
import { Answers, ExerciseName, exercises } from './exercises';
import { CaseResult, runCases, sumPoints } from './run-cases';

export interface CheckOptions {
  /** The seed that the inputs are drawn from; a new one at each call by default. */
  seed?: number;
}

/**
 * Runs the visible cases of an exercise on the student's code; an error in that code fails its case and stops nothing.
 * Leaves no tensor behind.
 *
 * @throws RangeError for an unknown exercise; TypeError where the answer lacks a part
 */
export async function visibleResults<Name extends ExerciseName>(
  name: Name,
  answer: Answers[Name],
  seed: number,
): Promise<CaseResult[]> {
  if (!Object.hasOwn(exercises, name)) {
    throw new RangeError(
      `check: got exercise '${name}'; expected one of ${Object.keys(exercises).join(', ')}`,
    );
  }
  const exercise = exercises[name] as unknown as Exercise<Answers[Name]>;
  requireParts(exercise, answer);
  return runCases(exercise.visible, { exercise: name, seed }, (probe, input) =>
    runProbe(exercise, answer, probe, input),
  );
}

/**
 * Checks an answer by the visible cases of its exercise and shows a table: what was got, what was expected, the likely
 * misconception, points and time. Grading adds hidden cases.
 *
 * @example await check('8.1', { InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock })
 * @throws RangeError for an unknown exercise; TypeError where the answer lacks a part
 */
export async function check<Name extends ExerciseName>(
  name: Name,
  answer: Answers[Name],
  options: CheckOptions = {},
): Promise<void> {
  const { seed = randomInt(2 ** 31) } = options;
  const started = performance.now();
  const results = await visibleResults(name, answer, seed);
  const { points, max } = sumPoints(results);
  const seconds = (performance.now() - started) / 1000;
  const allPassed = points === max;
  showTable(
    results.map((each) => ({
      ...each,
      result: resultOf(each),
      points: `${formatNumber(each.points * each.credit)} of ${formatNumber(each.points)}`,
      seconds: each.seconds.toFixed(2),
    })),
    {
      title:
        `Exercise ${name}: ${formatNumber(points)} of ${formatNumber(max)} visible points in ${formatDuration(seconds)}, ` +
        `${memoryText()}. Grading adds hidden cases and other inputs (these: seed ${seed}).`,
      columns: ['result', 'title', ...(allPassed ? [] : ['got', 'expected', 'hint']), 'points', 'seconds'],
      headings: { title: 'case' },
      status: { result: (value) => STATUS[value as keyof typeof STATUS] },
    },
  );
}

const STATUS = { passed: 'good', partly: 'warning', failed: 'bad' } as const;

function resultOf({ credit }: CaseResult): keyof typeof STATUS {
  if (credit === 1) return 'passed';
  return credit > 0 ? 'partly' : 'failed';
}

function memoryText(): string {
  const mebibytes = (bytes: number) => formatNumber(Math.round(bytes / 2 ** 20));
  const peak = process.resourceUsage().maxRSS * 1024;
  return `${mebibytes(tf.memory().numBytes)} MiB in tensors, ${mebibytes(peak)} MiB at the kernel's peak`;
}
