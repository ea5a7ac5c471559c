import { createContext, Script } from 'node:vm';

let context: { work?: () => void } | undefined;
const script = new Script('work()');

/**
 * Does synchronous work, WebAssembly's too, and stops it when its time is over: what it worked on is left as it was at
 * that moment.
 *
 * @param milliseconds by the clock
 * @throws Error where the work was stopped; what the work throws
 */
export function withinTime(milliseconds: number, work: () => void): void {
  context ??= createContext({});
  context.work = work;
  try {
    script.runInContext(context, { timeout: Math.ceil(milliseconds) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(`not done in ${Math.ceil(milliseconds)} ms`);
  } finally {
    context.work = undefined;
  }
}
