import { createHash } from 'node:crypto';
import type { CompiledCell } from '../../lib/kernel/cell-compiler';
import { encodeFrame, FrameError, FrameReader } from '../run/frames';
import type { CompileReply, CompileRequest } from '../run/messages';
import type { Box } from '../sandbox/box';

const LIMITS = { message: 2 ** 26, total: Number.MAX_SAFE_INTEGER, values: 2 ** 18 };
const START_SECONDS = 60;
/** A cell that takes longer to check is written to take long. */
const CELL_SECONDS = 60;
/** Compiled cells that are remembered; a course has some hundred, and every answer is new. */
const REMEMBERED = 2000;
/** The longest of them, in characters. */
const MAX_REMEMBERED = 2 ** 16;

/** What the compiler could not do with a cell: it took too long or ended the compiler. */
export class CompileFailure extends Error {
  override readonly name = 'TypeScriptError';
}

interface Service {
  box: Box;
  /** Whether it has been asked anything. */
  used: boolean;
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
  private closed = false;

  constructor(private readonly openBox: () => Promise<Box>) {}

  /** Starts the compiler, so that the first cell need not wait for it. */
  warmUp(): void {
    this.service ??= this.start();
    this.service.catch(() => undefined);
  }

  /**
   * @param spend gets the seconds that the compiler worked on it
   * @throws CompileFailure
   */
  async compile(
    name: string,
    code: string,
    declarations: string,
    spend?: (seconds: number) => void,
  ): Promise<CompiledCell> {
    const key = createHash('sha256')
      .update(JSON.stringify([name, code, declarations]))
      .digest('base64');
    const known = this.known.get(key);
    if (known) return known;
    const reply = await this.ask({ kind: 'compile', name, code, declarations }, spend);
    const { cell } = reply as CompileReply & { kind: 'compiled' };
    if (code.length + cell.javascript.length + cell.declarations.length > MAX_REMEMBERED) return cell;
    if (this.known.size >= REMEMBERED) this.known.delete(this.known.keys().next().value as string);
    this.known.set(key, cell);
    return cell;
  }

  /** The declarations that a cell which failed half-way leaves. @throws CompileFailure */
  async keepDefined(declarations: string, defined: string[]): Promise<string> {
    const reply = await this.ask({ kind: 'keep', declarations, defined });
    return (reply as CompileReply & { kind: 'kept' }).declarations;
  }

  async close(): Promise<void> {
    this.closed = true;
    const service = await this.service?.catch(() => undefined);
    this.service = undefined;
    await service?.box.kill();
  }

  /** One question after the other. */
  private ask(question: Question, spend?: (seconds: number) => void): Promise<CompileReply> {
    const answer = this.last.then(() => this.put(question, spend));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  /**
   * A compiler that does not answer in time is replaced. Where it had worked on other cells, they may have worn it out:
   * only a new one's failure is the cell's.
   */
  private async put(question: Question, spend?: (seconds: number) => void): Promise<CompileReply> {
    if (this.closed) throw new Error('the compiler is closed');
    const starting = (this.service ??= this.start());
    const service = await starting.catch((error: unknown) => {
      this.service = undefined;
      throw error;
    });
    const { used } = service;
    service.used = true;
    const started = performance.now();
    try {
      return await within(CELL_SECONDS, service.ask({ ...question, id: ++this.ids }));
    } catch (error) {
      this.service = undefined;
      await service.box.kill();
      if (!used) throw new CompileFailure((error as Error).message);
    } finally {
      spend?.((performance.now() - started) / 1000);
    }
    return this.put(question, spend);
  }

  private async start(): Promise<Service> {
    const box = await this.openBox();
    let ended: Error | undefined;
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
      try {
        for (const reply of reader.push(chunk)) accept(reply as CompileReply);
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        refuse(new Error('this cell makes more of itself than the compiler may tell'));
      }
    });
    void box.ended.then(({ reason }) => {
      ended = new Error(`this cell is more than the compiler can take (it ended: ${reason})`);
      refuse(ended);
    });
    await within(START_SECONDS, ready).catch(async (error: unknown) => {
      await box.kill();
      throw error;
    });
    return {
      box,
      used: false,
      ask(request) {
        if (ended) return Promise.reject(ended);
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
