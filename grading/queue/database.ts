import { setTimeout as wait } from 'node:timers/promises';
import { Pool, type PoolClient, type QueryResultRow } from 'pg';
import type { QueueAddress } from './address';

/** Where statements go: the database, or one transaction of it; also what pg-boss takes for its own. */
export interface Sql {
  executeSql<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

export interface DatabaseOptions {
  /** Gets a line when the database is lost and when it is back. */
  report(line: string): void;
  /** Seconds that it may take to answer for the first time; later it is waited for without end. */
  startSeconds?: number;
  connections?: number;
}

const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [200, 5000];
/** A statement that takes longer went to a machine that is gone. */
const STATEMENT_MS = 120_000;

/** PostgreSQL that may be away: whatever was asked is asked again until it is back. */
export class Database implements Sql {
  private readonly pool: Pool;
  private answered = false;
  private lost = false;
  private closed = false;

  constructor(
    private readonly address: QueueAddress,
    private readonly options: DatabaseOptions,
  ) {
    this.pool = new Pool({
      connectionString: address.url,
      max: options.connections ?? 4,
      application_name: 'segcourse',
      connectionTimeoutMillis: 10_000,
      query_timeout: STATEMENT_MS,
      keepAlive: true,
    });
    // An idle connection that breaks is replaced by the next statement.
    this.pool.on('error', () => undefined);
  }

  executeSql<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }> {
    return this.patiently(() => this.pool.query<Row>(text, values));
  }

  /**
   * Does it all or nothing of it. A connection may break after all was done and before that is known: then it is done
   * again, so `work` is to be such that this changes nothing.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.patiently(async () => {
      const client = await this.pool.connect();
      client.on('error', ignore);
      let failure: Error | undefined;
      try {
        await client.query('BEGIN');
        const value = await work(within(client));
        await client.query('COMMIT');
        return value;
      } catch (error) {
        failure = error as Error;
        await client.query('ROLLBACK').catch(ignore);
        throw error;
      } finally {
        client.removeListener('error', ignore);
        client.release(failure && isPassing(failure) ? failure : undefined);
      }
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.pool.end();
  }

  private async patiently<T>(ask: () => Promise<T>): Promise<T> {
    const started = performance.now();
    for (let pause = FIRST_WAIT_MS; ; pause = Math.min(pause * 2, LONGEST_WAIT_MS)) {
      try {
        const value = await ask();
        if (this.lost) this.options.report('The database is back.');
        this.lost = false;
        this.answered = true;
        return value;
      } catch (error) {
        if (this.closed || !isPassing(error as Error)) throw error;
        this.giveUp(error as Error, (performance.now() - started) / 1000);
        if (!this.lost) this.options.report(`Waiting for the database: ${messageOf(error as Error)}`);
        this.lost = true;
      }
      await wait(pause * (0.5 + Math.random() / 2));
    }
  }

  private giveUp(error: Error, seconds: number): void {
    const { startSeconds = 60 } = this.options;
    if (this.answered || seconds < startSeconds) return;
    throw new Error(
      `got no answer from ${this.address.shown} in ${startSeconds} s: ${messageOf(error)}; expected PostgreSQL there: start it, or mend the address`,
      { cause: error },
    );
  }
}

function within(client: PoolClient): Sql {
  return { executeSql: (text, values) => client.query(text, values) };
}

const NETWORK = /^(E(CONN\w+|PIPE|TIMEDOUT|HOST\w+|NET\w+|AI_AGAIN|NOTFOUND)|ENOENT)$/;
/** Connections, resources such as the disk, shutdown and start, a standby, and transactions that met. */
const STATES = /^(08|53|57P0|58030|25006|25P02|40001|40P01)/;
const WORDS = /^Connection terminated|timeout exceeded when trying to connect|^Query read timeout/;

/** Whether the same statement may succeed later. */
export function isPassing(error: Error & { code?: string; errors?: Error[] }): boolean {
  if (error instanceof AggregateError) return error.errors.every(isPassing);
  return NETWORK.test(error.code ?? '') || STATES.test(error.code ?? '') || WORDS.test(error.message);
}

/** One that tried several addresses has no message of its own. */
function messageOf(error: Error): string {
  return error instanceof AggregateError ? messageOf(error.errors[0] as Error) : error.message;
}

const ignore = (): void => undefined;
