import type { Sql } from './database';

/** The tables' layout; one that is newer belongs to a newer grader. */
const LAYOUT = 1;

/**
 * Beside pg-boss's own tables, which say whose turn it is. What is sealed is already packed: PostgreSQL need not try
 * again. A submission waits, has a worker, and ends with a result or with the reason why there is none.
 */
const TABLES = `
  CREATE TABLE segcourse.layout (version integer NOT NULL, salt bytea NOT NULL);
  CREATE TABLE segcourse.run (
    id uuid PRIMARY KEY,
    version text NOT NULL,
    assignment text NOT NULL,
    total integer NOT NULL,
    priority integer NOT NULL,
    sealed bytea NOT NULL,
    begun timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE segcourse.submission (
    id uuid PRIMARY KEY,
    run uuid NOT NULL REFERENCES segcourse.run ON DELETE CASCADE,
    sealed bytea NOT NULL,
    worker uuid,
    attempts integer NOT NULL DEFAULT 0,
    result bytea,
    reason text,
    seconds real,
    ended timestamptz
  );
  CREATE INDEX ON segcourse.submission (run);
  CREATE INDEX ON segcourse.submission (worker) WHERE worker IS NOT NULL;
  ALTER TABLE segcourse.submission ALTER sealed SET STORAGE EXTERNAL, ALTER result SET STORAGE EXTERNAL;
  ALTER TABLE segcourse.run ALTER sealed SET STORAGE EXTERNAL;
  CREATE TABLE segcourse.worker (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,
    slots integer NOT NULL,
    judged integer NOT NULL DEFAULT 0,
    beat bigint NOT NULL DEFAULT 0,
    state text NOT NULL,
    seen timestamptz NOT NULL DEFAULT now()
  );
`;

/**
 * Makes the tables where there are none; to be called in a transaction.
 *
 * @param salt for the key, where it is the first
 * @returns the salt of this database
 * @throws Error for tables of another layout
 */
export async function installTables(sql: Sql, salt: Uint8Array): Promise<Uint8Array> {
  await sql.executeSql(`SELECT pg_advisory_xact_lock(hashtext('segcourse.layout'))`);
  await sql.executeSql('CREATE SCHEMA IF NOT EXISTS segcourse');
  const found = await sql.executeSql<{ name: string | null }>(
    `SELECT to_regclass('segcourse.layout')::text AS name`,
  );
  if (found.rows[0].name === null) {
    await sql.executeSql(TABLES);
    await sql.executeSql('INSERT INTO segcourse.layout VALUES ($1, $2)', [LAYOUT, salt]);
  }
  const { rows } = await sql.executeSql<{ version: number; salt: Buffer }>(
    'SELECT version, salt FROM segcourse.layout',
  );
  if (rows[0].version === LAYOUT) return rows[0].salt;
  throw new Error(
    `got tables of layout ${rows[0].version} in the queue's database; this grader's is ${LAYOUT}: use the version that made them, or another database`,
  );
}
