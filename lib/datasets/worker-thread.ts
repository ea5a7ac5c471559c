import { extname, join } from 'node:path';
import { startThread } from '../runtime/thread';
import type { StackedSamples } from './sample';
import type { BatchTask, TaskMessage, TaskReply } from './worker-task';

/** An idle thread ends after so many milliseconds: longer than a validation between two epochs mostly takes. */
const LONGEST_IDLE = 60_000;
/** So many idle threads are kept. */
const MOST_IDLE = 8;

/** Threads without a task and without a user. */
const idle: BatchThread[] = [];

interface Waiting {
  samples: number[];
  owner: string;
  fulfil: (batch: StackedSamples) => void;
  reject: (error: Error) => void;
}

/**
 * A thread that prepares batches. It does not keep the process alive, except while somebody waits for it. One that has
 * nothing to do for a minute ends.
 */
export class BatchThread {
  /**
   * One that is idle, or a new one.
   *
   * @param modules what it imports, and in which state: a thread keeps what it imported once, also after the file changed
   */
  static take(modules: string): BatchThread {
    const position = idle.findIndex((thread) => thread.modules === modules);
    const thread = position < 0 ? new BatchThread(modules) : idle.splice(position, 1)[0];
    thread.#rest();
    return thread;
  }

  readonly #worker = startThread(join(__dirname, `worker-main${extname(__filename)}`));
  readonly #waiting = new Map<number, Waiting>();
  #tasks = 0;
  #timer?: NodeJS.Timeout;
  #ended = false;

  private constructor(private readonly modules: string) {
    this.#worker.unref();
    this.#worker.on('message', (reply: TaskReply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(error.message));
    this.#worker.on('exit', (code) => this.#fail(`the thread ended with ${code}`));
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Tasks that are not done. */
  get load(): number {
    return this.#waiting.size;
  }

  /** `transferred` leave this thread. */
  run(task: BatchTask, transferred: ArrayBuffer[]): Promise<StackedSamples> {
    clearTimeout(this.#timer);
    const id = this.#tasks++;
    return new Promise<StackedSamples>((fulfil, reject) => {
      this.#worker.postMessage({ ...task, id } satisfies TaskMessage, transferred);
      const samples = task.samples.map(({ index }) => index);
      this.#waiting.set(id, { samples, owner: task.owner, fulfil, reject });
    });
  }

  /** While it holds, the process does not end before the thread's tasks do. */
  hold(held: boolean): void {
    if (held) this.#worker.ref();
    else this.#worker.unref();
  }

  /** To be taken again later; one that still has tasks, which nobody waits for any more, is stopped. */
  giveBack(): void {
    if (this.#ended) return;
    if (this.#waiting.size > 0 || idle.length >= MOST_IDLE) void this.stop();
    else idle.push(this);
  }

  async stop(): Promise<void> {
    this.#forget();
    await this.#worker.terminate();
  }

  #settle(reply: TaskReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('batch' in reply) waiting?.fulfil(reply.batch);
    else waiting?.reject(reply.error);
    if (this.#waiting.size === 0) this.#rest();
  }

  /** The thread itself broke, at the first of its tasks. */
  #fail(reason: string): void {
    this.#forget();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { owner, reject } of waiting) {
      const { samples } = waiting[0];
      const name = samples.length === 1 ? 'sample' : 'samples';
      reject(new Error(`${owner}: the thread that prepared ${name} ${samples.join(', ')} broke: ${reason}`));
    }
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.stop(), LONGEST_IDLE).unref();
  }

  #forget(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    const position = idle.indexOf(this);
    if (position >= 0) idle.splice(position, 1);
  }
}

/** Ends the threads that wait for other batches; new ones start where they are needed. */
export async function endIdleThreads(): Promise<void> {
  await Promise.all(idle.splice(0).map((thread) => thread.stop()));
}
