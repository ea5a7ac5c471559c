import { StringDecoder } from 'node:string_decoder';
import { clearImmediate, setImmediate } from 'node:timers';
import type { Publication, StreamName } from './publisher';
import type { Content, Header, Wire } from './wire';

const MAX_CHARACTERS = 1 << 16;
const MAX_DELAY_MS = 50;
/** Prints handed over one by one in each millisecond before they are collected: cheap, and seen at once. */
const PRINTS_PER_MS = 4;
const MAX_CREDIT = 200;
/** Faster printing is slowed down to this, so that what the reader has not read yet cannot fill the memory. */
const CHARACTERS_PER_MS = 64_000;
const PAUSE_MS = 20;

/** Everything a cell shows, handed in order to the control thread, which sends it. */
export class IoPub {
  private print: { parent: Header | undefined; name: StreamName; parts: string[] } | undefined;
  private collected = 0;
  private credit = MAX_CREDIT;
  private handedAt = performance.now();
  private scheduled: NodeJS.Immediate | undefined;
  private burst = { start: 0, characters: 0 };
  private readonly sleeper = new Int32Array(new SharedArrayBuffer(4));

  /** @param owner header of the request that the running code belongs to */
  constructor(
    private readonly wire: Wire,
    private readonly hand: (publication: Publication) => void,
    private readonly owner: () => Header | undefined,
  ) {}

  publish(parent: Header | undefined, type: string, content: Content): void {
    this.flush();
    this.hand({ kind: 'message', frames: this.wire.encode([], type, parent, content) as string[] });
  }

  /** Publishes in the name of the running code. */
  show(type: string, content: Content): void {
    this.publish(this.owner(), type, content);
  }

  /** Sends what is printed from now on to the notebook instead of the kernel's own terminal. */
  captureStreams(): void {
    process.stdout.write = this.writer('stdout');
    process.stderr.write = this.writer('stderr');
  }

  flush(): void {
    if (this.scheduled) clearImmediate(this.scheduled);
    this.scheduled = undefined;
    const now = performance.now();
    this.credit = Math.min(MAX_CREDIT, this.credit + (now - this.handedAt) * PRINTS_PER_MS);
    this.handedAt = now;
    if (!this.print) return;
    const { parent, name, parts } = this.print;
    this.print = undefined;
    this.credit--;
    this.hand({ kind: 'print', parent, name, text: parts.join('') });
    this.throttle(this.collected);
    this.collected = 0;
  }

  private writer(name: StreamName): typeof process.stdout.write {
    const decoder = new StringDecoder('utf8');
    return (data: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
      const text = typeof data === 'string' ? data : decoder.write(Buffer.from(data));
      if (text !== '') this.collect(name, text);
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done as () => void);
      return true;
    };
  }

  private collect(name: StreamName, text: string): void {
    const parent = this.owner();
    if (this.print && (this.print.name !== name || this.print.parent !== parent)) this.flush();
    this.print ??= { parent, name, parts: [] };
    this.print.parts.push(text);
    this.collected += text.length;
    const isDue = this.collected > MAX_CHARACTERS || performance.now() - this.handedAt > MAX_DELAY_MS;
    if (isDue || this.credit >= 1) this.flush();
    else this.scheduled ??= setImmediate(() => this.flush());
  }

  private throttle(characters: number): void {
    const now = performance.now();
    const allowance = (now - this.burst.start + PAUSE_MS) * CHARACTERS_PER_MS;
    if (this.burst.characters < allowance - PAUSE_MS * CHARACTERS_PER_MS)
      this.burst = { start: now, characters: 0 };
    this.burst.characters += characters;
    if (this.burst.characters > allowance) Atomics.wait(this.sleeper, 0, 0, PAUSE_MS);
  }
}
