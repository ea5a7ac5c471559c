import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { type CourseTools, courseTools, type Report } from './course-tools';

const ROOT = packageRoot();
const good: Report = {
  seconds: 50,
  peakBytes: 1e9,
  cells: 2,
  executed: 2,
  cellSeconds: { first: 4, second: 46 },
  long: ['second'],
  error: null,
  stderr: [],
  mimeTypes: [],
  text: 'Dice 0.7\n',
  warnings: [],
};

describe('npm run course:check', () => {
  let tools: CourseTools;
  before(async () => {
    tools = await courseTools();
  });

  it('passes a run that is quiet and in time', () => {
    assert.deepEqual(tools.judgeRun(good, 1, 1), { failures: [], warnings: [] });
  });

  const bad: [string, Partial<Report>, RegExp][] = [
    ['an error', { error: 'RangeError: got 3' }, /RangeError: got 3/],
    ['cells that did not run', { executed: 1 }, /1 of 2 cells ran/],
    ['words on stderr', { stderr: [['second', 'deprecated\n']] }, /stderr of cell second: deprecated$/],
    ['more than its minutes', { seconds: 61 }, /took 61 s; 60 s were allowed/],
  ];
  for (const [what, change, expected] of bad) {
    it(`fails for ${what}`, () => {
      const { failures } = tools.judgeRun({ ...good, ...change }, 1, 1);
      assert.equal(failures.length, 1);
      assert.match(failures[0], expected);
    });
  }

  it('gives more time where notebooks share the processor, and fails where none is stated', () => {
    assert.deepEqual(tools.judgeRun({ ...good, seconds: 100 }, 1, 2).failures, []);
    assert.match(tools.judgeRun(good, undefined, 1).failures[0], /README/);
  });

  it('warns of long cells that cannot be skipped, and of what was printed past the notebook', () => {
    const { failures, warnings } = tools.judgeRun(
      { ...good, long: [], warnings: ['libfoo: old'], text: 'Warning: slow\nno warning here\n' },
      1,
      1,
    );
    assert.deepEqual(failures, []);
    assert.deepEqual(warnings, [
      'libfoo: old',
      'Warning: slow',
      'cell second took 46 s and is not marked as long',
    ]);
  });

  it('works on so many at a time, in order', async () => {
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const gate = tools.atMost(2);
    const all = [0, 1, 2, 3].map((n) =>
      gate(async () => {
        begun.push(n);
        await new Promise<void>((end) => (ends[n] = end));
        if (n === 1) throw new Error('one fails');
        return n;
      }),
    );
    const settled = Promise.allSettled(all);
    const turn = () => new Promise(setImmediate);
    await turn();
    assert.deepEqual(begun, [0, 1]);
    ends[1]();
    await turn();
    assert.deepEqual(begun, [0, 1, 2]);
    ends[2]();
    await turn();
    assert.deepEqual(begun, [0, 1, 2, 3]);
    [0, 3].forEach((n) => ends[n]());
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
  });

  it('chooses notebooks by how their names begin', () => {
    const context = tools.setupContext();
    const all = tools.chosenNotebooks(context);
    assert.deepEqual(tools.chosenNotebooks(context, ['8.3.4', '8.1']), [
      '8.1-environment',
      '8.3.4-training-unet-on-isbi-2012',
    ]);
    assert.ok(tools.chosenNotebooks(context, ['8.3']).length < all.length);
    assert.throws(() => tools.chosenNotebooks(context, ['9']), /got notebook 9; expected .*8\.1-environment/);
  });

  it('refuses what it does not know before anything runs', () => {
    for (const [args, words] of [
      [['--fast'], /got --fast .*expected notebooks, --quick/],
      [['--jobs', '0'], /got --jobs 0; expected a number/],
      [['--offline', '--mirror', 'x'], /expected one of them/],
    ] as const) {
      const { status, stderr } = spawnSync(process.execPath, ['lib/course/check.mjs', ...args], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      assert.equal(status, 2);
      assert.match(stderr, words);
    }
  });

  it('finds the minutes of every notebook in the README, and the same in the notebook', () => {
    const context = tools.setupContext();
    const minutes = tools.statedMinutes(context);
    for (const name of tools.notebookNames(context)) {
      assert.ok(minutes[name] >= 1, `README.md has no row for ${name} that ends with its minutes`);
      const { cells } = JSON.parse(readFileSync(path.join(ROOT, 'notebooks', `${name}.ipynb`), 'utf8')) as {
        cells: { source: string[] }[];
      };
      const said = /\*\*Time\*\*: (?:about|under) (a|\d+) minutes?/.exec(cells[0].source.join(''))?.[1];
      assert.equal(said === 'a' ? 1 : Number(said), minutes[name], `${name} says ${said}`);
    }
  });
});
