import { setImmediate } from 'node:timers';
import { StringDecoder } from 'node:string_decoder';
import { KERNEL_BRIDGE, type KernelBridge, type MimeBundle } from '../../lib/kernel/bridge';
import { toTransport } from '../../lib/kernel/display';
import type { Output } from './messages';

/** The most characters of a cell's outputs that are passed on; what a feedback page can show. */
const MAX_CHARACTERS = 1 << 20;
const CUT = '\n… more output was cut here\n';

/** What cells print and show, passed on until a cell has shown too much. */
export class Outputs {
  private print: { name: string; text: string } | undefined;
  private flushing = false;
  private left = MAX_CHARACTERS;

  constructor(private readonly pass: (output: Output) => void) {}

  /** Begins a cell, which may show as much as any other. */
  begin(): void {
    this.flush();
    this.left = MAX_CHARACTERS;
  }

  /** Takes over the console, the streams, and what the library displays. */
  install(): void {
    process.stdout.write = this.writer('stdout');
    process.stderr.write = this.writer('stderr');
    const bridge: KernelBridge = {
      // Nobody watches a chart grow here: what is shown again and again comes once, as it was first.
      display: (bundle, options) => {
        if (!options?.update) this.add({ output_type: 'display_data', ...toTransport(bundle) });
      },
      kernelId: undefined,
      offerTarget: () => undefined,
      openComm: () => ({ id: '', isOpen: false, send: () => undefined, close: () => undefined }),
      onInterrupt: () => () => undefined,
      interruptPoint: () => undefined,
      interrupted: () => false,
    };
    Object.defineProperty(globalThis, KERNEL_BRIDGE, { value: bridge, configurable: true });
  }

  flush(): void {
    if (!this.print) return;
    const { name, text } = this.print;
    this.print = undefined;
    this.pass({ output_type: 'stream', name, text });
  }

  /** Shows the value of the cell's last expression. */
  result(bundle: Required<MimeBundle>): void {
    this.add({ output_type: 'execute_result', ...bundle });
  }

  private add(output: Output): void {
    this.flush();
    const size = JSON.stringify(output).length;
    if (size > this.left) return;
    this.left -= size;
    this.pass(output);
  }

  private writer(name: string): typeof process.stdout.write {
    const decoder = new StringDecoder('utf8');
    return (data: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
      this.collect(name, typeof data === 'string' ? data : decoder.write(Buffer.from(data)));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done as () => void);
      return true;
    };
  }

  private collect(name: string, text: string): void {
    if (this.left <= 0 || text === '') return;
    const kept = text.slice(0, this.left);
    this.left -= kept.length;
    if (this.print && this.print.name !== name) this.flush();
    this.print = { name, text: `${this.print?.text ?? ''}${kept}${this.left <= 0 ? CUT : ''}` };
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }
}
