import type { Samples } from '../io/image';
import { connectedComponents, labelComponents, type Components } from '../metrics/components';
import type { Connectivity } from '../metrics/connectivity';
import { requireGrid } from '../metrics/grid';

/**
 * Which classes of a label map are looked at, and what hangs together:
 * - `'each'`: every class by itself, 0 is background;
 * - `'together'`: all but 0 as one foreground;
 * - a list, in which a number is a class by itself and a list of numbers a region, several classes as one; others stay.
 */
export type ClassGroups = 'each' | 'together' | readonly (number | readonly number[])[];

/** The components of one look at a label map, numbered from 1, and their sizes in elements. */
interface ComponentGroup extends Components {
  sizes: Int32Array;
  /** The class that a component competes in; undefined where all components are one class. */
  classes?: Float64Array;
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
  requireGrid(owner, labels, shape);
  requireGroups(owner, groups);
  const result = labels.slice() as T;
  const keep = (components: Components, byClass: boolean) => {
    const group = measured(components, byClass ? result : undefined);
    const stays = Uint8Array.from({ length: group.count + 1 }, (_, component) =>
      component === 0 || keeps(group)(component) ? 1 : 0,
    );
    for (let at = 0; at < result.length; at++) if (stays[components.labels[at]] === 0) result[at] = 0;
  };
  if (groups === 'each') keep(labelComponents(result, shape, connectivity), true);
  else if (groups === 'together') keep(connectedComponents(result, shape, connectivity), false);
  else {
    for (const group of groups) {
      const inGroup = new Set(typeof group === 'number' ? [group] : group);
      const mask = Uint8Array.from(result, (value) => (inGroup.has(value) ? 1 : 0));
      keep(connectedComponents(mask, shape, connectivity), false);
    }
  }
  return result;
}

function measured(components: Components, values: ArrayLike<number> | undefined): ComponentGroup {
  const { labels, count } = components;
  const sizes = new Int32Array(count + 1);
  const classes = values && new Float64Array(count + 1);
  for (let at = 0; at < labels.length; at++) {
    const component = labels[at];
    sizes[component]++;
    if (classes) classes[component] = values[at];
  }
  return { labels, count, sizes, classes };
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
