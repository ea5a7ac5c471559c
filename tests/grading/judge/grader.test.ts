import assert from 'node:assert/strict';
import { Grader } from '../../../grading/judge/grader';
import type { Notebook } from '../../../grading/notebook';
import type { SubmissionResult } from '../../../grading/judge/results';
import type { Output } from '../../../grading/run/messages';
import type { Box, BoxOptions } from '../../../grading/sandbox/box';
import { openUnconfined } from '../../../grading/sandbox/unconfined';
import { check, CHECK, notebookOf, OWN_BLOCKS } from './notebooks';

const SOURCE = notebookOf(OWN_BLOCKS, CHECK);

const errorsOf = (outputs: Output[] = []): string[] =>
  outputs
    .filter(({ output_type: type }) => type === 'error')
    .map(({ ename, evalue }) => `${ename}: ${evalue}`);
const printed = (outputs: Output[] = []): string =>
  outputs.map(({ text, data }) => text ?? (data as Record<string, string>)['text/plain']).join('');

describe('grading/judge: grader, without a sandbox', function () {
  this.timeout(180_000);
  const boxes: Promise<Box>[] = [];
  const openBox = (options: BoxOptions): Promise<Box> => {
    const box = openUnconfined(options);
    boxes.push(box);
    return box;
  };
  const limits = { cellSeconds: 10, probeSeconds: 10, notebookSeconds: 120 };
  let grader: Grader;

  before(() => {
    grader = new Grader({ openBox, seed: 7, limits });
    grader.warmUp([SOURCE]);
  });
  after(async () => {
    await grader.close();
    // Waits for ever where a box was left open.
    await Promise.all(boxes.map(async (box) => (await box).ended));
  });

  const grade = (notebook: Notebook, source = SOURCE): Promise<SubmissionResult> =>
    grader.grade({ notebook, source });
  const pointsOf = ({ exercises }: SubmissionResult): number[] => exercises.map(({ points }) => points);

  it('leaves no box where it is closed while it makes itself ready', async () => {
    const opened = boxes.length;
    const closedAtOnce = new Grader({ openBox, seed: 7, jobs: 2, limits });
    closedAtOnce.warmUp([SOURCE]);
    await closedAtOnce.close();
    const own = boxes.slice(opened);
    assert.equal(own.length, 3, 'the compiler’s and one for each job');
    await Promise.all(own.map(async (box) => (await box).ended));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(boxes.length, opened + own.length);
  });

  it('gives a right answer full marks, and never runs the graded cell', async () => {
    const result = await grade(SOURCE);
    assert.deepEqual(result.incidents, []);
    assert.deepEqual(pointsOf(result), [10], JSON.stringify(result.exercises[0]?.cases));
    const [shown, score] = result.outputs[1];
    assert.match(printed([shown]), /Exercise 8\.1: 10 of 10 points/);
    assert.deepEqual(score.data, { 'text/plain': '10' });
  });

  it('gives nothing for a stub, and says why', async () => {
    const result = await grade(notebookOf('let started = 1;', CHECK));
    assert.deepEqual(pointsOf(result), [0]);
    assert.match(result.exercises[0].cases[0].got, /InputBlock/);
    assert.deepEqual(result.outputs[1][1].data, { 'text/plain': '0' });
  });

  it('runs cells as the kernel does', async () => {
    const { outputs } = await grade(
      notebookOf(
        'const a = 1; console.log("printed"); a + 1',
        'class Secret { #value = a; read() { return this.#value; } }\nconst late = await Promise.resolve(new Secret().read());',
        'const a = "declared again"; `${a}, ${late}`',
        'const wrong: number = "text";',
        'throw new RangeError("thrown here")',
        'Promise.reject(new Error("nobody waits"));',
        'setTimeout(() => { throw new Error("in a timer"); }, 1); await new Promise((resolve) => setTimeout(resolve, 5000));',
        'const { basename } = await import("node:path"); basename("/x/y")',
        'console.log(process.cwd() === "/" || Object.keys(process.env).sort().join())',
        'process.exit(0)',
        '"still here"',
      ),
    );
    assert.equal(printed(outputs[0]), 'printed\n2');
    assert.equal(printed(outputs[2]), "'declared again, 1'");
    assert.match(
      errorsOf(outputs[3])[0],
      /^TypeScriptError: In\[4\], line 1, column 7: .*'string'.*'number'/,
    );
    assert.deepEqual(errorsOf(outputs[4]), ['RangeError: thrown here']);
    assert.deepEqual(errorsOf(outputs[5]), ['Error: nobody waits']);
    assert.deepEqual(errorsOf(outputs[6]), ['Error: in a timer']);
    assert.equal(printed(outputs[7]), "'y'");
    assert.match(errorsOf(outputs[9])[0], /process\.exit\(0\) is refused/);
    assert.equal(printed(outputs[10]), "'still here'");
  });

  it('loses what ends the process, and nothing else', async () => {
    const kill = 'import { execSync } from "node:child_process";\nexecSync(`kill -9 ${process.pid}`);';
    const result = await grade(notebookOf(OWN_BLOCKS, 'let before = 5;', kill, 'before + 1', CHECK));
    assert.match(errorsOf(result.outputs[2])[0], /^Stopped: this cell ended the process \(.*SIGKILL.*\)/);
    assert.deepEqual(result.incidents, [{ loss: 'ended', cell: 'In[3]' }]);
    assert.equal(printed(result.outputs[3]), '6');
    assert.deepEqual(pointsOf(result), [10]);
  });

  it('stops what does not end: in a cell, and in an answer', async () => {
    const quick = new Grader({ openBox, seed: 7, limits: { ...limits, cellSeconds: 3, probeSeconds: 3 } });
    try {
      const hang =
        OWN_BLOCKS.replace('InputBlock, ', '') + '\nclass InputBlock { constructor() { for (;;); } }';
      const started = Date.now();
      const { outputs, exercises, incidents } = await quick.grade({
        notebook: notebookOf('for (;;);', 'await new Promise(() => {});', hang, CHECK),
        source: SOURCE,
      });
      assert.match(errorsOf(outputs[0])[0], /took longer than 3 s/);
      assert.match(errorsOf(outputs[1])[0], /took longer than 3 s/);
      assert.deepEqual(incidents, [
        { loss: 'time', cell: 'In[1]' },
        { loss: 'time', cell: 'In[2]' },
        { loss: 'time', exercise: '8.1' },
        { loss: 'time', exercise: '8.1' },
      ]);
      const words = exercises[0].cases.map(({ got }) => got);
      assert.equal(words.filter((got) => /took longer than 3 s/.test(got)).length, 2);
      assert.ok(words.every((got) => /took longer|not run, since/.test(got) || got.length > 0));
      assert.ok(exercises[0].points < 10);
      assert.ok(Date.now() - started < 120_000);
    } finally {
      await quick.close();
    }
  });

  it('takes no forged answer, whatever is written into the connection', async () => {
    const forge = `import { writeSync } from 'node:fs';
const frame = (message: unknown) => {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
};
class InputBlock {
  apply() {
    for (let id = 0; id < 50; id++) writeSync(1, frame({ id, kind: 'evidence', value: 1 }));
    return {};
  }
}
const [DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock] = [1, 2, 3, 4].map(() => InputBlock);`;
    const result = await grade(notebookOf(forge, CHECK));
    assert.deepEqual(pointsOf(result), [0]);
    assert.ok(result.exercises[0].cases.some(({ got }) => /broke the connection/.test(got)));
    assert.deepEqual(result.incidents[0], { loss: 'forged', exercise: '8.1' });
  });

  it('counts a graded cell once, and leaves out demonstrations as the instructor marked them', async () => {
    const source = notebookOf(OWN_BLOCKS, 'throw new Error("too long to run")', CHECK);
    source.cells[1].metadata.tags = ['demonstration'];
    const student = notebookOf(OWN_BLOCKS, 'throw new Error("too long to run, and edited")', CHECK, CHECK);
    student.cells[0].metadata.tags = ['demonstration'];
    const { exercises, outputs } = await grade(student, source);
    assert.deepEqual(
      exercises.map(({ points }) => points),
      [10],
    );
    assert.equal(outputs[1], undefined);
  });

  it('draws the same cases from the same seed, and the same points', async () => {
    const [one, other] = [await grade(SOURCE), await grade(SOURCE)];
    const cases = ({ exercises }: SubmissionResult) =>
      exercises[0].cases.map(({ got, credit }) => [got, credit]);
    assert.deepEqual(cases(one), cases(other));
  });

  it('judges one exercise alone', async () => {
    const notebook = notebookOf(OWN_BLOCKS, CHECK, check('8.2', 5));
    const { exercises } = await grader.grade({ notebook, source: notebook, only: '8.2' });
    assert.deepEqual(
      exercises.map(({ exercise, points }) => [exercise, points]),
      [['8.2', 0]],
    );
  });

  it('refuses a graded cell that nothing could judge', async () => {
    const odd = check('9.9', 1);
    await assert.rejects(
      grade(SOURCE, notebookOf(odd)),
      /cell check-9-9: got exercise "9\.9"; expected one of 8\.1/,
    );
  });
});
