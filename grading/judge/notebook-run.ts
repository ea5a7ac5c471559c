import type { Plain } from '../../lib/check/plain';
import type { CompiledCell } from '../../lib/kernel/cell-compiler';
import { type CellError, describeProblems } from '../../lib/kernel/errors';
import { SourceMaps } from '../../lib/kernel/source-maps';
import type { Output } from '../run/messages';
import { type BoxSession, LostBox } from './box-session';
import { CompileFailure, type CompileService } from './compile-service';
import type { Incident } from './results';

export interface RunServices {
  compiler: CompileService;
  /** A box in which nothing has run. */
  openSession(): Promise<BoxSession>;
}

export interface RunLimits {
  /** Seconds that one cell may take. */
  cellSeconds: number;
  /** The most seconds for a probe, whatever its case asks for. */
  probeSeconds: number;
  /** Seconds for all cells and probes together. */
  notebookSeconds: number;
}

/** Characters of a cell; the longest of the course has some thousand. */
const MAX_CELL = 2 ** 20;
/** Characters of what all cells declare: every later cell is compiled with them. */
const MAX_DECLARATIONS = 2 ** 20;
/** Boxes that one notebook may lose before its remaining cells are not run any more. */
const MAX_LOST_IN_CELLS = 4;
/** Boxes that the probes of one exercise may lose: an answer that ends its process at one probe often does at all. */
const MAX_LOST_IN_EXERCISE = 2;

/**
 * A student's notebook at work. When a cell or a probe takes its box down, the next box is brought to where the last
 * one stood, without the cell that broke it: the student loses what is broken and nothing else.
 */
export class NotebookRun {
  /** The boxes that were lost, in their order. */
  readonly incidents: Incident[] = [];
  private session: BoxSession | undefined;
  private readonly done: CompiledCell[] = [];
  private declarations = '';
  private lostInCells = 0;
  private lostInExercise = 0;
  private secondsLeft: number;
  private peak = 0;

  constructor(
    private readonly services: RunServices,
    private readonly limits: RunLimits,
  ) {
    this.secondsLeft = limits.notebookSeconds;
  }

  /** Runs a cell; its outputs, an error's last. */
  async runCell(name: string, code: string): Promise<Output[]> {
    if (code.trim() === '') return [];
    if (code.length > MAX_CELL) {
      return [
        asOutput(notRun(`not run, since it has ${code.length} characters; at most ${MAX_CELL} are run`)),
      ];
    }
    if (this.lostInCells >= MAX_LOST_IN_CELLS) return [asOutput(notRun(`not run, since ${GIVEN_UP}`))];
    if (this.secondsLeft <= 0) return [asOutput(notRun(this.timeIsUp()))];
    let cell: CompiledCell;
    try {
      const spend = (seconds: number): void => void (this.secondsLeft -= seconds);
      cell = await this.services.compiler.compile(name, code, this.declarations, spend);
    } catch (error) {
      if (!(error instanceof CompileFailure)) throw error;
      return [asOutput({ ename: error.name, evalue: error.message, traceback: [error.message] })];
    }
    if (cell.problems.length > 0) return [asOutput(describeIn(cell))];
    if (cell.declarations.length > MAX_DECLARATIONS) {
      return [asOutput(notRun('not run, since the types of what it declares are too long'))];
    }
    return this.timed(() => this.execute(cell));
  }

  /** Begins an exercise, whose probes may lose boxes of their own. */
  beginExercise(): void {
    this.lostInExercise = 0;
    this.peak = 0;
  }

  /** Puts a probe's question to the student's code. @throws Error in words for the student */
  async ask(exercise: string, probe: string, input: Plain, seconds: number): Promise<Plain> {
    if (this.lostInExercise >= MAX_LOST_IN_EXERCISE) throw new Error(`not run, since ${GIVEN_UP}`);
    if (this.secondsLeft <= 0) throw new Error(this.timeIsUp());
    return this.timed(async () => {
      try {
        const session = await this.ready();
        return await session.probe(
          exercise,
          probe,
          input,
          this.within(Math.min(seconds, this.limits.probeSeconds)),
        );
      } catch (error) {
        if (!(error instanceof LostBox)) throw error;
        this.lostInExercise++;
        this.incidents.push({ loss: error.loss, exercise });
        await this.leave();
        throw new Error(`your code ${error.message}`);
      }
    });
  }

  /** The most memory that the exercise's boxes used, in MiB. */
  async peakMemoryMiB(): Promise<number> {
    const now = await this.session?.peakMemoryMiB().catch(() => 0);
    return Math.max(this.peak, now ?? 0);
  }

  async close(): Promise<void> {
    await this.session?.close();
    this.session = undefined;
  }

  private async execute({ declarations, ...rest }: CompiledCell): Promise<Output[]> {
    // What runs it needs none of them.
    const cell = { ...rest, declarations: '' };
    let session: BoxSession | undefined;
    try {
      session = await this.ready();
      const { error, defined, outputs } = await session.runCell(cell, this.within(this.limits.cellSeconds));
      this.done.push(cell);
      this.declarations = error ? await this.keepDefined(declarations, defined) : declarations;
      return error ? [...outputs, asOutput(error)] : outputs;
    } catch (error) {
      if (!(error instanceof LostBox)) throw error;
      this.lostInCells++;
      this.incidents.push({ loss: error.loss, cell: cell.name });
      await this.leave();
      const outputs = session?.takeOutputs() ?? [];
      return [...outputs, asOutput(notRun(`this cell ${error.message}`))];
    }
  }

  /** What a cell that failed leaves of its declarations; nothing where the compiler cannot tell. */
  private async keepDefined(declarations: string, defined: string[]): Promise<string> {
    try {
      return await this.services.compiler.keepDefined(declarations, defined);
    } catch (error) {
      if (!(error instanceof CompileFailure)) throw error;
      return this.declarations;
    }
  }

  /** The box, brought to where the last one stood. */
  private async ready(): Promise<BoxSession> {
    if (this.session) return this.session;
    const session = await this.services.openSession();
    for (const cell of this.done) await session.runCell(cell, this.within(this.limits.cellSeconds));
    this.session = session;
    return session;
  }

  /** Lets go of a box that is lost. */
  private async leave(): Promise<void> {
    const end = await this.session?.close();
    this.session = undefined;
    this.peak = Math.max(this.peak, end?.peakMemoryMiB ?? 0);
  }

  private timeIsUp(): string {
    return `not run, since the notebook has used up its ${this.limits.notebookSeconds} s`;
  }

  private within(seconds: number): number {
    return Math.max(1, Math.min(seconds, this.secondsLeft));
  }

  private async timed<T>(work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.secondsLeft -= (performance.now() - started) / 1000;
    }
  }
}

const GIVEN_UP = 'what ran before ended its process again and again';

const notRun = (message: string): CellError => ({ ename: 'Stopped', evalue: message, traceback: [message] });

const asOutput = (error: CellError): Output => ({ output_type: 'error', ...error });

function describeIn({ name, code, problems }: CompiledCell): CellError {
  const maps = new SourceMaps();
  maps.begin(name, code);
  return describeProblems(name, problems, maps);
}
