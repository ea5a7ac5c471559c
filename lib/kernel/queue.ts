import type { Message } from './wire';

/** What is left to do for a request that has run. */
export interface Completion {
  /** True if the requests that wait behind it should be aborted. */
  failed: boolean;
  reply(): void;
}

interface Entry {
  message: Message;
  aborted?: boolean;
  /** When the client sent it, on this machine's clock. */
  sentAt: number;
}

/**
 * Runs requests one after the other. A failed one aborts those that were sent before its reply went out, and no
 * later one, whenever they arrive.
 */
export class ExecuteQueue {
  private readonly waiting: Entry[] = [];
  private running = false;
  private abortBefore = -Infinity;
  /** Per client: how much this machine's clock is ahead of its, plus the shortest delay of a message. */
  private readonly clocks = new Map<string, number>();

  constructor(
    private readonly run: (message: Message) => Promise<Completion>,
    private readonly abort: (message: Message) => void,
    /** Milliseconds since 1970 on this machine's clock. */
    private readonly now: () => number = Date.now,
  ) {}

  get busy(): boolean {
    return this.running;
  }

  /** Notes the clock of the client that sent the message. */
  observe({ header }: Message): void {
    const lead = this.now() - Date.parse(header.date);
    if (Number.isFinite(lead)) {
      this.clocks.set(header.session, Math.min(lead, this.clocks.get(header.session) ?? Infinity));
    }
  }

  add(message: Message): void {
    const { header } = message;
    const sentAt = Date.parse(header.date) + (this.clocks.get(header.session) ?? 0);
    this.waiting.push({ message, sentAt: Number.isFinite(sentAt) ? sentAt : this.now() });
    if (!this.running) void this.drain();
  }

  private async drain(): Promise<void> {
    this.running = true;
    for (let entry = this.waiting.shift(); entry; entry = this.waiting.shift()) {
      const { message, aborted, sentAt } = entry;
      if ((aborted || sentAt < this.abortBefore) && message.content.stop_on_error !== false) {
        this.abort(message);
        continue;
      }
      const { failed, reply } = await this.run(message);
      if (failed) {
        for (const other of this.waiting) other.aborted = true;
        this.abortBefore = this.now();
      }
      reply();
    }
    this.running = false;
  }
}
