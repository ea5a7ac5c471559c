import type { Samples } from '../io/image';
import { componentRuns } from '../metrics/components';
import type { Connectivity } from '../metrics/connectivity';

/**
 * Which classes of a label map are looked at, and what hangs together:
 * - `'each'`: every class by itself, 0 is background;
 * - `'together'`: all but 0 as one foreground;
 * - a list, in which a number is a class by itself and a list of numbers a region, several classes as one; others stay.
 */
export type ClassGroups = 'each' | 'together' | readonly (number | readonly number[])[];

/** The components of one look at a label map, numbered from 1. */
interface ComponentGroup {
  count: number;
  /** In elements. */
  sizes: Int32Array;
  /** The class that each competes in; 1 where all are one class. */
  classes: Float64Array;
}

/**
 * The label map without the components that are not kept: their elements become 0. Regions of a list are taken in their
 * order, each from what the one before left.
 *
 * @param keeps for each component (index from 1) of a group whether it stays
 * @throws RangeError for a shape, a connectivity or groups that do not fit
 */
export function filterComponents<T extends Samples>(
  owner: string,
  labels: T,
  shape: readonly number[],
  groups: ClassGroups,
  connectivity: Connectivity | undefined,
  keeps: (group: ComponentGroup) => (component: number) => boolean,
): T {
  requireGroups(owner, groups);
  const result = labels.slice() as T;
  const filter = (mask: ArrayLike<number>, byValue: boolean) => {
    const runs = componentRuns(owner, mask, shape, { connectivity, byValue });
    const { numbers, count } = runs.numbered();
    const sizes = new Int32Array(count + 1);
    const classes = new Float64Array(count + 1).fill(1);
    runs.each((run, from, to) => {
      sizes[numbers[run]] += to - from;
      if (byValue) classes[numbers[run]] = mask[from];
    });
    const kept = keeps({ count, sizes, classes });
    const stays = Uint8Array.from(sizes, (_, component) => (component > 0 && kept(component) ? 1 : 0));
    runs.each((run, from, to) => {
      if (stays[numbers[run]] === 0) for (let at = from; at < to; at++) result[at] = 0;
    });
  };
  if (groups === 'each') filter(labels, true);
  else if (groups === 'together') filter(labels, false);
  else for (const group of groups) filter(maskOf(result, typeof group === 'number' ? [group] : group), false);
  return result;
}

/** 1 where the label is one of the classes. */
function maskOf(labels: ArrayLike<number>, classes: readonly number[]): Uint8Array {
  const mask = new Uint8Array(labels.length);
  for (const label of classes) {
    for (let at = 0; at < mask.length; at++) if (labels[at] === label) mask[at] = 1;
  }
  return mask;
}

function requireGroups(owner: string, groups: ClassGroups): void {
  const known = typeof groups === 'string' ? ['each', 'together'].includes(groups) : Array.isArray(groups);
  const list = known && typeof groups !== 'string' ? groups.flat() : [];
  if (known && list.every((value) => Number.isFinite(value) && value !== 0)) return;
  throw new RangeError(
    `${owner}: got classes ${JSON.stringify(groups)}; expected 'each', 'together', or a list of classes other than 0 ` +
      'and of regions, such as [1, [2, 3]]',
  );
}
