import { type Box, type BoxOptions } from '../sandbox/box';
import { BoxSession } from './box-session';

/**
 * Boxes started ahead: while one works, the next loads TensorFlow and the library. Each serves one student's code, and
 * is never used again.
 */
export class SessionPool {
  private readonly waiting = new Map<string, Promise<BoxSession>[]>();
  private closed = false;

  /** @param ahead how many are kept waiting for each kind of box that was asked for */
  constructor(
    private readonly open: (options: BoxOptions) => Promise<Box>,
    private readonly ahead: number,
  ) {}

  /** @param kind boxes of the same kind are made alike */
  async take(kind: string, options: () => BoxOptions): Promise<BoxSession> {
    const waiting = this.waitingFor(kind);
    let taken: BoxSession | undefined;
    // One that did not start, or came to its end while it waited, is no student's.
    while (waiting.length > 0 && (taken === undefined || taken.isLost)) {
      taken = await waiting.shift()!.catch(() => undefined);
    }
    const session = taken && !taken.isLost ? taken : this.start(options());
    this.startAhead(kind, options);
    return session;
  }

  /** Starts as many as are to wait for the next. */
  startAhead(kind: string, options: () => BoxOptions): void {
    const waiting = this.waitingFor(kind);
    while (!this.closed && waiting.length < this.ahead) waiting.push(this.start(options()));
  }

  async close(): Promise<void> {
    this.closed = true;
    const all = [...this.waiting.values()].flat();
    this.waiting.clear();
    await Promise.all(all.map((session) => session.then((open) => open.close()).catch(() => undefined)));
  }

  private waitingFor(kind: string): Promise<BoxSession>[] {
    const waiting = this.waiting.get(kind) ?? [];
    this.waiting.set(kind, waiting);
    return waiting;
  }

  private start(options: BoxOptions): Promise<BoxSession> {
    const session = this.open(options).then((box) => BoxSession.start(box));
    // Told to whoever waits for it.
    session.catch(() => undefined);
    return session;
  }
}
