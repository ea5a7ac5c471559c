import { constants } from 'node:os';

/** How a program in a box ended: bubblewrap and the engines pass on a signal as shells do, as a code from 129 on. */
export function exitOf(
  code: number | null,
  signal: string | null,
): { code: number | null; signal: string | null } {
  const name =
    code === null
      ? undefined
      : Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return name ? { code: null, signal: name } : { code, signal };
}
