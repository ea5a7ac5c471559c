import type { Place } from './accounting';
import type { BoxEndReason, BoxLimits } from './box';

/** To the guard: a box to watch, or one that has ended. */
export type GuardMessage = { id: number; watch: Watched } | { id: number; watch: undefined };

export interface Watched {
  place: Place;
  /** First process of its pid namespace. */
  init: number;
  limits: BoxLimits;
  /** process.hrtime in nanoseconds, which all threads share. */
  deadline: bigint;
  /** Float64: reason (index into REASONS), processor seconds, memory and peak in bytes. */
  shared: SharedArrayBuffer;
}

/** Places in the shared numbers. */
export const REASON = 0;
export const CPU_SECONDS = 1;
export const MEMORY_BYTES = 2;
export const PEAK_BYTES = 3;
export const SHARED_NUMBERS = 4;

/** Why the guard ended a box; 0 as long as it has not. */
export const REASONS: readonly (BoxEndReason | undefined)[] = [
  undefined,
  'wall',
  'cpu',
  'memory',
  'processes',
];
