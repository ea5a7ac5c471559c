import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT } from './client';
import { type Scores, sourceNotebook, SUBMISSIONS } from './nbgrader/course';

const BIN = path.join(PROJECT, '.venv/bin');
const PYTHON = path.join(BIN, 'python');
const CONFIGURATION = path.join(PROJECT, 'grading/nbgrader_config.py');
const ASSIGNMENT = 'week1';
const NOTEBOOK = 'masks';

interface Graded {
  release: Record<string, string>;
  students: Record<
    string,
    { scores: Scores; errors: Record<string, string>; sources: Record<string, string> }
  >;
}

describe('kernel: nbgrader', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'nbgrader-test-'));
  let graded: Graded;

  before(function () {
    if (!existsSync(PYTHON) || spawnSync(PYTHON, ['-c', 'import nbgrader']).status !== 0) {
      console.log('      skipped: nbgrader is missing in .venv; install it by: npm run setup');
      this.skip();
    }
    graded = grade(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [student, { expected }] of Object.entries(SUBMISSIONS)) {
    it(`scores: ${student}`, () => {
      const { scores, errors } = graded.students[student];
      assert.deepEqual(scores, expected, JSON.stringify(errors));
    });
  }

  it('releases stubs in place of solutions, and they are valid TypeScript', () => {
    const { solution } = graded.release;
    assert.equal(solution.match(/throw new Error\('not written yet'\);/g)?.length, 3);
    assert.doesNotMatch(solution, /SOLUTION|reduce/);
    const { errors } = graded.students.untouched;
    assert.deepEqual(Object.keys(errors), ['test-area', 'test-dice', 'test-iou']);
    for (const error of Object.values(errors)) assert.equal(error, 'Error: not written yet');
  });

  it('runs a test that nbgrader put back under its # line', () => {
    const { sources } = graded.students['empty masks forgotten, test deleted'];
    assert.match(sources['test-dice'], /^# This cell \(id:test-dice\) was missing/);
  });

  it('shows the students why', () => {
    const { students } = graded;
    assert.match(students['type error'].errors.solution, /^TypeScriptError: .*'string'.*'number'/);
    assert.match(students['process.exit'].errors['test-dice'], /process\.exit\(0\)/);
    assert.deepEqual(Object.keys(students['wrong area'].errors), ['test-area']);
    assert.deepEqual(students.correct.errors, {});
  });
});

/** Generates, submits and grades in a course folder; nothing of the user's own Jupyter is read or changed. */
function grade(course: string): Graded {
  const source = path.join(course, 'source', ASSIGNMENT);
  mkdirSync(source, { recursive: true });
  writeFileSync(path.join(source, `${NOTEBOOK}.ipynb`), JSON.stringify(sourceNotebook()));
  const jupyter = Object.fromEntries(
    ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR', 'IPYTHONDIR'].map((name) => [
      name,
      path.join(course, name),
    ]),
  );
  // nbgrader calls alembic by its name.
  const env = { ...process.env, ...jupyter, PATH: `${BIN}${path.delimiter}${process.env.PATH}` };
  const script = path.join(__dirname, 'nbgrader/grade.py');
  const { status, stdout, stderr } = spawnSync(PYTHON, [script, course, CONFIGURATION], {
    cwd: course,
    env,
    encoding: 'utf8',
    timeout: 170_000,
    maxBuffer: 2 ** 26,
    input: JSON.stringify({ assignment: ASSIGNMENT, notebook: NOTEBOOK, submissions: SUBMISSIONS }),
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Graded;
}
