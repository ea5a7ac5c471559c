import type { Plain } from '../../lib/check/plain';
import type { CompiledCell } from '../../lib/kernel/cell-compiler';
import type { CellError } from '../../lib/kernel/errors';
import { readCellError } from '../run/cell-errors';
import { encodeFrame, FrameError, FrameReader } from '../run/frames';
import type { BoxRequest, Output } from '../run/messages';
import type { Box, BoxEnd } from '../sandbox/box';
import { readDefined, readOutput } from './replies';
import type { Loss } from './results';

/** A box that is gone: it ended by itself, was killed for a limit, or said what no honest box says. */
export class LostBox extends Error {
  override readonly name = 'LostBox';

  constructor(
    readonly loss: Loss,
    message: string,
  ) {
    super(message);
  }
}

const LIMITS = { message: 2 ** 26, total: 2 ** 29, values: 2 ** 16 };
/** Outputs of one request that are kept; an honest box passes on a mebibyte. */
const MAX_OUTPUT_CHARACTERS = 2 ** 21;
const MAX_OUTPUTS = 1000;
const START_SECONDS = 60;

type Reply = Record<string, unknown> & { kind: string };

interface Open {
  id: number;
  accept(reply: Reply): void;
  lose(error: LostBox): void;
}

/** The grader's end of a box: one question at a time, one answer to each, and no trust. */
export class BoxSession {
  private readonly reader = new FrameReader(LIMITS);
  private open: Open | undefined;
  private lost: LostBox | undefined;
  private outputs: Output[] = [];
  private characters = 0;
  private lastId = 0;

  private constructor(private readonly box: Box) {
    box.stdout.on('data', (chunk: Buffer) => this.receive(chunk));
    // What native code prints is no answer; it must only not fill the pipe.
    box.stderr.resume();
    box.stdin.on('error', () => undefined);
    void box.ended.then((end) => this.lose(lossOf(end.reason), describeEnd(end)));
  }

  /**
   * Waits until the box takes requests.
   *
   * @throws Error where it does not, which is no student's fault
   */
  static async start(box: Box): Promise<BoxSession> {
    const session = new BoxSession(box);
    try {
      await session.wait(0, START_SECONDS, 'ready');
    } catch (error) {
      throw new Error(`a box did not start: it ${(error as Error).message}`);
    }
    return session;
  }

  get isLost(): boolean {
    return this.lost !== undefined;
  }

  /** Runs a cell. */
  async runCell(
    cell: CompiledCell,
    seconds: number,
  ): Promise<{ error?: CellError; defined: string[]; outputs: Output[] }> {
    const request = { id: ++this.lastId, kind: 'cell', cell } as const;
    const { reply, outputs } = await this.ask(request, seconds, 'ended', 'failure');
    return { error: readCellError(reply.error), defined: readDefined(reply.defined), outputs };
  }

  /**
   * Puts a probe's question to the student's code.
   *
   * @throws Error with what the student's code threw; LostBox
   */
  async probe(exercise: string, probe: string, input: Plain, seconds: number): Promise<Plain> {
    const request = { id: ++this.lastId, kind: 'probe', exercise, probe, input } as const;
    const { reply } = await this.ask(request, seconds, 'evidence', 'failure');
    if (reply.kind === 'evidence') return reply.value as Plain;
    const error = readCellError(reply.error);
    throw new StudentError(error ? `${error.ename}: ${error.evalue}` : 'an error that cannot be shown');
  }

  /** What the outputs of a cell that lost the box were, as far as they came. */
  takeOutputs(): Output[] {
    const { outputs } = this;
    this.outputs = [];
    this.characters = 0;
    return outputs;
  }

  peakMemoryMiB(): Promise<number> {
    return this.box.usage().then(({ peakMiB }) => peakMiB);
  }

  close(): Promise<BoxEnd> {
    return this.box.kill();
  }

  private async ask(
    request: BoxRequest,
    seconds: number,
    ...kinds: string[]
  ): Promise<{ reply: Reply; outputs: Output[] }> {
    if (this.lost) throw this.lost;
    this.takeOutputs();
    const answered = this.wait(request.id, seconds, ...kinds);
    this.box.stdin.write(encodeFrame(request));
    const reply = await answered;
    return { reply, outputs: this.takeOutputs() };
  }

  private wait(id: number, seconds: number, ...kinds: string[]): Promise<Reply> {
    if (this.lost) return Promise.reject(this.lost);
    return new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(() => this.lose('time', `took longer than ${seconds} s`), seconds * 1000);
      const close = (): void => {
        clearTimeout(timer);
        this.open = undefined;
      };
      this.open = {
        id,
        accept: (reply) => {
          if (!kinds.includes(reply.kind)) return this.loseForged();
          close();
          resolve(reply);
        },
        lose: (error) => {
          close();
          reject(error);
        },
      };
    });
  }

  private receive(chunk: Buffer): void {
    if (this.lost) return;
    try {
      for (const message of this.reader.push(chunk)) this.take(message);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.loseForged();
    }
  }

  private take(message: unknown): void {
    if (this.lost) return;
    const reply = message as Partial<Reply> | null;
    if (typeof reply !== 'object' || reply === null || typeof reply.kind !== 'string')
      return this.loseForged();
    if (reply.kind === 'output') return this.keep(reply.output);
    const { open } = this;
    // An answer to nothing, or a second one, is somebody else's than our program's in the box.
    if (!open || (reply.id ?? 0) !== open.id) return this.loseForged();
    open.accept(reply as Reply);
  }

  private keep(value: unknown): void {
    const output = readOutput(value);
    if (!output) return this.loseForged();
    this.characters += JSON.stringify(output).length;
    if (this.characters > MAX_OUTPUT_CHARACTERS || this.outputs.length >= MAX_OUTPUTS) return;
    this.outputs.push(output);
  }

  private loseForged(): void {
    this.lose('forged', 'broke the connection to the grader: something wrote into it that is no answer');
  }

  private lose(loss: Loss, why: string): void {
    if (this.lost) return;
    this.lost = new LostBox(loss, why);
    this.open?.lose(this.lost);
    void this.box.kill();
  }
}

/** What the student's own code threw in answer to a probe. */
export class StudentError extends Error {
  override readonly name = 'StudentError';

  override toString(): string {
    return this.message;
  }
}

function lossOf(reason: BoxEnd['reason']): Loss {
  if (reason === 'wall' || reason === 'cpu') return 'time';
  return reason === 'memory' || reason === 'processes' ? reason : 'ended';
}

function describeEnd({ reason, code, signal }: BoxEnd): string {
  switch (reason) {
    case 'memory':
      return 'used more memory than is allowed';
    case 'wall':
    case 'cpu':
      return 'used more time than is allowed';
    default:
      return `ended the process (${signal ? `signal ${signal}` : `exit code ${code}`})`;
  }
}
