import { failAll } from './claims';
import type { Queue } from './queue';

/** A worker as the others see it. */
export interface Presence {
  id: string;
  name: string;
  /** Submissions at the same time. */
  slots: number;
  judged: number;
  state: 'working' | 'draining' | 'refused';
}

export const BEAT_MS = 5000;
/** Beats without a sign after which a worker counts as dead. */
const MISSED = 6;

/** Shows that a worker lives; the first time, or where it was taken for dead meanwhile, that it is there. */
export async function beat({ database, version }: Queue, worker: Presence): Promise<void> {
  const { id, name, slots, judged, state } = worker;
  await database.executeSql(
    `INSERT INTO segcourse.worker (id, name, version, slots, judged, state) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET beat = segcourse.worker.beat + 1, judged = $5, state = $6, seen = now()`,
    [id, name, version, slots, judged, state],
  );
}

export async function depart({ database }: Queue, worker: string): Promise<void> {
  await database.executeSql('DELETE FROM segcourse.worker WHERE id = $1', [worker]);
}

/**
 * Watches the others: what a worker had whose beat stands still is judged by another. Everyone who shares the queue
 * watches, each by its own count of looks and not by any clock: clocks jump, and those of two machines differ.
 */
export class Watch {
  private readonly seen = new Map<string, { beat: string; looks: number }>();

  constructor(
    private readonly queue: Queue,
    private readonly missed = MISSED,
  ) {}

  /** To be called once in each beat. @returns the names of the workers that were found dead */
  async look(): Promise<string[]> {
    const { rows } = await this.queue.database.executeSql<{ id: string; name: string; beat: string }>(
      'SELECT id, name, beat FROM segcourse.worker',
    );
    const dead = rows.filter(({ id, beat: now }) => {
      const before = this.seen.get(id);
      const looks = before?.beat === now ? before.looks + 1 : 0;
      this.seen.set(id, { beat: now, looks });
      return looks >= this.missed;
    });
    for (const each of dead) await this.bury(each);
    await this.takeFromUnknown();
    return dead.map(({ name }) => name);
  }

  private async bury({ id, name, beat: last }: { id: string; name: string; beat: string }): Promise<void> {
    this.seen.delete(id);
    await this.queue.database.transaction(async (sql) => {
      const { rows } = await sql.executeSql(
        'DELETE FROM segcourse.worker WHERE id = $1 AND beat = $2 RETURNING id',
        [id, last],
      );
      if (rows.length > 0) await failAll(this.queue, sql, [id], `its worker ${name} ended without a word`);
    });
  }

  /** Frees what belongs to workers of this version that nobody knows any more. */
  private async takeFromUnknown(): Promise<void> {
    const { rows } = await this.queue.database.executeSql<{ worker: string }>(
      `SELECT DISTINCT worker FROM segcourse.submission JOIN segcourse.run ON run.id = run
       WHERE worker IS NOT NULL AND version = $1 AND worker NOT IN (SELECT id FROM segcourse.worker)`,
      [this.queue.version],
    );
    if (rows.length === 0) return;
    const workers = rows.map(({ worker }) => worker);
    await this.queue.database.transaction((sql) =>
      failAll(this.queue, sql, workers, 'its worker ended without a word'),
    );
  }
}
