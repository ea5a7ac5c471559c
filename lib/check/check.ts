import { showTable } from '../display/table';
import { tf } from '../runtime';
import { Case, Verdict } from './case';
import { blockCases, UNetBlocks } from './unet-blocks';
import { modelCases, UNetModel } from './unet-model';
import { pathCases, UNetPaths } from './unet-paths';

/** What each exercise takes from the student. */
export interface Answers {
  '8.1': UNetBlocks;
  '8.2': UNetPaths;
  '8.3': UNetModel;
}

interface Exercise<Answer> {
  /** The classes that the answer must hold. */
  parts: (keyof Answer & string)[];
  cases: Case<Answer>[];
}

const EXERCISES: { [Name in keyof Answers]: Exercise<Answers[Name]> } = {
  '8.1': {
    parts: ['InputBlock', 'DownsamplingBlock', 'BottleneckBlock', 'UpsamplingBlock', 'OutputBlock'],
    cases: blockCases,
  },
  '8.2': { parts: ['DownsamplingPath', 'UpsamplingPath'], cases: pathCases },
  '8.3': { parts: ['BasicUNet'], cases: modelCases },
};

export interface CheckedCase extends Verdict {
  title: string;
}

/**
 * Runs the visible cases of an exercise on the student's code; an error in that code fails its case and stops nothing.
 * Leaves no tensor behind: the weights of everything that is built here are disposed of too.
 *
 * @throws RangeError for an unknown exercise; TypeError where the answer lacks a part
 */
export async function runCases<Name extends keyof Answers>(
  exercise: Name,
  answer: Answers[Name],
): Promise<CheckedCase[]> {
  if (!Object.hasOwn(EXERCISES, exercise)) {
    throw new RangeError(
      `check: got exercise '${exercise}'; expected one of ${Object.keys(EXERCISES).join(', ')}`,
    );
  }
  const { parts, cases } = EXERCISES[exercise];
  for (const part of parts) {
    if (typeof answer[part] !== 'function') {
      throw new TypeError(`check: got ${typeof answer[part]} for ${part}; expected the class that you wrote`);
    }
  }
  const checked: CheckedCase[] = [];
  for (const { title, run, judge } of cases) {
    const before = new Set(Object.values(registeredVariables()));
    tf.engine().startScope();
    try {
      checked.push({ title, ...judge(await run(answer)) });
    } catch (error) {
      checked.push({
        title,
        passed: false,
        got: String(error),
        expected: 'no error',
        hint: 'Read the error first.',
      });
    } finally {
      tf.engine().endScope();
      for (const variable of Object.values(registeredVariables())) {
        if (!before.has(variable)) variable.dispose();
      }
    }
  }
  return checked;
}

const registeredVariables = () =>
  (tf.engine() as unknown as { state: { registeredVariables: Record<string, tf.Variable> } }).state
    .registeredVariables;

/**
 * Checks an answer and shows the result as a table: what was got, what was expected, and the likely misconception.
 *
 * @example await check('8.1', { InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock })
 * @throws as `runCases`
 */
export async function check<Name extends keyof Answers>(
  exercise: Name,
  answer: Answers[Name],
): Promise<void> {
  const started = performance.now();
  const checked = await runCases(exercise, answer);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const passed = checked.filter((each) => each.passed).length;
  showTable(
    checked.map(({ passed, ...rest }) => ({ result: passed ? 'passed' : 'failed', ...rest })),
    {
      title: `Exercise ${exercise}: ${passed} of ${checked.length} visible cases passed in ${seconds} s. Grading adds hidden cases.`,
      columns: ['result', 'title', ...(passed < checked.length ? ['got', 'expected', 'hint'] : [])],
      headings: { title: 'case' },
      status: { result: (value) => (value === 'passed' ? 'good' : 'bad') },
    },
  );
}
