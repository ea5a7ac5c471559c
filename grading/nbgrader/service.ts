import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../lib/io/package-root';
import type { StrictNotebook } from '../repair/notebook';
import { wellFormedJson } from './well-formed';

const ROOT = packageRoot();
const VENV = path.join(ROOT, '.venv');
/** Characters of what nbgrader logged that an error shows. */
const SHOWN = 2000;
/** How long a gradebook in PostgreSQL may be away, and when it is asked again. */
const [PATIENCE_MS, RETRY_MS] = [600_000, 1000];

/** What nbgrader's gradebook says of a submission. */
export interface Recorded {
  score: number;
  max_score: number;
  late_penalty: number;
  needs_manual_grade: boolean;
}

/** A submission in the gradebook, with what is known of its student. */
export interface GradeRow extends Recorded {
  student: string;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  /** When it was submitted, in UTC. */
  timestamp: string | null;
}

export interface Prepared {
  released: Record<string, StrictNotebook>;
  recorded: string[];
}

interface Answer {
  id: number;
  value?: unknown;
  error?: string;
  /** Whether the gradebook's server was away. */
  passing?: boolean;
  warnings: string[];
}

interface Running {
  process: ChildProcessWithoutNullStreams;
  open: Map<number, Open>;
}

interface Open {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** nbgrader gave up on a request; the message has its words. */
export class NbgraderError extends Error {}

/**
 * nbgrader's own steps on one course folder, in one long-lived Python process (service.py). It is started by the first
 * request, and again by the next one if it should die; it ends with this process.
 */
export class NbgraderService {
  private running: Promise<Running> | undefined;
  private last = 0;

  /** @param course the course folder, which exists */
  constructor(private readonly course: string) {}

  /** Starts the process, so that the first request finds it ready. */
  warmUp(): void {
    this.started().catch(() => undefined);
  }

  /**
   * Takes an assignment's source into the gradebook and makes `release/`, where that is to be done.
   *
   * @param changed whether the source changed since
   * @returns the notebooks as students get them, by name, and the students whose submissions the gradebook holds
   */
  prepare(assignment: string, notebooks: readonly string[], changed: boolean): Promise<Prepared> {
    return this.ask('prepare', { assignment, notebooks, changed });
  }

  /** A repaired notebook after nbgrader's sanitising preprocessors. */
  sanitise(
    assignment: string,
    student: string,
    notebook: string,
    content: StrictNotebook,
  ): Promise<StrictNotebook> {
    return this.ask('sanitise', { assignment, student, notebook, content });
  }

  /**
   * Takes a submission's executed notebooks into `autograded/` and the gradebook; doing it twice changes nothing.
   *
   * @param staged folder, relative to the course's, laid out as `submitted/`
   */
  record(assignment: string, student: string, staged: string): Promise<Recorded> {
    return this.ask('record', { assignment, student, staged });
  }

  /** The assignment's submissions in the gradebook, sorted by student; none where it is unknown. */
  grades(assignment: string): Promise<GradeRow[]> {
    return this.ask('grades', { assignment });
  }

  /** Resolves when the process has ended. */
  async close(): Promise<void> {
    const running = await this.running?.catch(() => undefined);
    if (!running) return;
    const ended = new Promise((resolve) => running.process.once('close', resolve));
    running.process.stdin.end();
    await ended;
  }

  /** Waits for a gradebook whose server is away, as it is in no step that begins a run. */
  private async ask<Value>(step: string, parameters: Record<string, unknown>): Promise<Value> {
    const started = performance.now();
    for (;;) {
      const answer = await this.askOnce(step, parameters);
      if (answer.error === undefined) return answer.value as Value;
      const isLate = performance.now() - started > PATIENCE_MS;
      if (!answer.passing || step === 'prepare' || isLate) {
        const lines = [`nbgrader, ${step}: ${answer.error}`, ...answer.warnings];
        throw new NbgraderError(lines.join('\n').slice(0, SHOWN));
      }
      await wait(RETRY_MS);
    }
  }

  private async askOnce(step: string, parameters: Record<string, unknown>): Promise<Answer> {
    const { process, open } = await this.started();
    const id = ++this.last;
    return new Promise<Answer>((resolve, reject) => {
      open.set(id, { resolve, reject });
      process.stdin.write(`${wellFormedJson({ id, step, ...parameters })}\n`);
    });
  }

  private started(): Promise<Running> {
    const running = this.running ?? this.start(() => this.running === running && (this.running = undefined));
    return (this.running = running);
  }

  private async start(onEnd: () => void): Promise<Running> {
    const python = path.join(VENV, 'bin', 'python');
    if (!existsSync(python))
      throw new Error(`got no ${python}; expected what set-up makes: run npm run setup`);
    mkdirSync(path.join(this.course, '.grading'), { recursive: true });
    const folder = path.join(ROOT, 'grading', 'nbgrader');
    const defaults = path.join(ROOT, 'grading', 'nbgrader_config.py');
    const child = spawn(python, [path.join(folder, 'service.py'), this.course, defaults], {
      cwd: this.course,
      env: await nbgraderEnvironment(),
      // In a process group of its own: Ctrl-C lets it finish what it records.
      detached: true,
    });
    const running = { process: child, open: new Map<number, Open>() };
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-SHOWN)));
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      running.open.get(answer.id)?.resolve(answer);
      running.open.delete(answer.id);
    });
    child.on('error', (error) => (log += String(error)));
    child.on('close', (code, signal) => {
      onEnd();
      const error = new NbgraderError(`nbgrader ended (${signal ?? `status ${code}`}):\n${log}`);
      for (const { reject } of running.open.values()) reject(error);
    });
    return running;
  }
}

/** As `npm run nbgrader` has it, so that both read the same settings. */
async function nbgraderEnvironment(): Promise<NodeJS.ProcessEnv> {
  const load = (name: string) => import(pathToFileURL(path.join(ROOT, 'lib', 'setup', name)).href);
  const [environment, context] = await Promise.all([load('jupyter-environment.mjs'), load('context.mjs')]);
  return { ...environment.nbgraderEnvironment(context.setupContext()), PYTHONDONTWRITEBYTECODE: '1' };
}
