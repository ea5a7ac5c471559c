import type { Image } from '../io/image';
import type { Problems } from './folder-pairs';

export interface MaskValues {
  /**
   * The values in the masks, in the order of their classes: `[0, 128, 255]` makes 128 class 1 and 255 class 2. By default 0
   * and the only other value become 0 and 1; masks with more values have to be 0 to 254 and stay as they are.
   */
  values?: readonly number[];
  /** A value that no loss counts, such as VOC's 255; it stays as it is, 0 to 255. */
  ignore?: number;
}

interface NamedMask {
  mask: Image;
  name: string;
}

export interface MaskClasses {
  masks: Image<Uint8Array>[];
  /** By class. */
  values: number[];
  /** In words. */
  told: string;
}

/**
 * The classes that the values of all masks together are.
 *
 * @throws RangeError for `values` that are none; Error that names the masks with other values
 */
export function maskClasses(
  masks: readonly NamedMask[],
  { values: expected, ignore }: MaskValues,
  problems: Problems,
): MaskClasses {
  requireValues(expected, ignore);
  const found = masks.map(({ mask }) => new Set<number>(mask.data as Iterable<number>));
  const all = [...new Set(found.flatMap((values) => [...values]))].filter((value) => value !== ignore);
  const values = expected ?? classValues(all);
  const known = new Set([...values, ...(ignore === undefined ? [] : [ignore])]);
  problems.add(
    `masks with other values than ${known.size > 12 ? 'whole numbers from 0 to 254' : [...known].join(', ')}, which the options values and ignore change`,
    masks.flatMap(({ name }, index) => {
      const odd = [...found[index]].filter((value) => !known.has(value)).sort((a, b) => a - b);
      if (odd.length === 0) return [];
      const hint = /\.jpe?g$/i.test(name) ? '; JPEG changes values: save masks as PNG' : '';
      return [`${name} (${odd.slice(0, 4).join(', ')}${odd.length > 4 ? ', …' : ''}${hint})`];
    }),
  );
  problems.throwIfAny();
  const classes = new Map(values.map((value, index) => [value, index]));
  if (ignore !== undefined) classes.set(ignore, ignore);
  const told = expected
    ? `values ${values.join(', ')} as classes 0 to ${values.length - 1}`
    : all.some((value) => value > 0)
      ? `classes by the values ${all.sort((a, b) => a - b).join(', ')}`
      : 'all of background';
  return {
    masks: masks.map(({ mask }) => ({
      ...mask,
      data: Uint8Array.from(mask.data as ArrayLike<number>, (value) => classes.get(value)!),
    })),
    values: [...values],
    told,
  };
}

/** Of 0 and one other value: those; else the numbers up to the largest that can be a class. */
function classValues(all: readonly number[]): number[] {
  const others = all.filter((value) => value !== 0);
  if (others.length === 0 || (others.length === 1 && others[0] > 0)) return [0, ...others];
  const classes = others.filter((value) => Number.isInteger(value) && value > 0 && value < 255);
  return Array.from({ length: Math.max(0, ...classes) + 1 }, (_, value) => value);
}

function requireValues(values: readonly number[] | undefined, ignore: number | undefined): void {
  if (ignore !== undefined && !(Number.isInteger(ignore) && ignore >= 0 && ignore <= 255)) {
    throw new RangeError(`loadFolder: got ignore ${ignore}; expected an integer from 0 to 255`);
  }
  if (values === undefined) return;
  const odd = values.length < 2 || values.length > 255 || new Set(values).size !== values.length;
  if (odd || !values.every(Number.isFinite) || (ignore !== undefined && values.includes(ignore))) {
    throw new RangeError(
      `loadFolder: got values [${values.join(', ')}]${ignore === undefined ? '' : ` and ignore ${ignore}`}; expected 2 to ` +
        '255 different numbers, the background first, without the one to ignore',
    );
  }
  if (ignore !== undefined && ignore < values.length) {
    throw new RangeError(
      `loadFolder: got ignore ${ignore} with ${values.length} classes; expected a number of no class`,
    );
  }
}
