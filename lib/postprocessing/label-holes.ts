import type { Samples } from '../io/image';
import { connectedComponents } from '../metrics/components';
import { neighbourSteps, stepsOf, type Connectivity } from '../metrics/connectivity';
import { requireGrid } from '../metrics/grid';
import { eachRowPair } from './row-pairs';

export interface FillLabelHolesOptions {
  /** Whose holes are filled; default all. */
  classes?: readonly number[];
  /** How the background hangs together; default 4 in the plane, 6 in space. */
  connectivity?: Connectivity;
  /** In elements; larger holes stay. Default: all are filled. */
  maximumSize?: number;
}

/**
 * A label map with its holes filled: background (0) that one class alone encloses becomes that class. Background that two
 * classes touch, or that reaches the image's border, stays (MONAI's `FillHoles`). Of one class it equals `fillHoles`.
 *
 * @param labels row-major (last axis fastest)
 * @param shape [height, width] or [depth, height, width]
 * @returns a new array of the same type
 * @throws RangeError for a shape that does not fit, and a connectivity that its axes do not have
 */
export function fillLabelHoles<T extends Samples>(
  labels: T,
  shape: readonly number[],
  { classes, connectivity, maximumSize = Infinity }: FillLabelHolesOptions = {},
): T {
  const steps = stepsOf('fillLabelHoles', shape, connectivity);
  requireGrid('fillLabelHoles', labels, shape);
  const background = new Uint8Array(labels.length);
  for (let at = 0; at < labels.length; at++) if (labels[at] === 0) background[at] = 1;
  const holes = connectedComponents(background, shape, connectivity);
  const around = classesAround(holes.labels, holes.count, labels, shape, steps);
  markBorder(holes.labels, shape, around);

  const sizes = new Int32Array(holes.count + 1);
  for (const hole of holes.labels) sizes[hole]++;
  const filled = new Set(classes);
  for (let hole = 1; hole <= holes.count; hole++) {
    if (sizes[hole] > maximumSize || (classes && !filled.has(around[hole]))) around[hole] = OPEN;
  }
  const result = labels.slice() as T;
  for (let at = 0; at < result.length; at++) {
    const hole = holes.labels[at];
    if (hole !== 0 && !Number.isNaN(around[hole])) result[at] = around[hole];
  }
  return result;
}

/** What a piece of background is that no class alone encloses. */
const OPEN = NaN;

/** The class around each piece of background; 0 where none is. */
function classesAround(
  pieces: Int32Array,
  count: number,
  labels: ArrayLike<number>,
  shape: readonly number[],
  steps: number,
): Float64Array {
  const around = new Float64Array(count + 1);
  for (const step of neighbourSteps(shape.length, steps)) {
    eachRowPair(shape, step, (from, to, offset) => {
      for (let at = from; at < to; at++) {
        const piece = pieces[at];
        const label = labels[at + offset];
        if (piece === 0 || label === 0 || around[piece] === label) continue;
        around[piece] = around[piece] === 0 ? label : OPEN;
      }
    });
  }
  return around;
}

function markBorder(pieces: Int32Array, shape: readonly number[], around: Float64Array): void {
  let stride = pieces.length;
  for (const size of shape) {
    const block = stride;
    stride /= size;
    for (let start = 0; start < pieces.length; start += block) {
      for (let at = start; at < start + stride; at++) {
        around[pieces[at]] = OPEN;
        around[pieces[at + block - stride]] = OPEN;
      }
    }
  }
}
