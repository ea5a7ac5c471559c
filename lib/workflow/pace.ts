import type { EpochRecord } from '../train/epoch-record';

/** How long a training is to be. */
export interface Length {
  epochs: number;
  /** Steps of an epoch. */
  iterations: number;
  /** What its epochs may take together; without it they take what they take. */
  seconds?: number;
}

/** Smaller shares of the rest are no reason to change its length. */
const TOLERANCE = 0.1;
/** So many epochs tell how long the next ones take. */
const RECENT = 3;

/**
 * How far a training is by its steps, and how many epochs it has. Where the machine has become slower than it was when
 * they were planned, the rest is shortened so that it ends in time, and lengthened again, up to what was planned, where it
 * has become faster; the learning rate falls to 0 all the same. All follows from the epochs so far: a run that goes on
 * from a checkpoint paces itself as one that never stopped.
 */
export function paceOf(
  records: readonly Pick<EpochRecord, 'seconds'>[],
  { epochs, iterations, seconds = Infinity }: Length,
): { epochs: number; progress(step: number): number } {
  let total = epochs;
  // From this step on, `share` of the training is done, and the rest is spread over the epochs that are left.
  let [from, share] = [0, 0];
  const progress = (step: number) =>
    Math.min(1, share + ((1 - share) * (step - from)) / (total * iterations - from));
  let spent = 0;
  for (let done = 1; done <= records.length && done < total; done++) {
    spent += records[done - 1].seconds;
    const recent = records.slice(Math.max(0, done - RECENT), done);
    const each = recent.reduce((sum, record) => sum + record.seconds, 0) / recent.length;
    const fitting = Math.max(1, Math.floor((seconds - spent) / each));
    const wanted = Math.min(epochs, done + fitting);
    if (Math.abs(wanted - total) <= TOLERANCE * (total - done)) continue;
    const here = done * iterations;
    [share, from] = [progress(here), here];
    total = wanted;
  }
  return { epochs: total, progress };
}
