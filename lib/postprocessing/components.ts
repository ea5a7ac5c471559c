import type { Samples } from '../io/image';
import type { Connectivity } from '../metrics/connectivity';
import { filterComponents, type ClassGroups } from './component-groups';

export interface KeepLargestOptions {
  /** Default `'each'`: the largest component of every class. */
  classes?: ClassGroups;
  /** Default 8 in the plane, 26 in space. */
  connectivity?: Connectivity;
}

/**
 * A label map with only the largest component of each class, or of the foreground; the rest becomes 0. Of equally large
 * ones all stay, as in nnU-Net (`remove_all_but_largest_component_from_segmentation`).
 *
 * @param labels row-major (last axis fastest), 0 is background
 * @param shape [height, width] or [depth, height, width]
 * @returns a new array of the same type
 * @throws RangeError for a shape that does not fit, a connectivity that its axes do not have, and class 0
 */
export function keepLargestComponent<T extends Samples>(
  labels: T,
  shape: readonly number[],
  { classes: groups = 'each', connectivity = shape.length === 2 ? 8 : 26 }: KeepLargestOptions = {},
): T {
  return filterComponents(
    'keepLargestComponent',
    labels,
    shape,
    groups,
    connectivity,
    ({ count, sizes, classes }) => {
      const largest = new Map<number, number>();
      for (let component = 1; component <= count; component++) {
        const before = largest.get(classes[component]) ?? 0;
        largest.set(classes[component], Math.max(before, sizes[component]));
      }
      return (component) => sizes[component] === largest.get(classes[component]);
    },
  );
}

export interface RemoveSmallOptions {
  /** Default `'each'`: touching components of different classes are measured by themselves. */
  classes?: ClassGroups;
  /** Default 4 in the plane, 6 in space. */
  connectivity?: Connectivity;
}

/**
 * A label map without the components of fewer than `minimumSize` elements; they become 0. Equals scikit-image's
 * `remove_small_objects(max_size=minimumSize - 1)` of a mask; in an instance map, parts of an instance that lie apart are
 * measured by themselves.
 *
 * @param labels row-major (last axis fastest), 0 is background
 * @param shape [height, width] or [depth, height, width]
 * @param minimumSize in pixels or voxels; divide a volume in mm³ by the product of the spacing
 * @returns a new array of the same type
 * @throws RangeError as `keepLargestComponent`, and for a size that is not at least 1
 */
export function removeSmallComponents<T extends Samples>(
  labels: T,
  shape: readonly number[],
  minimumSize: number,
  { classes = 'each', connectivity }: RemoveSmallOptions = {},
): T {
  if (!(minimumSize >= 1)) {
    throw new RangeError(
      `removeSmallComponents: got minimumSize ${minimumSize}; expected a number of elements of at least 1`,
    );
  }
  return filterComponents(
    'removeSmallComponents',
    labels,
    shape,
    classes,
    connectivity,
    ({ sizes }) =>
      (component) =>
        sizes[component] >= minimumSize,
  );
}
