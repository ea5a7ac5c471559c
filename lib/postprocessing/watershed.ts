import type { Connectivity } from '../metrics/connectivity';
import { neighbourSteps, stepsOf } from '../metrics/connectivity';
import { elementsOf, requireGrid, stridesOf } from '../metrics/grid';
import { FloodQueue } from './flood-queue';

export interface WatershedOptions {
  /** Where to flood: any but 0. Default everywhere; elsewhere the result is 0. */
  mask?: ArrayLike<number>;
  /** Default 4 in the plane, 6 in space. */
  connectivity?: Connectivity;
  /**
   * What a step away from the marker costs, in units of the elevation: regions become rounder (compact watershed, Neubert
   * and Protzel 2014). Default 0.
   */
  compactness?: number;
}

/**
 * The watershed of an elevation flooded from markers: every element gets the label of the marker whose water reaches it
 * first, the lowest elevation first and, on a plateau, from the nearest side (Meyer 1991). Equals
 * `skimage.segmentation.watershed`, also where regions tie.
 *
 * @param elevation finite values, row-major (last axis fastest): a gradient, or the negative distance to the outside
 * @param markers labels (integers) of the elements from which to flood, 0 elsewhere; those outside of the mask do not count
 * @param shape [height, width] or [depth, height, width]
 * @returns the labels of the regions; 0 where the mask is 0, and where no water comes
 * @throws RangeError for sizes that do not fit, elevations that are not finite, markers that are no integers of 32 bits, and a
 *   negative compactness
 */
export function watershed(
  elevation: ArrayLike<number>,
  markers: ArrayLike<number>,
  shape: readonly number[],
  { mask, connectivity, compactness = 0 }: WatershedOptions = {},
): Int32Array {
  const steps = stepsOf('watershed', shape, connectivity);
  requireInputs(elevation, markers, mask, shape);
  if (!(compactness >= 0 && compactness < Infinity)) {
    throw new RangeError(`watershed: got compactness ${compactness}; expected a finite number of at least 0`);
  }
  const basin = new Basin(elevation, markers, mask, shape, neighbourSteps(shape.length, steps));
  if (compactness > 0) floodCompact(basin, compactness);
  else flood(basin);
  return basin.cropped();
}

/** The grid with a frame outside of the mask, so that every element has all of its neighbours. */
class Basin {
  readonly levels: Float64Array;
  readonly labels: Int32Array;
  /** 1 where water may come. */
  readonly open: Uint8Array;
  /** From an element to its neighbours. */
  readonly neighbours: Int32Array;
  readonly strides: readonly number[];

  constructor(
    elevation: ArrayLike<number>,
    markers: ArrayLike<number>,
    mask: ArrayLike<number> | undefined,
    private readonly shape: readonly number[],
    steps: readonly number[][],
  ) {
    const framed = shape.map((size) => size + 2);
    this.strides = stridesOf(framed);
    this.neighbours = Int32Array.from(steps, (step) =>
      step.reduce((offset, along, axis) => offset + along * this.strides[axis], 0),
    );
    this.levels = new Float64Array(elementsOf(framed));
    this.labels = new Int32Array(this.levels.length);
    this.open = new Uint8Array(this.levels.length);
    this.eachRow((from, to, inside) => {
      for (let at = from; at < to; at++, inside++) {
        if (mask && !mask[at]) continue;
        this.levels[inside] = elevation[at];
        this.labels[inside] = markers[at];
        this.open[inside] = 1;
      }
    });
  }

  /** The labels without the frame. */
  cropped(): Int32Array {
    const labels = new Int32Array(elementsOf(this.shape));
    this.eachRow((from, to, inside) => labels.set(this.labels.subarray(inside, inside + to - from), from));
    return labels;
  }

  /** The markers' elements, all of one age. */
  queued(): FloodQueue {
    const queue = new FloodQueue();
    for (let index = 0; index < this.labels.length; index++) {
      if (this.labels[index] !== 0) queue.push(this.levels[index], 0, index, index);
    }
    return queue;
  }

  private eachRow(call: (from: number, to: number, inside: number) => void): void {
    const width = this.shape[this.shape.length - 1];
    const height = this.shape[this.shape.length - 2];
    const frame = this.strides.reduce((sum, stride) => sum + stride, 0);
    for (let from = 0, row = 0; from < elementsOf(this.shape); from += width, row++) {
      const slice = Math.floor(row / height);
      const inSlices = this.shape.length === 3 ? slice * this.strides[0] : 0;
      const inRows = (row - slice * height) * (width + 2);
      call(from, from + width, frame + inSlices + inRows);
    }
  }
}

/** An element gets its label as soon as a neighbour has one: no later way to it is lower. */
function flood(basin: Basin): void {
  const { levels, labels, open, neighbours } = basin;
  const queue = basin.queued();
  let age = 1;
  while (queue.size > 0) {
    queue.take();
    const { level, index } = queue;
    const label = labels[index];
    for (let side = 0; side < neighbours.length; side++) {
      const next = index + neighbours[side];
      if (open[next] === 0 || labels[next] !== 0) continue;
      labels[next] = label;
      queue.push(Math.max(levels[next], level), ++age, next, next);
    }
  }
}

/** An element gets its label when its turn comes: until then the way from another marker may turn out to cost less. */
function floodCompact(basin: Basin, compactness: number): void {
  const { levels, labels, open, neighbours, strides } = basin;
  const queue = basin.queued();
  let age = 1;
  while (queue.size > 0) {
    queue.take();
    const { level, index, source } = queue;
    if (labels[index] !== 0 && index !== source) continue;
    labels[index] = labels[source];
    for (let side = 0; side < neighbours.length; side++) {
      const next = index + neighbours[side];
      if (open[next] === 0 || labels[next] !== 0) continue;
      const cost = levels[next] + compactness * distance(next, source, strides);
      queue.push(Math.max(cost, level), ++age, next, source);
    }
  }
}

function distance(one: number, other: number, strides: readonly number[]): number {
  let squares = 0;
  for (const stride of strides) {
    const [a, b] = [Math.floor(one / stride), Math.floor(other / stride)];
    squares += (a - b) ** 2;
    one -= a * stride;
    other -= b * stride;
  }
  return Math.sqrt(squares);
}

function requireInputs(
  elevation: ArrayLike<number>,
  markers: ArrayLike<number>,
  mask: ArrayLike<number> | undefined,
  shape: readonly number[],
): void {
  requireGrid('watershed: elevation', elevation, shape);
  requireGrid('watershed: markers', markers, shape);
  if (mask) requireGrid('watershed: mask', mask, shape);
  for (let at = 0; at < elevation.length; at++) {
    if (mask && !mask[at]) continue;
    if (!Number.isFinite(elevation[at])) {
      throw new RangeError(
        `watershed: got elevation ${elevation[at]} at index ${at}; expected finite numbers`,
      );
    }
    if (markers[at] !== (markers[at] | 0)) {
      throw new RangeError(
        `watershed: got marker ${markers[at]} at index ${at}; expected integers of 32 bits, 0 where there is none`,
      );
    }
  }
}
