import { createHash } from 'node:crypto';
import type { CompiledCell } from '../../lib/kernel/cell-compiler';
import { encodeFrame, FrameReader } from '../run/frames';
import type { CompileReply, CompileRequest } from '../run/messages';
import type { Box } from '../sandbox/box';

const LIMITS = { message: 2 ** 26, total: Number.MAX_SAFE_INTEGER };
const START_SECONDS = 60;
/** A cell that takes longer to check is written to take long. */
const CELL_SECONDS = 60;
/** Compiled cells that are remembered; a course has some hundred, and every answer is new. */
const REMEMBERED = 2000;

/** What the compiler could not do with a cell: it took too long or ended the compiler. */
export class CompileFailure extends Error {
  override readonly name = 'TypeScriptError';
}

interface Service {
  box: Box;
  ask(request: CompileRequest): Promise<CompileReply>;
}

type Question =
  | { kind: 'compile'; name: string; code: string; declarations: string }
  | { kind: 'keep'; declarations: string; defined: string[] };

/**
 * The compiler in a box of its own, which serves all submissions: it runs nothing of what it compiles. A cell that was
 * compiled before, for any student, after cells with the same declarations, is not compiled again.
 */
export class CompileService {
  private service: Promise<Service> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private readonly known = new Map<string, CompiledCell>();
  private ids = 0;

  constructor(private readonly openBox: () => Promise<Box>) {}

  /** Starts the compiler, so that the first cell need not wait for it. */
  warmUp(): void {
    this.service ??= this.start();
    this.service.catch(() => undefined);
  }

  /** @throws CompileFailure */
  async compile(name: string, code: string, declarations: string): Promise<CompiledCell> {
    const key = createHash('sha256')
      .update(JSON.stringify([name, code, declarations]))
      .digest('base64');
    const known = this.known.get(key);
    if (known) return known;
    const reply = await this.ask({ kind: 'compile', name, code, declarations });
    const { cell } = reply as CompileReply & { kind: 'compiled' };
    if (this.known.size >= REMEMBERED) this.known.delete(this.known.keys().next().value as string);
    this.known.set(key, cell);
    return cell;
  }

  /** The declarations that a cell which failed half-way leaves. */
  async keepDefined(declarations: string, defined: string[]): Promise<string> {
    const reply = await this.ask({ kind: 'keep', declarations, defined });
    return (reply as CompileReply & { kind: 'kept' }).declarations;
  }

  async close(): Promise<void> {
    const service = await this.service?.catch(() => undefined);
    this.service = undefined;
    await service?.box.kill();
  }

  /** One question after the other; a compiler that does not answer in time is replaced. */
  private ask(question: Question): Promise<CompileReply> {
    const answer = this.last.then(async () => {
      const service = await (this.service ??= this.start());
      try {
        return await within(CELL_SECONDS, service.ask({ ...question, id: ++this.ids }));
      } catch (error) {
        this.service = undefined;
        await service.box.kill();
        throw new CompileFailure((error as Error).message);
      }
    });
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private async start(): Promise<Service> {
    const box = await this.openBox();
    const reader = new FrameReader(LIMITS);
    let accept: (reply: CompileReply) => void = () => undefined;
    let refuse: (error: Error) => void = () => undefined;
    const next = (): Promise<CompileReply> =>
      new Promise((resolve, reject) => {
        accept = resolve;
        refuse = reject;
      });
    const ready = next();
    box.stderr.resume();
    box.stdin.on('error', () => undefined);
    box.stdout.on('data', (chunk: Buffer) => {
      for (const reply of reader.push(chunk)) accept(reply as CompileReply);
    });
    void box.ended.then(({ reason }) =>
      refuse(new Error(`this cell is more than the compiler can take (it ended: ${reason})`)),
    );
    await within(START_SECONDS, ready);
    return {
      box,
      ask(request) {
        const reply = next();
        box.stdin.write(encodeFrame(request));
        return reply;
      },
    };
  }
}

function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    const message = `this cell took the compiler longer than ${seconds} s`;
    timer = setTimeout(() => reject(new Error(message)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
