/**
 * Grading throughput on the same submissions: `npm run grade`, nbgrader with this kernel, and stock nbgrader with the
 * plain tslab kernel, which cannot grade them right. Only cells that grading runs are in the notebooks, so that all
 * three run the same.
 *
 * npm run bench -- grading [--submissions 30] [--jobs 2] [--rounds 1]
 *
 * The ways alternate. nbgrader grades one submission after the other.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../lib/io/package-root';
import { rightAnswers, wrongAnswers } from '../grading/answers';
import { sourceNotebook, submittedNotebook } from '../grading/answers/cells';
import { median, verdict } from './process';

const { values } = parseArgs({
  options: {
    submissions: { type: 'string', default: '30' },
    jobs: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '1' },
  },
});
const COUNT = Number(values.submissions);
const ASSIGNMENT = '8.3.3-unet';
const ROOT = packageRoot();
const PYTHON = path.join(ROOT, '.venv/bin/python');

const answers = [...rightAnswers, ...wrongAnswers].filter(({ exercise }) => exercise < '8.4');

/** A course folder with the assignment released and all submissions handed in. */
function makeCourse(kernel: string): string {
  const course = mkdtempSync(path.join(tmpdir(), 'segcourse-bench-'));
  const write = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(course, file)), { recursive: true });
    writeFileSync(path.join(course, file), content);
  };
  write(`source/${ASSIGNMENT}/${ASSIGNMENT}.ipynb`, JSON.stringify(sourceNotebook(answers[0])));
  write(
    'nbgrader_config.py',
    `c = get_config()\nload_subconfig("nbgrader_config.py", path=${JSON.stringify(path.join(ROOT, 'grading'))})\n` +
      `c.ExecutePreprocessor.kernel_name = "${kernel}"\nc.Execute.kernel_name = "${kernel}"\n`,
  );
  for (let n = 0; n < COUNT; n++) {
    const student = `student${String(n).padStart(2, '0')}`;
    const notebook = submittedNotebook(answers[n % answers.length]);
    write(`submitted/${student}/${ASSIGNMENT}/${ASSIGNMENT}.ipynb`, JSON.stringify(notebook));
  }
  // Where plain tslab looks for the library.
  mkdirSync(path.join(course, 'node_modules'));
  symlinkSync(ROOT, path.join(course, 'node_modules/segcourse'));
  write('jupyter/kernels/tslab/kernel.json', JSON.stringify(tslabKernel()));
  return course;
}

const tslabKernel = () => ({
  argv: [
    process.execPath,
    path.join(ROOT, 'node_modules/tslab/bin/tslab'),
    'kernel',
    '--config-path={connection_file}',
  ],
  display_name: 'TypeScript',
  language: 'typescript',
});

function run(command: string, args: string[], course: string): void {
  const env = {
    ...process.env,
    PATH: `${path.dirname(PYTHON)}${path.delimiter}${process.env.PATH}`,
    JUPYTER_CONFIG_DIR: path.join(course, 'config'),
    JUPYTER_DATA_DIR: path.join(course, 'jupyter'),
    JUPYTER_RUNTIME_DIR: path.join(course, 'runtime'),
    IPYTHONDIR: path.join(course, 'ipython'),
  };
  const { status, stderr } = spawnSync(command, args, { cwd: course, env, encoding: 'utf8' });
  // Plain tslab fails submissions by its nature; nbgrader then ends with 1.
  if (status !== 0 && command !== PYTHON)
    throw new Error(`${command} ${args.join(' ')}: ${status}\n${stderr}`);
}

/** Seconds that one way takes for all submissions. */
const WAYS: Record<string, () => number> = {
  'npm run grade': () => {
    const course = makeCourse('segcourse');
    const main = path.join(ROOT, 'grading/grade/grade.mjs');
    const grade = (...args: string[]): void =>
      run(
        process.execPath,
        [main, ASSIGNMENT, '--course', course, '--seed', '1', '--jobs', values.jobs, ...args],
        course,
      );
    return timed(course, () => grade());
  },
  'nbgrader, this kernel': () => autograde('segcourse'),
  'nbgrader, plain tslab': () => autograde('tslab'),
};

function autograde(kernel: string): number {
  const course = makeCourse(kernel);
  run(PYTHON, ['-m', 'nbgrader', 'generate_assignment', ASSIGNMENT], course);
  return timed(course, () => run(PYTHON, ['-m', 'nbgrader', 'autograde', ASSIGNMENT], course));
}

function timed(course: string, work: () => void): number {
  const started = performance.now();
  try {
    work();
    return (performance.now() - started) / 1000;
  } finally {
    rmSync(course, { recursive: true, force: true });
  }
}

const seconds: Record<string, number[]> = {};
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [way, measure] of Object.entries(WAYS)) {
    (seconds[way] ??= []).push(measure());
    console.log(`round ${round + 1}: ${way}: ${seconds[way].at(-1)!.toFixed(1)} s for ${COUNT} submissions`);
  }
}
const [ours, kernel, stock] = Object.keys(WAYS).map((way) => median(seconds[way]));
for (const [name, other] of [
  ['nbgrader with this kernel', kernel],
  ['stock nbgrader with plain tslab', stock],
] as const) {
  verdict(
    other / ours >= 3,
    `${(other / ours).toFixed(1)} times the throughput of ${name}; at least 3 asked for`,
  );
}
