import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../../lib/io/package-root';

/** A worker in a process of its own, with what it says. */
export interface WorkerProcess {
  process: ChildProcess;
  said(): string;
  /** Resolves with the exit code when it has ended. */
  ended: Promise<number | null>;
}

/** Starts workers that judge nothing; ends those that are left. */
export class Workers {
  private readonly all: WorkerProcess[] = [];

  constructor(private readonly log: string) {}

  start(url: string, { milliseconds = 0, version = '1', jobs = 2 } = {}): WorkerProcess {
    const main = path.join(__dirname, 'fake-worker.ts');
    const args = [this.log, String(milliseconds), version, url, '--jobs', String(jobs)];
    const child = spawn(process.execPath, ['-r', 'ts-node/register', main, ...args], { cwd: packageRoot() });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    const worker = { process: child, said: () => said, ended };
    this.all.push(worker);
    return worker;
  }

  async endAll(): Promise<void> {
    for (const { process } of this.all) process.kill('SIGKILL');
    await Promise.all(this.all.map(({ ended }) => ended));
  }
}
