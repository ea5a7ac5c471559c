import { clearInterval } from 'node:timers';
import { currentCell } from './cell';

type Timer = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => unknown;

/**
 * Makes the global timers drop the callbacks of killed cells, so that a library's loop which waits for the next
 * frame (TensorFlow.js's `fit` does) ends with the cell that started it.
 */
export function installTimers(): void {
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const) {
    const original = globalThis[name] as unknown as Timer;
    const replacement: Timer = (callback, ...rest) => original(guard(callback), ...rest);
    // `util.promisify(setTimeout)` finds its implementation in a property of the function.
    Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
    (globalThis as unknown as Record<string, Timer>)[name] = replacement;
  }
}

function guard(callback: (...args: unknown[]) => void): (...args: unknown[]) => void {
  const cell = currentCell.getStore();
  if (!cell || typeof callback !== 'function') return callback;
  const scheduledAt = performance.now();
  return function (this: unknown, ...args: unknown[]) {
    if (!cell.drops(scheduledAt)) callback.apply(this, args);
    else if (this && typeof this === 'object') clearInterval(this as NodeJS.Timeout);
  };
}
