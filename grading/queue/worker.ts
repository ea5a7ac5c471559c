import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Judge, OpenJudge } from '../grade/job';
import { type Claim, fail, finish, giveBack, setAside, take } from './claims';
import { beat, BEAT_MS, depart, type Presence, Watch } from './presence';
import type { Queue } from './queue';
import { type Bundle, bundlePlace, type Payload, resultPlace, submissionPlace } from './runs';
import { BrokenSeal } from './seal';

export interface WorkerOptions {
  /** Submissions at the same time. */
  jobs: number;
  openJudge: OpenJudge;
  report(line: string): void;
  /** Between two signs of life; the same for all who share a queue. */
  beatMs?: number;
}

/** What makes a worker end by itself: nothing that another try on this machine would mend. */
export class WorkerError extends Error {}

/** The run was taken out of the queue meanwhile. */
class Withdrawn extends Error {}

const POLL_MS = 500;
/** Submissions in a row, each another, that this machine alone may be to blame for. */
const MAX_FAILURES = 3;
const MAX_PAUSE_MS = 30_000;

/** Takes submissions from a queue and judges them, until it is told to stop. */
export class QueueWorker {
  private readonly presence: Presence;
  private readonly watch: Watch;
  private readonly judges = new Map<string, Promise<Judge & { bundle: Bundle }>>();
  private readonly held = new Set<string>();
  private readonly failed = new Set<string>();
  private stopping = false;
  private error: Error | undefined;
  private wake: () => void = () => undefined;
  private readonly stopped = new Promise<void>((resolve) => (this.wake = resolve));

  constructor(
    private readonly queue: Queue,
    private readonly options: WorkerOptions,
  ) {
    const name = `${hostname()}-${process.pid}`;
    this.presence = { id: randomUUID(), name, slots: options.jobs, judged: 0, state: 'working' };
    this.watch = new Watch(queue);
  }

  get name(): string {
    return this.presence.name;
  }

  get judged(): number {
    return this.presence.judged;
  }

  /**
   * Works until `drain` or `leave`.
   *
   * @throws WorkerError where it is of another version than all that waits, has another secret, or fails at everything
   */
  async run(): Promise<void> {
    await this.requireVersion();
    await beat(this.queue, this.presence);
    const beating = this.keepBeating().catch((error: Error) => this.end(error));
    await this.takeAndJudge();
    await beating;
    await Promise.all(
      [...this.judges.values()].map((judge) => judge.then((each) => each.close(false), ignore)),
    );
    if (!this.error) await depart(this.queue, this.presence.id);
    else throw this.error;
  }

  /** Takes nothing new, and ends what it has. */
  drain(): void {
    this.stopping = true;
    this.presence.state = 'draining';
    this.wake();
  }

  /** Gives back what it has, and does not wait for it. */
  async leave(): Promise<void> {
    this.drain();
    await giveBack(this.queue, this.presence.id);
    await depart(this.queue, this.presence.id);
  }

  private async takeAndJudge(): Promise<void> {
    const work = new Set<Promise<void>>();
    while (!this.stopping) {
      const free = work.size < this.options.jobs;
      const claim = free ? await take(this.queue, this.presence.id, [...this.held]) : undefined;
      if (claim) {
        this.held.add(claim.id);
        const judged = this.judge(claim).finally(() => {
          this.held.delete(claim.id);
          work.delete(judged);
        });
        work.add(judged);
      } else await Promise.race([this.stopped, pause(free ? POLL_MS : MAX_PAUSE_MS), ...work]);
      if (this.failed.size > 0) await Promise.race([this.stopped, pause(backOff(this.failed.size))]);
    }
    await Promise.all(work);
  }

  private async judge(claim: Claim): Promise<void> {
    const { id, run } = claim;
    try {
      const judge = await this.judgeOf(run);
      const { source, ...job } = this.queue.seal.open<Payload>(submissionPlace(id), claim.sealed);
      const started = performance.now();
      const result = await judge.grade({ ...job, source: judge.bundle.sources[source] });
      const seconds = (performance.now() - started) / 1000;
      await finish(this.queue, id, this.queue.seal.close(resultPlace(id), result), seconds);
      this.presence.judged += 1;
      this.failed.clear();
    } catch (error) {
      await this.told(id, error as Error);
    }
  }

  private async told(id: string, error: Error): Promise<void> {
    const { id: worker } = this.presence;
    if (error instanceof Withdrawn) return;
    if (error instanceof WorkerError) {
      this.end(error);
      await giveBack(this.queue, worker);
    } else if (error instanceof BrokenSeal) {
      this.options.report(error.message);
      await setAside(this.queue, id, worker, `${error.message}; run the same command again`);
    } else {
      this.options.report(`submission ${id}: ${error.message}`);
      await fail(this.queue, id, worker, error.message);
      this.failed.add(id);
      if (this.failed.size < MAX_FAILURES) return;
      const message = `${this.failed.size} submissions in a row could not be judged on this machine, the last since`;
      this.end(new WorkerError(`${message}: ${error.message}`));
    }
  }

  private judgeOf(run: string): Promise<Judge & { bundle: Bundle }> {
    const known = this.judges.get(run);
    if (known) return known;
    const judge = this.openJudge(run);
    this.judges.set(run, judge);
    judge.catch(() => this.judges.delete(run));
    return judge;
  }

  private async openJudge(run: string): Promise<Judge & { bundle: Bundle }> {
    const { rows } = await this.queue.database.executeSql<{
      sealed: Buffer;
      assignment: string;
      total: number;
    }>('SELECT sealed, assignment, total FROM segcourse.run WHERE id = $1', [run]);
    if (rows.length === 0) throw new Withdrawn();
    const [{ sealed, assignment, total: submissions }] = rows;
    let bundle: Bundle;
    try {
      bundle = this.queue.seal.open<Bundle>(bundlePlace(run), sealed);
    } catch (error) {
      throw new WorkerError(
        `${(error as Error).message}; expected the secret that the run was begun with: the password in the address, or SEGCOURSE_QUEUE_SECRET`,
      );
    }
    const { jobs, openJudge } = this.options;
    const judge = await openJudge({ id: run, ...bundle, assignment, jobs, submissions });
    return { grade: (job) => judge.grade(job), close: (ended) => judge.close(ended), bundle };
  }

  private async keepBeating(): Promise<void> {
    while (!this.stopping || this.held.size > 0) {
      await Promise.race([
        pause(this.options.beatMs ?? BEAT_MS),
        ...(this.stopping ? [pause(POLL_MS)] : [this.stopped]),
      ]);
      await beat(this.queue, this.presence);
      for (const name of await this.watch.look()) this.options.report(`Worker ${name} ended without a word.`);
      await this.closeForgotten();
      if (this.held.size === 0 && !this.stopping) await this.requireVersion();
    }
  }

  private async closeForgotten(): Promise<void> {
    if (this.judges.size === 0) return;
    const { rows } = await this.queue.database.executeSql<{ id: string }>(
      'SELECT id FROM segcourse.run WHERE id = ANY($1)',
      [[...this.judges.keys()]],
    );
    const open = new Set(rows.map(({ id }) => id));
    for (const [run, judge] of this.judges) {
      if (open.has(run)) continue;
      this.judges.delete(run);
      await judge.then((each) => each.close(true), ignore);
    }
  }

  /** @throws WorkerError where all that is to be graded is for another version */
  private async requireVersion(): Promise<void> {
    const { rows } = await this.queue.database.executeSql<{ version: string }>(
      'SELECT DISTINCT version FROM segcourse.run',
    );
    const wanted = rows.map(({ version }) => version);
    if (wanted.length === 0 || wanted.includes(this.queue.version)) return;
    // So that the coordinator sees it too; it is taken away as one that is dead.
    await beat(this.queue, { ...this.presence, state: 'refused' });
    throw new WorkerError(
      `this worker is of version ${this.queue.version}, and the queue holds submissions for version ${wanted.join(', ')}; expected the same: take the project as the coordinator has it, and build it (npm run setup)`,
    );
  }

  private end(error: Error): void {
    this.error ??= error;
    this.drain();
  }
}

const backOff = (failures: number): number => Math.min(1000 * 2 ** (failures - 1), MAX_PAUSE_MS);

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const ignore = (): void => undefined;
