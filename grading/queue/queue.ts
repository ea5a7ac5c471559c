import { randomBytes } from 'node:crypto';
import PgBoss from 'pg-boss';
import type { QueueAddress } from './address';
import { Database, type DatabaseOptions } from './database';
import { installTables } from './schema';
import { Seal } from './seal';

/** A queue of submissions in PostgreSQL, as coordinators, workers and status share it. */
export interface Queue {
  database: Database;
  boss: PgBoss;
  seal: Seal;
  /** Of the grader, in short: a worker takes only what was put there by its like. */
  version: string;
  /** pg-boss's queue of this version. */
  name: string;
  close(): Promise<void>;
}

/**
 * Opens a queue, and makes its tables where there are none.
 *
 * @param version of the grader: SHA-256 of its code
 * @throws Error where the database does not answer, or refuses
 */
export async function openQueue(
  address: QueueAddress,
  version: string,
  options: DatabaseOptions,
): Promise<Queue> {
  const database = new Database(address, options);
  try {
    // Nothing here goes by the clock: no expiry, no delay, no retention. Who is gone, the others see (presence.ts).
    const boss = new PgBoss({ db: database, supervise: false, schedule: false });
    boss.on('error', (error) => options.report(`pg-boss: ${error.message}`));
    const short = shortVersion(version);
    const name = `grade-${short}`;
    const salt = await database.transaction(async (sql) => {
      const installed = await installTables(sql, randomBytes(16));
      // Under the same lock: pg-boss leaves a broken connection to whoever comes second.
      await boss.start();
      await boss.createQueue(name);
      return installed;
    });
    const seal = new Seal(address.secret, version, salt);
    return { database, boss, seal, version: short, name, close: () => close(boss, database) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Enough to tell graders apart, and too little to seal with. */
export const shortVersion = (version: string): string => version.slice(0, 12);

async function close(boss: PgBoss, database: Database): Promise<void> {
  await boss.stop({ graceful: false });
  await database.close();
}
