import type { Image } from '../../io/image';
import { tapBorder, type Border, type Order } from './borders';
import { axisOf, forLines, lineBuffer, loadLines } from './lines';
import { asFloats } from './samples';
import { pickSamples } from './separable';
import { filterBorder, filterSplines, SPLINE_GAIN, splinePadding } from './spline';

/** What is read at any positions: samples for order 1, spline coefficients for order 3. */
export interface Source {
  data: Float32Array;
  /** Of the data, which `padding` continues on each side. */
  shape: readonly number[];
  channels: number;
  padding: number;
  /** How positions outside of the data are folded. */
  border: Border;
  /** Where the samples around a position come from. */
  around: Border;
  fill: number;
}

/** An image made ready for reading at any positions; computed once for all of them. */
export function sourceOf(image: Image, order: Order, border: Border, fill: number): Source {
  const gridConstant = border === 'grid-constant';
  const padding = order === 3 ? splinePadding(border) : gridConstant ? 1 : 0;
  const within = gridConstant ? 'constant' : border;
  let data = asFloats(image.data);
  const shape = image.shape.map((size) => size + 2 * padding);
  if (padding > 0) {
    const indices = image.shape.map((size) =>
      Int32Array.from({ length: size + 2 * padding }, (_, index) => {
        const at = index - padding;
        if (at >= 0 && at < size) return at;
        return gridConstant ? -1 : Math.min(Math.max(at, 0), size - 1);
      }),
    );
    data = pickSamples(data, image.shape, image.channels, indices, fill);
  }
  if (order === 3) {
    if (data === image.data) data = data.slice();
    filterAll(data, shape, image.channels, border);
  }
  return { data, shape, channels: image.channels, padding, border: within, around: tapBorder(within), fill };
}

/** Turns samples into cubic B-spline coefficients in place, axis by axis. */
function filterAll(data: Float32Array, shape: readonly number[], channels: number, border: Border): void {
  const around = filterBorder(border);
  const lines = lineBuffer(Math.max(...shape));
  shape.forEach((size, index) => {
    if (size === 1) return;
    const axis = axisOf(shape, channels, index);
    const { stride } = axis;
    forLines(axis, (outer, inner, lanes, across) => {
      const start = outer * size * stride + inner;
      const laneStep = across ? size * stride : 1;
      loadLines(data, start, stride, laneStep, size, lanes, lines, 0, SPLINE_GAIN);
      filterSplines(lines, size, lanes, around);
      for (let sample = 0, at = 0; sample < size; sample++) {
        let to = start + sample * stride;
        for (let lane = 0; lane < lanes; lane++, to += laneStep) data[to] = lines[at++];
      }
    });
  });
}
