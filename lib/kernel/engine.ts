import { setImmediate } from 'node:timers';
import type { Converter, ConvertResult } from 'tslab/dist/converter';
import type { Executor } from 'tslab/dist/executor';
import type { MimeBundle } from './bridge';
import { type Cell, currentCell, KeyboardInterrupt } from './cell';
import { CellCompiler, toProblem } from './cell-compiler';
import { installCellRuntime } from './cell-runtime';
import { toBundle } from './display';
import { type CellError, describeProblems, describeThrown } from './errors';
import { load } from './lazy';
import { createImport } from './packages';
import { prepare, type Problem } from './prepare';
import { Phase, type Signals } from './signals';
import { SourceMaps } from './source-maps';
import { rememberTensorScopes } from './unwind';

/** How a cell ended. */
export type Outcome = { status: 'ok'; result?: Required<MimeBundle> } | { status: 'error'; error: CellError };

/** tslab's converter and executor, with everything that a cell threw or returned brought to light. */
export class Engine {
  private readonly maps = new SourceMaps();
  private readonly compiler = new CellCompiler(this.maps);
  private readonly executor: Executor;
  private problems: Problem[] = [];
  /** Declarations of all names that cells share, and those as the running cell would leave them. */
  private declarations = '';
  private pending: string | undefined;
  private thrown: { value: unknown } | undefined;
  private result: { value: unknown } | undefined;
  private abandonCell: (() => void) | undefined;

  /** Loads the compiler, which takes about a second. */
  constructor(
    private readonly signals: Signals,
    interruptPoint: () => void,
  ) {
    const { createExecutor } = load('tslab/dist/executor') as typeof import('tslab/dist/executor');
    this.executor = createExecutor(process.cwd(), this.converters(), {
      log: (value: unknown) => (this.result = { value }),
      error: (...args: unknown[]) => {
        // With one argument it is something thrown; the others are compiler errors, which the converter gave us.
        if (args.length === 1) this.thrown = { value: args[0] };
      },
    });
    installCellRuntime(this.maps, signals.flags, interruptPoint, createImport(process.cwd()));
  }

  /** Compiles what most notebooks import, so that their first cell need not wait for it. */
  warmUp(): void {
    this.compiling(() => this.compiler.warmUp());
  }

  /**
   * Runs a cell. An interrupt may tear down whatever is on the stack, so that the cell gets a turn of the event loop
   * of its own, and `abandon` can end it in its stead.
   */
  run(cell: Cell, code: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const restoreScopes = rememberTensorScopes();
      const end = (outcome: Outcome): void => {
        if (cell.killed) restoreScopes();
        this.keepDeclarations(outcome.status === 'ok');
        resolve(outcome);
      };
      this.abandonCell = () => end(this.failure(cell, cell.reason));
      setImmediate(() => currentCell.run(cell, () => void this.execute(cell, code).then(end)));
    });
  }

  /** Stops waiting for the running cell. */
  interrupt(): void {
    this.executor.interrupt();
  }

  /** Ends the running cell whose code was torn down and will never come to its end. */
  abandon(): void {
    this.abandonCell?.();
  }

  describe(thrown: unknown, note?: string): CellError {
    return describeThrown(thrown, this.maps, note);
  }

  complete(code: string, position: number): ReturnType<Executor['complete']> {
    return this.compiling(() => this.executor.complete(prepare(this.compiler.ts, code), position));
  }

  inspect(code: string, position: number): ReturnType<Executor['inspect']> {
    return this.compiling(() => this.executor.inspect(prepare(this.compiler.ts, code), position));
  }

  private async execute(cell: Cell, code: string): Promise<Outcome> {
    this.thrown = this.result = this.pending = undefined;
    try {
      const { text, problems } = this.compiler.begin(nameOf(cell), code);
      this.problems = problems;
      if (this.problems.length === 0 && (await this.start(text)) && this.result) {
        const { value } = this.result as { value: unknown };
        const result = await cell.wait(toBundle(value), () => undefined);
        await nextTurn();
        return this.finish(cell, { status: 'ok', result });
      }
    } catch (error) {
      this.thrown = { value: error };
    }
    // Rejections that nobody handles come to light one turn later.
    await nextTurn();
    return this.finish(cell, this.conclude(cell));
  }

  /** Everything up to the cell's first `await` happens within this call. */
  private start(text: string): Promise<boolean> {
    try {
      return this.executor.execute(text);
    } finally {
      this.signals.phase = Phase.Loop;
    }
  }

  private conclude(cell: Cell): Outcome {
    if (this.problems.length > 0) {
      return { status: 'error', error: describeProblems(nameOf(cell), this.problems, this.maps) };
    }
    return this.thrown ? this.failure(cell, this.thrown.value) : { status: 'ok' };
  }

  /** A cell that was killed, or left an error behind that nobody handled, did not end well. */
  private finish(cell: Cell, outcome: Outcome): Outcome {
    if (cell.killed) {
      return this.failure(
        cell,
        cell.reason,
        cell.reason instanceof KeyboardInterrupt ? undefined : 'in a callback',
      );
    }
    const [stray] = cell.stray.values();
    if (outcome.status === 'ok' && stray !== undefined) {
      return this.failure(cell, stray.error, 'in a promise that nobody awaits');
    }
    return outcome;
  }

  private failure(cell: Cell, thrown: unknown, note?: string): Outcome {
    if ((thrown as NodeJS.ErrnoException | undefined)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') {
      const interrupt = new KeyboardInterrupt();
      cell.kill(interrupt);
      return { status: 'error', error: this.describe(interrupt, note) };
    }
    return { status: 'error', error: this.describe(thrown, note) };
  }

  private keepDeclarations(isComplete: boolean): void {
    if (this.pending === undefined) return;
    const isDefined = (name: string): boolean => this.executor.locals[name] !== undefined;
    this.declarations = isComplete ? this.pending : this.compiler.keepDefined(this.pending, isDefined);
    this.pending = undefined;
  }

  /** The converter that tslab's executor uses, watched: its errors are kept, and interrupts wait for its end. */
  private converters(): Parameters<typeof import('tslab/dist/executor').createExecutor>[1] {
    const { converter } = this.compiler;
    const node: Converter = {
      ...converter,
      // tslab forgets what a failed cell declared; these are our own notes of it.
      complete: (_previous, source, position) => converter.complete(this.declarations, source, position),
      inspect: (_previous, source, position) => converter.inspect(this.declarations, source, position),
      convert: (_previous, source) => {
        const converted = this.convert(this.declarations, source);
        this.problems = converted.diagnostics.map(toProblem);
        if (this.signals.pending) throw new KeyboardInterrupt();
        if (this.problems.length === 0) this.pending = converted.declOutput ?? '';
        this.signals.phase = Phase.Running;
        return converted;
      },
    };
    return { node, browser: node, close: () => converter.close() };
  }

  private convert(declarations: string, source: string): ConvertResult {
    return this.compiling(() => this.compiler.convert(declarations, source));
  }

  private compiling<T>(work: () => T): T {
    this.signals.phase = Phase.Compiling;
    try {
      return work();
    } finally {
      this.signals.phase = Phase.Loop;
    }
  }
}

const nameOf = (cell: Cell): string => `In[${cell.label}]`;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
