import { randomUUID } from 'node:crypto';
import type { Context } from 'mocha';
import type { GradeJob, Judge, OpenJudge } from '../../../grading/grade/job';
import { readAddress } from '../../../grading/queue/address';
import { openQueue, type Queue } from '../../../grading/queue/queue';
import { queueJudge, type QueueJudgeOptions } from '../../../grading/queue/queue-judge';
import { QueueWorker } from '../../../grading/queue/worker';
import { Postgres, requirePostgres } from '../../postgres';
import { honestNotebook, masksSource } from '../assignment';
import { BEAT_MS, fakeJudge } from '../grade/fake-judge';

const source = masksSource();

export interface Sharing {
  version?: string;
  openJudge?: OpenJudge;
  jobs?: number;
}

/** A server for a suite, and for each test an empty database with coordinators and workers in this process. */
export class Shared {
  readonly said: string[] = [];
  private readonly closing: (() => Promise<unknown>)[] = [];

  constructor(
    readonly postgres: Postgres,
    readonly url: string,
  ) {}

  readonly report = (line: string): void => void this.said.push(line);

  async queue(version = '1'): Promise<Queue> {
    const queue = await openQueue(readAddress(this.url, {}), version, { report: this.report });
    this.closing.push(() => queue.close());
    return queue;
  }

  /** @returns the worker, and what it ends with */
  async worker({ version, openJudge = fakeJudge(), jobs = 2 }: Sharing = {}) {
    const queue = await this.queue(version);
    const worker = new QueueWorker(queue, { jobs, openJudge, report: this.report, beatMs: BEAT_MS });
    const ended = worker.run();
    ended.catch(() => undefined);
    this.closing.unshift(async () => {
      worker.drain();
      await ended.catch(() => undefined);
    });
    return { worker, ended };
  }

  /** The coordinator's side of a run. */
  async judge(run: string = randomUUID(), options: Partial<QueueJudgeOptions> = {}): Promise<Judge> {
    const open = queueJudge({
      address: readAddress(this.url, {}),
      version: '1',
      priority: 0,
      report: this.report,
      beatMs: BEAT_MS,
      ...options,
    });
    const judge = await open({
      id: run,
      seed: 7,
      assignment: 'masks',
      jobs: 10,
      submissions: 4,
      sources: [source],
    });
    let closed = false;
    const close = async (ended: boolean): Promise<void> => {
      if (!closed) await judge.close(ended);
      closed = true;
    };
    this.closing.unshift(() => close(false));
    return { ...judge, close };
  }

  query(text: string, values: unknown[] = []) {
    return this.postgres.query(this.url, text, values);
  }

  async close(): Promise<void> {
    for (const close of this.closing) await close();
  }
}

/** The judge that runs nothing, which tells whom it judges, and then waits at the gate. */
export function telling(tell: (student: string) => void, gate = Promise.resolve()): OpenJudge {
  return async (run) => {
    const judge = await fakeJudge()(run);
    return {
      ...judge,
      async grade(job) {
        tell(job.student);
        await gate;
        return judge.grade(job);
      },
    };
  };
}

/** A job of a student who answered everything, or what is given. */
export const jobOf = (student: string, notebook = honestNotebook()): GradeJob => ({
  assignment: 'masks',
  student,
  name: 'masks',
  notebook,
  source,
});

/** A server for a suite, and for each test a database of its own. */
export function withDatabase(suite: Mocha.Suite): () => Shared {
  let postgres: Postgres;
  let shared: Shared;
  suite.timeout(60_000);
  suite.beforeAll(async function (this: Context) {
    requirePostgres(this);
    postgres = await Postgres.make();
  });
  suite.beforeEach(async () => {
    shared = new Shared(postgres, await postgres.makeDatabase());
  });
  suite.afterEach(() => shared?.close());
  suite.afterAll(() => postgres?.remove());
  return () => shared;
}
