/**
 * Grading through a queue while workers, the coordinator and the database are killed: every submission is to be
 * recorded exactly once, with the right score. Needs PostgreSQL and the sandbox.
 *
 * npm run bench -- queue [--submissions 100] [--workers 4] [--undisturbed]
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Journal } from '../../grading/grade/journal';
import { packageRoot } from '../../lib/io/package-root';
import { rightPlanning, wrongPlanning } from '../grading/answers/planning';
import { type Answer, isAsExpected } from '../grading/answers/answer';
import { sourceNotebook, submittedNotebook } from '../grading/answers/cells';
import { readStatusOf } from '../grading/queue/status-of';
import { Postgres } from '../postgres';
import { verdict } from './process';

const { values } = parseArgs({
  options: {
    submissions: { type: 'string', default: '100' },
    workers: { type: 'string', default: '4' },
    undisturbed: { type: 'boolean', default: false },
  },
});
const [COUNT, WORKERS] = [Number(values.submissions), Number(values.workers)];
const ASSIGNMENT = 'planning';
const ROOT = packageRoot();
const answers: readonly Answer[] = [...rightPlanning, ...wrongPlanning];
const names = Array.from({ length: COUNT }, (_, n) => `student${String(n).padStart(5, '0')}`);
const answerOf = (n: number): Answer => answers[n % answers.length];

function makeCourse(): string {
  const course = mkdtempSync(path.join(tmpdir(), 'segcourse-bench-'));
  const write = (file: string, content: unknown): void => {
    mkdirSync(path.dirname(path.join(course, file)), { recursive: true });
    writeFileSync(path.join(course, file), JSON.stringify(content));
  };
  write(`source/${ASSIGNMENT}/${ASSIGNMENT}.ipynb`, sourceNotebook(answers[0]));
  names.forEach((name, n) =>
    write(`submitted/${name}/${ASSIGNMENT}/${ASSIGNMENT}.ipynb`, submittedNotebook(answerOf(n))),
  );
  return course;
}

/** Programs that are started again whenever they are killed. */
class Programs {
  readonly running: ChildProcess[] = [];
  ended = false;

  keep(module: string, args: string[]): Promise<number> {
    return new Promise((resolve) => {
      const start = (): void => {
        const script = `require(${JSON.stringify(path.join(ROOT, '.build', module))}).main(process.argv.slice(1)).then(process.exit)`;
        const child = spawn(process.execPath, ['-e', script, '--', ...args], {
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        let said = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
        this.running.push(child);
        child.once('exit', (code, signal) => {
          this.running.splice(this.running.indexOf(child), 1);
          if (signal === 'SIGKILL' && !this.ended) return start();
          if (code !== 0) console.error(said);
          resolve(code ?? 0);
        });
      };
      start();
    });
  }
}

async function main(): Promise<void> {
  const postgres = await Postgres.make([]);
  const course = makeCourse();
  try {
    await grade(postgres, await postgres.makeDatabase(), course);
  } finally {
    await postgres.remove();
    rmSync(course, { recursive: true });
  }
}

async function grade(postgres: Postgres, url: string, course: string): Promise<void> {
  const [workers, coordinators] = [new Programs(), new Programs()];
  const args = [ASSIGNMENT, '--course', course, '--queue', url, '--seed', '7'];
  const started = performance.now();
  let isDone = false;
  const done = coordinators.keep('grading/grade/main.js', args).then((code) => {
    isDone = true;
    return code;
  });
  const working = Array.from({ length: WORKERS }, () =>
    workers.keep('grading/queue/worker-main.js', [url, '--jobs', '1']),
  );
  const kills = { worker: 0, coordinator: 0, database: 0 };
  let last: Awaited<ReturnType<typeof readStatusOf>>['runs'][number] | undefined;
  let bytes = 0;
  for (let look = 1; !isDone; look += 1) {
    await Promise.race([wait(2000), done]);
    const [run] = (await readStatusOf(url, 'bench')).runs;
    last = run ?? last;
    const [{ size }] = await postgres.query(url, 'SELECT pg_database_size(current_database())::int AS size');
    bytes = Math.max(bytes, Number(size));
    if (look % 5 === 0 && last)
      console.log(
        `${((performance.now() - started) / 1000).toFixed(0)} s: ${last.judged} of ${COUNT} judged`,
      );
    if (values.undisturbed || isDone || !run) continue;
    const share = run.judged / COUNT;
    if (look % 10 === 0 && kill(workers)) kills.worker += 1;
    if (share > 0.25 * (kills.coordinator + 1) && share < 0.9 && kill(coordinators)) kills.coordinator += 1;
    if (share > 0.5 && kills.database === 0) {
      kills.database += 1;
      await postgres.stop('SIGQUIT');
      await postgres.start();
    }
  }
  const minutes = (performance.now() - started) / 60_000;
  workers.ended = true;
  for (const child of workers.running) child.kill('SIGTERM');
  const codes = await Promise.all(working);
  console.log(
    `killed: ${JSON.stringify(kills)}; coordinator ended with ${await done}, workers with ${codes.join(', ')}`,
  );
  console.log(
    `${COUNT} submissions in ${minutes.toFixed(1)} min: ${(COUNT / minutes).toFixed(1)} a minute; ` +
      `judging: p50 ${last?.p50?.toFixed(2)} s, p95 ${last?.p95?.toFixed(2)} s; database at most ${(bytes / 2 ** 20).toFixed(1)} MiB`,
  );
  check(course);
}

function kill({ running }: Programs): boolean {
  return running.at(Math.floor(Math.random() * running.length))?.kill('SIGKILL') ?? false;
}

/** The gradebook against what each answer must get. */
function check(course: string): void {
  const exported = spawnSync(
    process.execPath,
    [path.join(ROOT, 'grading/nbgrader/nbgrader.mjs'), '--course', course, 'export', '--to', 'grades.csv'],
    { encoding: 'utf8' },
  );
  if (exported.status !== 0) throw new Error(exported.stderr);
  const [header, ...rows] = readFileSync(path.join(course, 'grades.csv'), 'utf8').trim().split('\n');
  const columns = header.split(',');
  const grades = rows.map((row) => row.split(',')[columns.indexOf('student_id')]);
  verdict(
    grades.length === COUNT && new Set(grades).size === COUNT,
    `each of ${COUNT} submissions recorded once: ${grades.length} rows, ${new Set(grades).size} students`,
  );
  const journal = new Journal(path.join(course, '.grading', ASSIGNMENT));
  const raw = new Map(
    rows.map((row) => {
      const cells = row.split(',');
      return [cells[columns.indexOf('student_id')], Number(cells[columns.indexOf('raw_score')])];
    }),
  );
  const right = names.filter((name, n) => {
    const results = Object.values(journal.entry(name)?.notebooks ?? {}).flatMap(
      ({ result }) => result.exercises,
    );
    const points = results.reduce((sum, each) => sum + each.points, 0);
    return (
      Math.abs((raw.get(name) ?? NaN) - points) < 1e-6 &&
      Object.entries(answerOf(n).shares).every(([exercise, share]) => {
        const result = results.find((each) => each.exercise === exercise);
        return result !== undefined && isAsExpected(result.points / result.max, share);
      })
    );
  });
  verdict(right.length === COUNT, `${right.length} of ${COUNT} with the right score in the gradebook`);
}

void main();
