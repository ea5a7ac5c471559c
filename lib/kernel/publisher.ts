import { clearTimeout, setTimeout } from 'node:timers';
import type { Publisher } from 'zeromq';
import type { Header, Wire } from './wire';

export type StreamName = 'stdout' | 'stderr';

/** What the main thread gives the control thread to send on the iopub channel. */
export type Publication =
  | { kind: 'print'; parent: Header | undefined; name: StreamName; text: string }
  | { kind: 'message'; frames: string[] };

const MAX_CHARACTERS = 1 << 16;
const DELAY_MS = 20;

/**
 * Sends what cells show, in order, while the main thread may be deep in a loop. Prints that follow each other
 * become one message.
 */
export class IoPubSender {
  private print:
    { parent: Header | undefined; name: StreamName; parts: string[]; characters: number } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly socket: Publisher,
  ) {}

  send(publication: Publication): void {
    if (publication.kind === 'message') {
      this.flush();
      void this.socket.send(publication.frames);
      return;
    }
    const { parent, name, text } = publication;
    if (this.print && (this.print.name !== name || this.print.parent?.msg_id !== parent?.msg_id))
      this.flush();
    this.print ??= { parent, name, parts: [], characters: 0 };
    this.print.parts.push(text);
    this.print.characters += text.length;
    if (this.print.characters > MAX_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), DELAY_MS);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.print) return;
    const { parent, name, parts } = this.print;
    this.print = undefined;
    void this.socket.send(this.wire.encode([], 'stream', parent, { name, text: parts.join('') }));
  }
}
