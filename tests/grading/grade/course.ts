import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from 'mocha';
import { gradeCommand } from '../../../grading/grade/command';
import { packageRoot } from '../../../lib/io/package-root';
import { masksSource } from '../assignment';
import { fakeGrader, type FakeOptions } from './fake-judge';

export const ASSIGNMENT = 'masks';
const BIN = path.join(packageRoot(), '.venv', 'bin');

/** Skips the calling suite where set-up has not installed nbgrader. */
export function requireNbgrader(context: Context): void {
  if (existsSync(path.join(BIN, 'nbgrader'))) return;
  console.log('      skipped: nbgrader is missing in .venv; install it by: npm run setup');
  context.skip();
}

/** A course of nbgrader in a folder of its own, graded by a judge that runs nothing. */
export class Course {
  readonly root = mkdtempSync(path.join(tmpdir(), 'course-test-'));

  constructor() {
    this.write(`source/${ASSIGNMENT}/masks.ipynb`, masksSource());
  }

  /** Writes a file, JSON but for texts; folders that are missing are made. */
  write(file: string, content: unknown): void {
    const target = path.join(this.root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
  }

  submit(student: string, content: unknown, file = 'masks.ipynb'): void {
    this.write(`submitted/${student}/${ASSIGNMENT}/${file}`, content);
  }

  read(file: string): string {
    return readFileSync(path.join(this.root, file), 'utf8');
  }

  get log(): string {
    return path.join(this.root, '.judged');
  }

  /** Runs `npm run grade -- masks` in this process. */
  async grade(args: string[] = [], options: FakeOptions = {}) {
    const { log } = this;
    writeFileSync(log, '');
    const ended = await this.command([ASSIGNMENT, '--course', this.root, ...args], { log, ...options });
    return { ...ended, judged: readFileSync(log, 'utf8').trim().split('\n').filter(Boolean).sort() };
  }

  /** Runs `npm run grade -- …` in this process. */
  async command(args: string[], options: FakeOptions = {}) {
    const written = { out: '', errors: '' };
    const surroundings = {
      out: { write: (text: string) => (written.out += text) },
      errors: { write: (text: string) => (written.errors += text) },
      env: {},
    };
    const code = await gradeCommand(args, surroundings, fakeGrader(options));
    return { code, ...written };
  }

  /** Runs a command of nbgrader's as `npm run nbgrader` does. */
  nbgrader(...args: string[]): string {
    const script = path.join(packageRoot(), 'grading/nbgrader/nbgrader.mjs');
    return execFileSync(process.execPath, [script, '--course', this.root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The gradebook as nbgrader exports it: a row a student. */
  grades(): Record<string, Record<string, string>> {
    this.nbgrader('export', '--to', 'grades.csv');
    const [header, ...rows] = this.read('grades.csv')
      .trim()
      .split('\n')
      .map((row) => row.split(','));
    return Object.fromEntries(
      rows.map((row) => {
        const named = Object.fromEntries(header.map((name, n) => [name, row[n]]));
        return [named.student_id, named];
      }),
    );
  }

  /** Every grade in the gradebook, as text, and the sum of the automatic ones by student. */
  gradebook(): { grades: unknown[][]; scores: Record<string, number> } {
    const script = `import json, sqlite3
query = """SELECT student_id, base_cell.name, auto_score, manual_score, needs_manual_grade, late_submission_penalty
  FROM grade JOIN base_cell ON grade.cell_id = base_cell.id
  JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
  JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id ORDER BY 1, 2"""
print(json.dumps(sqlite3.connect("gradebook.db").execute(query).fetchall()))`;
    const python = path.join(BIN, 'python');
    const grades = JSON.parse(execFileSync(python, ['-c', script], { cwd: this.root, encoding: 'utf8' })) as [
      string,
      string,
      number | null,
      ...unknown[],
    ][];
    const scores: Record<string, number> = {};
    for (const [student, , score] of grades) scores[student] = (scores[student] ?? 0) + (score ?? 0);
    return { grades, scores };
  }

  /** The text of every file below a folder. */
  files(folder: string): Record<string, string> {
    const root = path.join(this.root, folder);
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
    return Object.fromEntries(
      names
        .filter((name) => statSync(path.join(root, name)).isFile())
        .map((name) => [name, readFileSync(path.join(root, name), 'utf8')]),
    );
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
