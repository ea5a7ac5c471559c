import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { type Cell, currentCell, KeyboardInterrupt } from './cell';
import type { Engine } from './engine';
import type { Signals } from './signals';

/**
 * Time that code which asked to hear of interrupts gets to end by itself: enough for a training to end its step, and keep
 * its records too.
 */
const GRACE_MS = 2_000;

/** The main thread's side of interrupts: asks first, then ends the cell. */
export class Interrupts {
  private readonly listeners = new Set<() => void>();
  private cell: Cell | undefined;
  private engine: Engine | undefined;
  private polled = false;
  private flagged = false;
  private notified = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly signals: Signals) {
    process.on('SIGINT', () => this.onSignal());
  }

  begin(cell: Cell, engine: Engine): void {
    this.cell = cell;
    this.engine = engine;
    this.polled = this.flagged = false;
    this.signals.takeOwnSignal();
    this.signals.settle();
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.cell = undefined;
    if (this.signals.pending) this.notify();
    this.signals.settle();
  }

  /** Calls the listener at every interrupt of a running cell; returns a function that removes it. */
  onInterrupt(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** True from an interrupt until the next cell starts, in code that never lets go of the thread too. */
  interrupted(): boolean {
    this.polled = true;
    return this.flagged || (this.cell !== undefined && this.signals.pending);
  }

  /** Throws if the cell in whose name the caller runs has to stop now. */
  point(): void {
    const cell = this.signals.pending ? currentCell.getStore() : undefined;
    if (!cell) return;
    cell.check();
    if (cell !== this.cell || this.timeLeft(this.signals.requestedAt) > 0) return;
    this.notify();
    cell.kill(new KeyboardInterrupt());
    cell.check();
  }

  onRequest(): void {
    if (!this.signals.pending) return;
    if (!this.cell) {
      this.signals.settle();
      return;
    }
    this.notify();
    const left = this.timeLeft(this.signals.requestedAt);
    if (left <= 0) this.stop(this.cell, new KeyboardInterrupt());
    else this.timer ??= setTimeout(() => this.cell && this.stop(this.cell, new KeyboardInterrupt()), left);
  }

  /** Ends the cell in three steps, each for code that the one before did not end. */
  stop(cell: Cell, reason: unknown): void {
    const engine = this.engine;
    const next = (step: () => void): void =>
      void setImmediate(() => setImmediate(() => cell === this.cell && step()));
    cell.kill(reason);
    this.signals.settle();
    next(() => {
      engine?.interrupt();
      next(() => engine?.abandon());
    });
  }

  /** What is left of the time that code gets to end by itself, if any of it asked to hear of interrupts. */
  private timeLeft(since: number): number {
    return this.listeners.size > 0 || this.polled ? since + GRACE_MS - Date.now() : 0;
  }

  private onSignal(): void {
    if (this.signals.takeOwnSignal() || this.signals.pending) return;
    this.signals.request();
    this.onRequest();
  }

  private notify(): void {
    if (this.notified === this.signals.requested) return;
    this.notified = this.signals.requested;
    this.flagged = true;
    for (const listener of [...this.listeners]) {
      try {
        listener();
      } catch {
        // A listener that fails must not keep the cell running.
      }
    }
  }
}
