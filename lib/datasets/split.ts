import { seededRandom } from '../runtime/seed';
import { partition, type Key } from './partition';
import { shuffled } from './shuffle';

export { shuffled };

export interface GroupingOptions {
  /**
   * What each item belongs to, such as its patient: items of one group are never in two parts. Slices of one scan, or scans
   * of one patient, are alike: a network that has seen one of them is not tested by the other.
   */
  groups?: readonly Key[];
  /** The class of each item: its shares become alike in all parts, as far as the groups allow. */
  strata?: readonly Key[];
  /**
   * The same seed gives the same split; 0 by default, whatever `setSeed` was told: runs with other seeds are comparable
   * only on the same validation images.
   */
  seed?: number;
}

export interface SplitOptions extends GroupingOptions {
  /** How many of the items to hold out; with groups, as near to it as they allow. */
  validation: number;
}

export interface KFoldOptions extends GroupingOptions {
  /** 5 by default. */
  folds?: number;
}

export interface Split {
  training: number[];
  validation: number[];
}

/**
 * Splits 0 … count − 1 at random into training and validation indices, both ascending. Without groups and strata, the items
 * are shuffled (Fisher–Yates from the end, with `seededRandom(seed)`), and the last ones held out.
 *
 * ```ts
 * splitIndices(scans.length, { validation: 20, groups: scans.map(({ patient }) => patient) });
 * ```
 *
 * @throws RangeError when count or validation is not an integer with 0 ≤ validation < count, when groups or strata are not
 *   one for each item, or when all items are of one group
 */
export function splitIndices(count: number, options: SplitOptions): Split {
  const { validation, seed = 0, groups, strata } = options;
  if (
    !Number.isSafeInteger(count) ||
    !Number.isSafeInteger(validation) ||
    validation < 0 ||
    validation >= count
  ) {
    throw new RangeError(
      `splitIndices: got ${validation} of ${count} items for validation; expected integers with 0 ≤ validation < count`,
    );
  }
  requireKeys('splitIndices', count, options);
  const random = seededRandom(seed);
  const ascending = (indices: number[]) => indices.sort((a, b) => a - b);
  if ((!groups && !strata) || validation === 0) {
    const order = shuffled(count, random);
    return {
      training: ascending(order.slice(0, count - validation)),
      validation: ascending(order.slice(count - validation)),
    };
  }
  if (groups) requireGroups('splitIndices', groups, 2);
  const share = validation / count;
  const [training, held] = partition(count, { groups, strata, shares: [1 - share, share], random });
  return { training, validation: held };
}

/**
 * Divides 0 … count − 1 into folds that are as nearly of one size as the groups allow, by one item at most without groups.
 * Each fold is the validation part of one split and in the training part of all others; indices ascend.
 *
 * ```ts
 * for (const { training, validation } of kFold(scans.length, { folds: 5, groups: patients })) { … }
 * ```
 *
 * @throws RangeError when count or folds is no integer with 2 ≤ folds ≤ count, groups or strata are not one for each item,
 *   or there are fewer groups than folds
 */
export function kFold(count: number, options: KFoldOptions = {}): Split[] {
  const { folds = 5, seed = 0, groups, strata } = options;
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(folds) || folds < 2 || folds > count) {
    throw new RangeError(
      `kFold: got ${folds} folds of ${count} items; expected integers with 2 ≤ folds ≤ items`,
    );
  }
  requireKeys('kFold', count, options);
  if (groups) requireGroups('kFold', groups, folds);
  const shares = Array.from({ length: folds }, () => 1 / folds);
  const parts = partition(count, { groups, strata, shares, random: seededRandom(seed) });
  return parts.map((validation, fold) => ({
    training: parts
      .filter((_, other) => other !== fold)
      .flat()
      .sort((a, b) => a - b),
    validation,
  }));
}

function requireKeys(caller: string, count: number, { groups, strata }: GroupingOptions): void {
  for (const [name, keys] of Object.entries({ groups, strata })) {
    if (keys && keys.length !== count) {
      throw new RangeError(
        `${caller}: got ${keys.length} ${name} for ${count} items; expected one for each item`,
      );
    }
  }
}

function requireGroups(caller: string, groups: readonly Key[], least: number): void {
  const distinct = new Set(groups).size;
  if (distinct < least) {
    throw new RangeError(
      `${caller}: got ${distinct} different groups; expected at least ${least}, one for each part, as a group is never ` +
        'divided',
    );
  }
}
