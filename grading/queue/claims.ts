import type { Sql } from './database';
import type { Queue } from './queue';

/** Times that a submission is tried before it is set aside. */
const ATTEMPTS = 3;

/** A submission that a worker has taken. */
export interface Claim {
  id: string;
  run: string;
  sealed: Buffer;
}

/**
 * Takes the submission whose turn it is: of the highest priority, the oldest. Where a broken connection hid what was
 * taken, that is taken again.
 *
 * @param held what the worker knows that it has
 */
export function take(queue: Queue, worker: string, held: readonly string[]): Promise<Claim | undefined> {
  return queue.database.transaction(async (sql) => {
    const unknown = await sql.executeSql<Claim>(
      'SELECT id, run, sealed FROM segcourse.submission WHERE worker = $1 AND NOT id = ANY($2) LIMIT 1',
      [worker, held],
    );
    if (unknown.rows.length > 0) return unknown.rows[0];
    const [job] = await queue.boss.fetch(queue.name, { db: sql, ignoreStartAfter: true });
    if (!job) return undefined;
    const { rows } = await sql.executeSql<Claim>(
      `UPDATE segcourse.submission SET worker = $2, attempts = attempts + 1
       WHERE id = $1 AND result IS NULL AND reason IS NULL RETURNING id, run, sealed`,
      [job.id, worker],
    );
    if (rows.length > 0) return rows[0];
    // One that was thought lost has ended it, or its run is forgotten.
    await queue.boss.complete(queue.name, job.id, {}, { db: sql });
    return undefined;
  });
}

/** Hands in a result, the first of which counts: a worker that was thought dead may come second. */
export function finish(queue: Queue, id: string, result: Buffer, seconds: number): Promise<boolean> {
  return queue.database.transaction(async (sql) => {
    const { rows } = await sql.executeSql(
      `UPDATE segcourse.submission SET result = $2, seconds = $3, ended = now(), worker = NULL, reason = NULL
       WHERE id = $1 AND result IS NULL RETURNING id`,
      [id, result, seconds],
    );
    await queue.boss.complete(queue.name, id, {}, { db: sql });
    return rows.length > 0;
  });
}

/** Says that a submission could not be judged: another try, or none where the tries are used up. */
export function fail(queue: Queue, id: string, worker: string, reason: string): Promise<void> {
  return queue.database.transaction((sql) => failAll(queue, sql, [worker], reason, [id]));
}

/** Sets a submission aside for good, since no other try would help. */
export function setAside(queue: Queue, id: string, worker: string, reason: string): Promise<void> {
  return queue.database.transaction(async (sql) => {
    const { rows } = await sql.executeSql(
      `UPDATE segcourse.submission SET reason = $3, ended = now(), worker = NULL
       WHERE id = $1 AND worker = $2 RETURNING id`,
      [id, worker, reason],
    );
    if (rows.length > 0) await queue.boss.cancel(queue.name, id, { db: sql });
  });
}

/** Puts back what a worker that ends early has begun; that is no try. */
export function giveBack(queue: Queue, worker: string): Promise<void> {
  return queue.database.transaction(async (sql) => {
    const { rows } = await sql.executeSql<{ id: string }>(
      `UPDATE segcourse.submission SET worker = NULL, attempts = attempts - 1 WHERE worker = $1 RETURNING id`,
      [worker],
    );
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    await queue.boss.cancel(queue.name, ids, { db: sql });
    await queue.boss.resume(queue.name, ids, { db: sql });
  });
}

/** Fails what these workers have, or these of it. */
export async function failAll(
  queue: Queue,
  sql: Sql,
  workers: readonly string[],
  reason: string,
  only?: readonly string[],
): Promise<void> {
  const { rows } = await sql.executeSql<{ id: string; attempts: number; priority: number }>(
    `UPDATE segcourse.submission s SET worker = NULL FROM segcourse.run
     WHERE run.id = run AND worker = ANY($1) AND ($2::uuid[] IS NULL OR s.id = ANY($2))
     RETURNING s.id, attempts, priority`,
    [workers, only ?? null],
  );
  for (const { id, attempts, priority } of rows) {
    await queue.boss.deleteJob(queue.name, id, { db: sql });
    if (attempts < ATTEMPTS) {
      // Behind the others: who failed at it is to try another first.
      await queue.boss.send(queue.name, {}, { id, priority, db: sql });
      continue;
    }
    const final = `set aside after ${ATTEMPTS} tries: ${reason}`;
    await sql.executeSql('UPDATE segcourse.submission SET reason = $2, ended = now() WHERE id = $1', [
      id,
      final,
    ]);
  }
}
