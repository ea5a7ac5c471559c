import { neighbourSteps, stepsOf, type Connectivity } from './connectivity';
import { requireGrid } from './grid';
import { RunList } from './run-list';

/** Connected components of a mask: 0 is background, components are numbered from 1 in scan order. */
export interface Components {
  labels: Int32Array;
  count: number;
}

/**
 * Labels the connected components of the non-zero elements. Equals `scipy.ndimage.label`, `skimage.measure.label` and
 * `cc3d.connected_components` of a mask, the numbers included.
 *
 * Union-find over one scan (Rosenfeld and Pfaltz 1966), of runs along the last axis instead of elements.
 *
 * @param mask row-major (last axis fastest), any but 0 inside
 * @param size [height, width] or [depth, height, width]; or the width of a picture
 * @param connectivity default 4 in the plane, 6 in space
 * @throws RangeError for a size that does not fit the number of elements, and a connectivity that the axes do not have
 */
export function connectedComponents(
  mask: ArrayLike<number>,
  size: number | readonly number[],
  connectivity?: Connectivity,
): Components {
  return label('connectedComponents', mask, size, connectivity, false);
}

/**
 * Labels the connected components of equal values: different classes, or touching instances, stay apart. Equals
 * `skimage.measure.label` and `cc3d.connected_components` of a label map, the numbers included.
 *
 * @param values row-major (last axis fastest), 0 is background
 * @param size as for `connectedComponents`
 * @param connectivity as for `connectedComponents`
 * @throws RangeError as `connectedComponents`
 */
export function labelComponents(
  values: ArrayLike<number>,
  size: number | readonly number[],
  connectivity?: Connectivity,
): Components {
  return label('labelComponents', values, size, connectivity, true);
}

function label(
  owner: string,
  values: ArrayLike<number>,
  size: number | readonly number[],
  connectivity: Connectivity | undefined,
  byValue: boolean,
): Components {
  const shape = typeof size === 'number' ? planeOf(owner, values, size) : size;
  const runs = componentRuns(owner, values, shape, { connectivity, byValue });
  const { numbers, count } = runs.numbered();
  const labels = new Int32Array(values.length);
  runs.each((run, from, to) => {
    const number = numbers[run];
    for (let at = from; at < to; at++) labels[at] = number;
  });
  return { labels, count };
}

/**
 * The components as runs along the last axis, for those who need no label of each element.
 *
 * @param byValue whether only equal values hang together
 * @throws RangeError for a shape that does not fit, and a connectivity that it does not have
 */
export function componentRuns(
  owner: string,
  values: ArrayLike<number>,
  shape: readonly number[],
  { connectivity, byValue = false }: { connectivity?: Connectivity; byValue?: boolean } = {},
): RunList {
  const steps = stepsOf(owner, shape, connectivity);
  // No pixels at all are whole rows of any width.
  if (values.length > 0 || shape[0] !== 0) requireGrid(owner, values, shape);
  const runs = new RunList(values, shape[shape.length - 1], byValue);
  for (const earlier of earlierRows(shape, steps)) joinRows(runs, shape, earlier);
  return runs;
}

function planeOf(owner: string, values: ArrayLike<number>, width: number): number[] {
  if (!Number.isSafeInteger(width) || width < 1 || values.length % width !== 0) {
    throw new RangeError(`${owner}: got width ${width} for ${values.length} pixels; expected whole rows`);
  }
  return [values.length / width, width];
}

/** A row before another that may touch it, in steps along the axes before the last. */
interface EarlierRow {
  slices: number;
  rows: number;
  /** 1 where also the corners of its runs touch. */
  reach: 0 | 1;
}

function earlierRows(shape: readonly number[], steps: number): EarlierRow[] {
  return neighbourSteps(shape.length - 1, Math.min(steps, shape.length - 1))
    .filter((offset) => offset.find((along) => along !== 0) === -1)
    .map((offset) => ({
      slices: offset.length === 2 ? offset[0] : 0,
      rows: offset[offset.length - 1],
      reach: offset.filter((along) => along !== 0).length < steps ? 1 : 0,
    }));
}

function joinRows(runs: RunList, shape: readonly number[], { slices, rows, reach }: EarlierRow): void {
  const height = shape[shape.length - 2];
  const depth = shape.length === 3 ? shape[0] : 1;
  for (let slice = -slices; slice < depth; slice++) {
    for (let row = Math.max(0, -rows); row < height - Math.max(0, rows); row++) {
      runs.join(slice * height + row, (slice + slices) * height + row + rows, reach);
    }
  }
}
