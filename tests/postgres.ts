import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from 'mocha';
import { Client } from 'pg';
import { freePort } from './free-ports';

/** Debian keeps them out of PATH. */
const DEBIAN = '/usr/lib/postgresql';
const NOBODY = 65534;
const PASSWORD = 'a password / of tests';

function findServer(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((each) => path.join(DEBIAN, each, 'bin')),
    ...(process.env.PATH ?? '').split(path.delimiter),
  ];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')));
}

/** Skips the calling suite, with a notice, where there is no PostgreSQL server. */
export function requirePostgres(context: Context): void {
  if (findServer()) return;
  console.log('    skipped: needs postgresql: sudo apt install postgresql');
  context.skip();
}

/** A PostgreSQL server of one's own on 127.0.0.1, which can be stopped, killed and started again. */
export class Postgres {
  private server: ChildProcess | undefined;
  private databases = 0;

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly programs: string,
  ) {}

  /** Makes it and starts it. */
  static async make(settings: readonly string[] = ['fsync=off']): Promise<Postgres> {
    const folder = mkdtempSync(path.join(tmpdir(), 'postgres-test-'));
    const postgres = new Postgres(folder, await freePort(), findServer()!);
    const password = path.join(folder, 'password');
    writeFileSync(password, PASSWORD);
    for (const file of [folder, password]) if (isRoot) chownSync(file, NOBODY, NOBODY);
    const options = ['-D', postgres.data, '-U', 'test', '-A', 'scram-sha-256', `--pwfile=${password}`];
    execFileSync(path.join(postgres.programs, 'initdb'), [...options, '-N', '-E', 'UTF8'], {
      ...asUser,
      cwd: folder,
      stdio: 'ignore',
    });
    const lines = [
      "listen_addresses = '127.0.0.1'",
      `port = ${postgres.port}`,
      "unix_socket_directories = ''",
      ...settings,
    ];
    writeFileSync(path.join(postgres.data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
    await postgres.start();
    return postgres;
  }

  async start(): Promise<void> {
    const server = spawn(path.join(this.programs, 'postgres'), ['-D', this.data], {
      ...asUser,
      cwd: this.folder,
      stdio: 'ignore',
    });
    this.server = server;
    for (;;) {
      const client = new Client({ connectionString: this.url('postgres') });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return await client.end();
      } catch (error) {
        if (server.exitCode !== null) throw error;
        await client.end().catch(() => undefined);
      }
    }
  }

  /** Ends at once: `SIGINT` breaks connections, `SIGQUIT` as a crash does. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }

  /** The address of a new, empty database. */
  async makeDatabase(): Promise<string> {
    const name = `test_${++this.databases}`;
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /** One statement, as the server's owner. */
  async query(database: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const url = database.includes(':') ? database : this.url(database);
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(text, values)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    await this.stop('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get data(): string {
    return path.join(this.folder, 'data');
  }

  private url(database: string): string {
    return `postgres://test:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}/${database}`;
  }
}

const isRoot = process.getuid?.() === 0;
/** PostgreSQL refuses to run as the superuser. */
const asUser = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
