import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeFileWhole } from '../../lib/io/write-file';
import type { Recorded } from '../nbgrader/service';
import type { NotebookResult } from './job';

/** What a result depends on, besides its seed: SHA-256 of each. */
export interface Basis {
  submission: string;
  source: string;
  grader: string;
}

/** What is known of one submission; written whole after each step, so that a killed run goes on where it was. */
export interface Entry {
  basis: Basis;
  seed: number;
  /** By the notebook's name, as far as they are judged; each with the run that judged it last. */
  notebooks: Record<string, { run: string; result: NotebookResult }>;
  /** Whether all notebooks are judged. */
  judged: boolean;
  /** What the gradebook made of it; missing until all is recorded. */
  recorded?: Recorded;
  /** The line for the student where there was nothing to grade. */
  problem?: string;
}

/** A run that has begun and not ended; the same command goes on with it. */
export interface Run {
  id: string;
  seed: number;
  /** What the command asked for. */
  command: string;
}

/** The grader's memory of one assignment, a file a student. */
export class Journal {
  constructor(private readonly folder: string) {}

  entry(student: string): Entry | undefined {
    return this.read<Entry>('students', student);
  }

  save(student: string, entry: Entry): void {
    this.write(entry, 'students', student);
  }

  run(): Run | undefined {
    return this.read<Run>('run');
  }

  saveRun(run: Run): void {
    this.write(run, 'run');
  }

  endRun(): void {
    rmSync(this.file('run'), { force: true });
  }

  /** The fingerprint of the source that nbgrader was given last. */
  source(): string | undefined {
    return this.read<string>('source');
  }

  saveSource(fingerprint: string): void {
    this.write(fingerprint, 'source');
  }

  /** Takes away what a killed run left half-written. */
  tidy(): void {
    for (const name of readdirSync(this.folder, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.part')) rmSync(path.join(this.folder, name), { force: true });
    }
  }

  private read<Value>(...names: string[]): Value | undefined {
    try {
      return JSON.parse(readFileSync(this.file(...names), 'utf8')) as Value;
    } catch {
      return undefined;
    }
  }

  private write(value: unknown, ...names: string[]): void {
    writeFileWhole(this.file(...names), Buffer.from(`${JSON.stringify(value)}\n`));
  }

  private file(...names: string[]): string {
    return `${path.join(this.folder, ...names)}.json`;
  }
}
