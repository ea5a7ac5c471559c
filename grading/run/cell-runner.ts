import Module from 'node:module';
import path from 'node:path';
import { setImmediate } from 'node:timers';
import vm from 'node:vm';
import { Cell, currentCell } from '../../lib/kernel/cell';
import type { CompiledCell } from '../../lib/kernel/cell-compiler';
import { installCellRuntime } from '../../lib/kernel/cell-runtime';
import { toBundle } from '../../lib/kernel/display';
import { type CellError, describeProblems, describeThrown } from '../../lib/kernel/errors';
import { createImport } from '../../lib/kernel/packages';
import { SourceMaps } from '../../lib/kernel/source-maps';
import type { Outputs } from './outputs';

type CellFunction = (exports: object, require: NodeJS.Require) => unknown;

/**
 * Runs compiled cells, one after the other, as the kernel does: names are shared, `await` stands at the top level, an
 * error that nobody awaits is the cell's. What is missing is what needs a person: interrupts, widgets, completion.
 */
export class CellRunner {
  /** All names that cells have defined. */
  readonly names: Record<string, unknown> = {};
  private readonly maps = new SourceMaps();
  private readonly exports = sharedNames(this.names);
  private readonly require: NodeJS.Require;
  private running: Cell | undefined;

  constructor(private readonly outputs: Outputs) {
    const folder = process.cwd();
    this.require = Module.createRequire(path.join(folder, 'notebook.js'));
    installCellRuntime(this.maps, new Int32Array(2), () => undefined, createImport(folder));
    process.on('uncaughtException', (error) => this.running?.kill(error));
    process.on('unhandledRejection', (error, promise) => {
      const cell = currentCell.getStore() ?? this.running;
      if (cell && cell === this.running && !cell.killed) cell.stray.set(promise, { error });
    });
    process.on('rejectionHandled', (promise) => this.running?.stray.delete(promise));
  }

  /** @returns the error that ended the cell, if one did */
  async run(compiled: CompiledCell): Promise<CellError | undefined> {
    const { name, code, problems, javascript, maps } = compiled;
    this.outputs.begin();
    this.maps.begin(name, code);
    if (problems.length > 0) return describeProblems(name, problems, this.maps);
    this.maps.register(name, javascript.slice(javascript.indexOf('\n') + 1), maps);
    const cell = new Cell(NO_REQUEST, name);
    this.running = cell;
    try {
      await inTurn(() => currentCell.run(cell, () => this.execute(cell, compiled)));
      // Rejections that nobody handles come to light one turn later.
      await inTurn(() => undefined);
      if (cell.killed) return this.describe(cell.reason, 'in a callback');
      const [stray] = cell.stray.values();
      return stray && this.describe(stray.error, 'in a promise that nobody awaits');
    } catch (error) {
      return this.describe(error, cell.killed ? 'in a callback' : undefined);
    } finally {
      this.running = undefined;
      this.outputs.flush();
    }
  }

  describe(thrown: unknown, note?: string): CellError {
    return describeThrown(thrown, this.maps, note);
  }

  private async execute(cell: Cell, compiled: CompiledCell): Promise<void> {
    const { javascript, hasTopLevelAwait, lastExpression, modules } = compiled;
    if (javascript === '') return;
    const head = `(${hasTopLevelAwait ? 'async ' : ''}function (exports, require) { `;
    const run = vm.runInThisContext(`${head}${javascript}\n})`) as CellFunction;
    const ended = run(this.exports, withModules(this.require, modules));
    if (hasTopLevelAwait) await cell.wait(ended as Promise<unknown>, () => undefined);
    if (lastExpression === undefined) return;
    const value = this.names[lastExpression];
    delete this.names[lastExpression];
    if (value === undefined || value === null) return;
    const result = await cell.wait(toBundle(value), () => undefined);
    this.outputs.result(result);
  }
}

const NO_REQUEST = { msg_id: '', msg_type: '', session: '', username: '', date: '', version: '' };

/** Runs work in a turn of the event loop of its own. */
function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

/** TypeScript defines imported names as getters; cells share values, and may declare a name again. */
function sharedNames(names: Record<string, unknown>): object {
  return new Proxy(names, {
    defineProperty(_target, name, { get, value }) {
      if (name !== '__esModule') names[name as string] = get ? (get() as unknown) : value;
      return true;
    },
  });
}

/** `require` that also finds the modules of the notebook's own folder, as the compiler left them. */
function withModules(require: NodeJS.Require, modules: CompiledCell['modules']): NodeJS.Require {
  if (modules.length === 0) return require;
  const sources = new Map(modules.map(({ path: file, data }) => [file, data]));
  const loaded = new Map<string, Module>();
  const within = (folder: string, original: NodeJS.Require): NodeJS.Require => {
    const find = (id: string): unknown => {
      const file = path.join(folder, path.extname(id) === '' ? `${id}.js` : id);
      const source = sources.get(file);
      if (source === undefined) return original(id);
      const known = loaded.get(file);
      if (known) return known.exports;
      const module = new Module(file);
      module.filename = file;
      loaded.set(file, module);
      const inner = within(path.dirname(file), Module.createRequire(file));
      const run = vm.runInThisContext(Module.wrap(source), { filename: file }) as (
        ...args: unknown[]
      ) => void;
      run.call(module.exports, module.exports, inner, module, file, path.dirname(file));
      return module.exports;
    };
    return Object.assign(find, original);
  };
  return within(process.cwd(), require);
}
