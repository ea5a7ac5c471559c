import { AsyncLocalStorage } from 'node:async_hooks';
import type { Header } from './wire';

/** Thrown into a cell that the user interrupted; the name is the one that Jupyter's tools know. */
export class KeyboardInterrupt extends Error {
  override readonly name = 'KeyboardInterrupt';

  constructor() {
    super('the cell was interrupted; variables of finished statements keep their values');
  }
}

/** For how long after a cell was killed the timers that its remains set are dropped. */
const AFTERMATH_MS = 2000;
/** Enough for nested `finally` blocks that await something. */
const MAX_REFUSALS = 100;

/** One execution of a cell, and everything that goes on in its name: timers, promises and late output. */
export class Cell {
  /** Errors that nobody awaits, by the promise or the timer they come from. */
  readonly stray = new Map<unknown, { error: unknown }>();
  private readonly waiting = new Set<(reason: unknown) => void>();
  private killedAt: number | undefined;
  private killedFor: unknown;
  private refusals = 0;

  /**
   * @param parent header of the request that runs this cell, and so of all its output
   * @param label what stands in the brackets of `In[…]` in error messages
   */
  constructor(
    readonly parent: Header,
    readonly label: string,
  ) {}

  get killed(): boolean {
    return this.killedAt !== undefined;
  }

  /** Why the cell was killed. */
  get reason(): unknown {
    return this.killedFor;
  }

  /** Makes every `await` of the cell throw the reason, now and from now on. */
  kill(reason: unknown): void {
    if (this.killed) return;
    this.killedAt = performance.now();
    this.killedFor = reason;
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const fail of waiting) fail(reason);
  }

  /** True for work, set to begin later, that must not begin because the cell was killed meanwhile. */
  drops(scheduledAt: number): boolean {
    return this.killedAt !== undefined && scheduledAt < this.killedAt + AFTERMATH_MS;
  }

  /**
   * What `await promise` awaits in a cell: the promise, or the reason for which the cell is killed meanwhile.
   *
   * A list of waiters, not `Promise.race`, which would leave a reaction behind at every `await` of a long loop.
   */
  wait<T>(promise: PromiseLike<T>, onError: (error: unknown) => void): Promise<T> {
    if (this.killed) return this.refuse();
    return new Promise<T>((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.waiting.delete(fail);
        onError(error);
        reject(error);
      };
      this.waiting.add(fail);
      promise.then((value) => {
        this.waiting.delete(fail);
        resolve(value);
      }, fail);
    });
  }

  /** What a killed cell awaits: the reason, and at last nothing at all for code that catches it again and again. */
  refuse(): Promise<never> {
    return ++this.refusals > MAX_REFUSALS ? new Promise(() => undefined) : Promise.reject(this.killedFor);
  }

  /** Throws if the cell was killed. */
  check(): void {
    if (this.killed) throw this.killedFor;
  }
}

/** The cell in whose name the current code runs, however many callbacks later. */
export const currentCell = new AsyncLocalStorage<Cell>();
