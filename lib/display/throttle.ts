/** Time, as the parts that throttle themselves see it; tests put their own in. */
export interface Clock {
  /** Milliseconds from any fixed moment. */
  now(): number;
  /** Calls back once after a delay in milliseconds; returns a function that calls it off. */
  later(callback: () => void, delay: number): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  later(callback, delay) {
    // A picture that is still due must not keep a finished script alive.
    const timer = setTimeout(callback, delay).unref();
    return () => clearTimeout(timer);
  },
};

/** Runs an action at most once an interval: at once when it is due, otherwise later, with what is known by then. */
export class Throttle {
  private last = -Infinity;
  private cancelLater?: () => void;

  constructor(
    private readonly action: () => void,
    private readonly interval: number,
    private readonly clock: Clock = SYSTEM_CLOCK,
  ) {}

  request(): void {
    // Asking the clock each time serves loops that hold the event loop for so long that no timer gets through.
    const wait = this.last + this.interval - this.clock.now();
    if (wait <= 0) this.flush();
    else this.cancelLater ??= this.clock.later(() => this.flush(), wait);
  }

  /** Runs the action now. */
  flush(): void {
    this.cancel();
    this.last = this.clock.now();
    this.action();
  }

  /** Calls off what is due later. */
  cancel(): void {
    this.cancelLater?.();
    this.cancelLater = undefined;
  }
}
