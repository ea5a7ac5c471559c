import { readCubic2, readCubic3 } from './read-cubic';
import { readLinear2, readLinear3 } from './read-linear';
import type { Source } from './source';
import { sumTaps, tapsOf } from './taps';

/**
 * Reads a source at `count` positions.
 *
 * @param positions one array an axis; positions in samples
 * @param target all channels of each position, from `at` on
 */
export type ReadRow = (
  positions: readonly Float64Array[],
  count: number,
  target: Float32Array,
  at: number,
) => void;

/** Reads the value at position `index` near or beyond the border, to `at` and on. */
export type ReadEdge = (
  positions: readonly Float64Array[],
  index: number,
  target: Float32Array,
  at: number,
) => void;

const READERS = {
  1: { 2: readLinear2, 3: readLinear3 },
  3: { 2: readCubic2, 3: readCubic3 },
};

/** What reads a source by linear interpolation (order 1) or cubic splines (order 3), in two or three dimensions. */
export function rowReader(source: Source, order: 1 | 3): ReadRow {
  const { data, channels, fill, shape } = source;
  const taps = tapsOf(source, order === 3 ? 4 : 2);
  const readEdge: ReadEdge = (positions, index, target, at) => {
    const inside = taps.every((axis, number) => axis.at(positions[number][index]));
    for (let channel = 0; channel < channels; channel++) {
      target[at + channel] = inside ? sumTaps(data, channel, taps) : fill;
    }
  };
  const read = READERS[order][shape.length as 2 | 3];
  return (positions, count, target, at) => read(source, positions, count, target, at, readEdge);
}
