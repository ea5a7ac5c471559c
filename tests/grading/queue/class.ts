import { appendFileSync, readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Context } from 'mocha';
import { packageRoot } from '../../../lib/io/package-root';
import { Postgres, requirePostgres } from '../../postgres';
import { honestNotebook, masksNotebook } from '../assignment';
import { ASSIGNMENT, Course, requireNbgrader } from '../grade/course';
import { Workers } from './workers';

/** A course, a database and workers. */
export class QueueClass {
  readonly course = new Course();
  readonly workers: Workers;
  private coordinators = new Set<ReturnType<typeof spawn>>();

  constructor(
    readonly postgres: Postgres,
    readonly url: string,
  ) {
    appendFileSync(this.log, '');
    this.workers = new Workers(this.log);
  }

  /** Submissions of one kind; the first, third … solved, the others empty. @returns the scores that are right */
  submit(count: number): Record<string, number> {
    const names = Array.from({ length: count }, (_, n) => `student-${String(n).padStart(3, '0')}`);
    names.forEach((name, n) => this.course.submit(name, n % 2 === 0 ? honestNotebook() : masksNotebook()));
    return Object.fromEntries(names.map((name, n) => [name, n % 2 === 0 ? 6 : 0]));
  }

  /** Who was judged, a line each time. */
  judged(): string[] {
    const text = readFileSync(this.log, 'utf8').trim();
    return text === '' ? [] : text.split('\n').map((line) => line.split(' ')[0]);
  }

  /** The coordinator in a process of its own. */
  coordinator(...args: string[]) {
    const main = path.join(__dirname, '../grade/fake-main.ts');
    const command = ['-r', 'ts-node/register', main, '', ASSIGNMENT, '--course', this.course.root];
    const child = spawn(process.execPath, [...command, '--queue', this.url, '--seed', '7', ...args], {
      cwd: packageRoot(),
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    this.coordinators.add(child);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { process: child, said: () => said, ended };
  }

  query(text: string, values: unknown[] = []) {
    return this.postgres.query(this.url, text, values);
  }

  async remove(): Promise<void> {
    for (const child of this.coordinators) child.kill('SIGKILL');
    await this.workers.endAll();
    this.course.remove();
  }

  private get log(): string {
    return path.join(this.course.root, '.worked');
  }
}

/** A server for a suite, and for each test a class of its own. */
export function withQueue(suite: Mocha.Suite): () => QueueClass {
  let postgres: Postgres;
  let current: QueueClass;
  suite.timeout(120_000);
  suite.beforeAll(async function (this: Context) {
    requireNbgrader(this);
    requirePostgres(this);
    postgres = await Postgres.make();
  });
  suite.beforeEach(async () => {
    current = new QueueClass(postgres, await postgres.makeDatabase());
  });
  suite.afterEach(() => current?.remove());
  suite.afterAll(() => postgres?.remove());
  return () => current;
}

/** Waits until something is so. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`60 s passed, and not yet: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
