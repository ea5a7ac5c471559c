import { currentCell } from './cell';
import { HELPERS } from './transform';
import type { SourceMaps } from './source-maps';

/** What the code of a cell calls; see `interceptWaits`. */
interface CellRuntime {
  wait(value: unknown, line: number): unknown;
  each(items: unknown, line: number): unknown;
  load(specifier: string): unknown;
  /** Two numbers that differ while an interrupt is pending: what loops look at in each round. */
  flags: Int32Array;
  check(): void;
}

const KEY = 'segcourse.cell';

/** First line of the JavaScript of a cell: binds the kernel's helpers to the cell's name. */
export function preludeFor(name: string): string {
  const { wait, each, load, flags, check } = HELPERS;
  return (
    `const { wait: ${wait}, each: ${each}, load: ${load}, flags: ${flags}, check: ${check} } = ` +
    `globalThis[Symbol.for(${JSON.stringify(KEY)})](${JSON.stringify(name)});`
  );
}

/** Makes the helpers available to cells. `load` is a real `import()`. */
export function installCellRuntime(
  maps: SourceMaps,
  flags: Int32Array,
  check: () => void,
  load: (specifier: string) => Promise<unknown>,
): void {
  const runtimeFor = (name: string): CellRuntime => {
    const wait = (value: unknown, line: number): unknown => {
      const cell = currentCell.getStore();
      if (!cell) return value;
      if (cell.killed) return cell.refuse();
      check();
      if (!isThenable(value)) return value;
      return cell.wait(value, (error) => maps.noteAwait(error, { cell: name, line }));
    };
    return {
      wait,
      each: (items, line) => watchItems(items, (value) => wait(value, line)),
      load,
      flags,
      check,
    };
  };
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: runtimeFor });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof (value as { then?: unknown }).then === 'function';
}

/** The items of an async iterable, each awaited by `wait`; anything else is returned as it is. */
function watchItems(items: unknown, wait: (value: unknown) => unknown): unknown {
  const source = items as Partial<AsyncIterable<unknown>> | null | undefined;
  const open = source?.[Symbol.asyncIterator];
  if (typeof open !== 'function') return items;
  return {
    [Symbol.asyncIterator]() {
      const iterator = open.call(source);
      return {
        next: async () => (await wait(iterator.next())) as IteratorResult<unknown>,
        return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value },
      };
    },
  };
}
