import { createHash } from 'node:crypto';
import type { GradeJob, JudgeRun, NotebookResult } from '../grade/job';
import type { Notebook } from '../notebook';
import { type Queue } from './queue';

/** What all submissions of a run have in common: with the grader's code, it makes every hidden input and expectation. */
export interface Bundle {
  seed: number;
  /** The instructor's notebooks. */
  sources: readonly Notebook[];
}

/** One notebook of one submission, as it travels. */
export interface Payload extends Omit<GradeJob, 'source'> {
  /** Its source's place in the bundle. */
  source: number;
}

export type Ended = { id: string } & ({ result: NotebookResult } | { reason: string });

/** More would not fit well into a row; repaired notebooks have no outputs, and few have a mebibyte. */
const MAX_SEALED = 2 ** 26;
const CHUNK = 1000;

export const bundlePlace = (run: string): string => `the bundle of run ${run}`;
export const submissionPlace = (id: string): string => `submission ${id}`;
export const resultPlace = (id: string): string => `the result of ${id}`;

/** Puts a run into the queue, or finds it there. */
export async function beginRun(queue: Queue, run: JudgeRun, priority: number): Promise<void> {
  const { id, seed, sources, assignment, submissions } = run;
  const bundle: Bundle = { seed, sources };
  await queue.database.executeSql(
    `INSERT INTO segcourse.run (id, version, assignment, total, priority, sealed) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET version = $2, total = $4, priority = $5, sealed = $6`,
    [
      id,
      queue.version,
      assignment,
      submissions * sources.length,
      priority,
      queue.seal.close(bundlePlace(id), bundle),
    ],
  );
}

/**
 * Puts a submission into the queue. The same one of the same run has the same id, so that a coordinator that was killed
 * finds what it had sent, and its result.
 *
 * @returns its id
 * @throws Error for what is too large
 */
export async function send(queue: Queue, run: JudgeRun, job: GradeJob, priority: number): Promise<string> {
  const { source, ...rest } = job;
  const payload: Payload = { ...rest, source: run.sources.indexOf(source) };
  const id = idOf(run.id, payload);
  const sealed = queue.seal.close(submissionPlace(id), payload);
  if (sealed.length > MAX_SEALED) {
    throw new Error(
      `got a notebook of ${Math.round(sealed.length / 2 ** 20)} MiB; the queue takes ${MAX_SEALED / 2 ** 20} MiB: grade it without --queue`,
    );
  }
  await queue.database.transaction(async (sql) => {
    await sql.executeSql(
      'INSERT INTO segcourse.submission (id, run, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [id, run.id, sealed],
    );
    await queue.boss.send(queue.name, {}, { id, priority, db: sql });
  });
  return id;
}

/** What has come of these submissions, as far as they have ended. */
export async function endedOf(queue: Queue, ids: readonly string[]): Promise<Ended[]> {
  const { rows } = await queue.database.executeSql<{
    id: string;
    result: Buffer | null;
    reason: string | null;
  }>(
    `SELECT id, result, reason FROM segcourse.submission
     WHERE id = ANY($1) AND (result IS NOT NULL OR reason IS NOT NULL) LIMIT 50`,
    [ids],
  );
  return rows.map(({ id, result, reason }) => {
    if (result === null) return { id, reason: reason! };
    try {
      return { id, result: queue.seal.open<NotebookResult>(resultPlace(id), result) };
    } catch (error) {
      return { id, reason: (error as Error).message };
    }
  });
}

/** Takes all of a run out of the database. */
export async function forgetRun(queue: Queue, run: string): Promise<void> {
  await queue.database.transaction(async (sql) => {
    const { rows } = await sql.executeSql<{ id: string }>(
      'SELECT id FROM segcourse.submission WHERE run = $1',
      [run],
    );
    for (let start = 0; start < rows.length; start += CHUNK) {
      const ids = rows.slice(start, start + CHUNK).map(({ id }) => id);
      await queue.boss.deleteJob(queue.name, ids, { db: sql });
    }
    await sql.executeSql('DELETE FROM segcourse.run WHERE id = $1', [run]);
  });
}

function idOf(run: string, payload: Payload): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([run, payload]))
    .digest('hex');
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
