import type { GradeJob, Judge, NotebookResult, OpenJudge } from '../grade/job';
import type { QueueAddress } from './address';
import { openQueue, type Queue } from './queue';
import { BEAT_MS, Watch } from './presence';
import { beginRun, endedOf, forgetRun, send } from './runs';

export interface QueueJudgeOptions {
  address: QueueAddress;
  /** SHA-256 of the grader's code. */
  version: string;
  /** Higher ones come first, whoever sent them. */
  priority: number;
  report(line: string): void;
  startSeconds?: number;
  /** As the workers have it. */
  beatMs?: number;
}

const POLL_MS = 300;

interface Open {
  resolve(result: NotebookResult): void;
  reject(error: Error): void;
}

/** A judge that judges nothing itself: submissions go into a queue, for workers on any machine, and results come back. */
export function queueJudge(options: QueueJudgeOptions): OpenJudge {
  return async (run) => {
    const queue = await openQueue(options.address, options.version, options);
    await beginRun(queue, run, options.priority);
    const results = new Results(queue, options);
    return {
      async grade(job: GradeJob) {
        return results.of(await send(queue, run, job, options.priority));
      },
      async close(ended) {
        await results.close();
        if (ended) await forgetRun(queue, run.id);
        await queue.close();
      },
    } satisfies Judge;
  };
}

/** Waits for results of submissions, and tells where nobody works on them. */
class Results {
  private readonly open = new Map<string, Open>();
  private readonly watch: Watch;
  private readonly done: Promise<void>;
  private readonly refused = new Set<string>();
  private closed = false;
  private isAlone = false;
  private wake = (): void => undefined;

  constructor(
    private readonly queue: Queue,
    private readonly options: Pick<QueueJudgeOptions, 'report' | 'beatMs'>,
  ) {
    this.watch = new Watch(queue);
    this.done = this.work().catch((error: Error) => this.loseAll(error));
  }

  of(id: string): Promise<NotebookResult> {
    if (this.closed) return Promise.reject(new Error('the queue is closed'));
    return new Promise((resolve, reject) => this.open.set(id, { resolve, reject }));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wake();
    await this.done;
  }

  private async work(): Promise<void> {
    let looked = -Infinity;
    while (!this.closed) {
      const more = await this.collect();
      if (performance.now() - looked > (this.options.beatMs ?? BEAT_MS)) {
        looked = performance.now();
        for (const name of await this.watch.look())
          this.options.report(`Worker ${name} ended without a word.`);
        await this.tellWho();
      }
      if (!more) await this.pause();
    }
  }

  /** @returns whether there may be more */
  private async collect(): Promise<boolean> {
    if (this.open.size === 0) return false;
    const ended = await endedOf(this.queue, [...this.open.keys()]);
    for (const each of ended) {
      const waiting = this.open.get(each.id);
      this.open.delete(each.id);
      if ('result' in each) waiting?.resolve(each.result);
      else waiting?.reject(new Error(each.reason));
    }
    return ended.length > 0;
  }

  private async tellWho(): Promise<void> {
    const { rows } = await this.queue.database.executeSql<{ name: string; version: string }>(
      'SELECT name, version FROM segcourse.worker',
    );
    const { version } = this.queue;
    for (const { name, version: other } of rows) {
      if (other === version || this.refused.has(name)) continue;
      this.refused.add(name);
      this.options.report(
        `Worker ${name} is of version ${other}; this grader is ${version}: it gets no submission.`,
      );
    }
    const isAlone = !rows.some((each) => each.version === version);
    if (isAlone && !this.isAlone)
      this.options.report('No worker is there; start one or more: npm run grade:worker -- postgres://…');
    this.isAlone = isAlone;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private loseAll(error: Error): void {
    this.closed = true;
    for (const { reject } of this.open.values()) reject(error);
    this.open.clear();
  }
}
