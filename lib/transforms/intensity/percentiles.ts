import type { Floats } from './planes';
import { extentOf } from './statistics';

/** Up to so many values, sorting is faster than counting. */
const SORTED = 4096;
/** Few enough that their counts stay in the cache nearest to the processor. */
const BINS = 4096;

/**
 * Percentiles with linear interpolation, equal to `numpy.percentile` to the last bit: of n values in order, percentile p
 * lies at (n − 1) · p / 100.
 *
 * Values are counted in bins and only those of the bins that are asked for are looked at again: time grows with their
 * number, not with n · log n.
 *
 * @param parts the values, together; finite, at least one
 * @param wanted each from 0 to 100
 */
export function percentilesOf(parts: readonly Floats[], wanted: readonly number[]): number[] {
  const last = parts.reduce((sum, { length }) => sum + length, 0) - 1;
  const places = wanted.map((percentile) => last * (percentile / 100));
  const ranks = new Set(
    places.flatMap((place) => [Math.floor(place), Math.min(Math.floor(place) + 1, last)]),
  );
  const found = select(
    parts,
    [...ranks].sort((a, b) => a - b),
  );
  // NumPy subtracts neighbours in the type of the array.
  const single = parts.every((part) => part instanceof Float32Array);
  return places.map((place) => {
    const rank = Math.floor(place);
    const [below, above] = [found.get(rank)!, found.get(Math.min(rank + 1, last))!];
    const step = single ? Math.fround(above - below) : above - below;
    const share = place - rank;
    return share >= 0.5 ? above - step * (1 - share) : below + step * share;
  });
}

/** The values at places `ranks` (ascending) of the sorted values. */
function select(parts: readonly Floats[], ranks: readonly number[]): Map<number, number> {
  const count = parts.reduce((sum, { length }) => sum + length, 0);
  if (count <= SORTED) return selectSorted(parts, count, ranks);
  const [low, high] = extentOf(parts);
  const scale = (BINS - 1) / (high - low);
  // A range that is nothing, or too small or large to be divided.
  if (low === high) return new Map(ranks.map((rank) => [rank, low]));
  if (!Number.isFinite(scale) || scale === 0) return selectSorted(parts, count, ranks);
  const counts = new Uint32Array(BINS);
  for (const values of parts) {
    for (let index = 0; index < values.length; index++) counts[((values[index] - low) * scale) | 0]++;
  }
  const bins = binsOf(counts, ranks);
  const members = gather(parts, low, scale, bins, counts);
  return new Map(
    bins.flatMap(({ before, ranks }, index) =>
      [...select([members[index]], ranks)].map(([rank, value]): [number, number] => [rank + before, value]),
    ),
  );
}

function selectSorted(
  parts: readonly Floats[],
  count: number,
  ranks: readonly number[],
): Map<number, number> {
  const sorted = new Float64Array(count);
  let start = 0;
  for (const values of parts) {
    sorted.set(values, start);
    start += values.length;
  }
  sorted.sort();
  return new Map(ranks.map((rank) => [rank, sorted[rank]]));
}

/** A bin that holds some of the ranks. */
interface WantedBin {
  bin: number;
  /** Number of values in the bins before it. */
  before: number;
  /** Counted from there. */
  ranks: number[];
}

function binsOf(counts: Uint32Array, ranks: readonly number[]): WantedBin[] {
  const bins: WantedBin[] = [];
  let bin = 0;
  let before = 0;
  for (const rank of ranks) {
    while (before + counts[bin] <= rank) before += counts[bin++];
    const current = bins.at(-1);
    if (current?.bin === bin) current.ranks.push(rank - before);
    else bins.push({ bin, before, ranks: [rank - before] });
  }
  return bins;
}

/** The values in each of the bins. */
function gather(
  parts: readonly Floats[],
  low: number,
  scale: number,
  bins: readonly WantedBin[],
  counts: Uint32Array,
): Float64Array[] {
  const members = bins.map(({ bin }) => new Float64Array(counts[bin]));
  const ends = bins.map(() => 0);
  // 1 + the place among the wanted bins.
  const places = new Uint16Array(BINS);
  bins.forEach(({ bin }, index) => (places[bin] = index + 1));
  for (const values of parts) {
    for (let index = 0; index < values.length; index++) {
      const place = places[((values[index] - low) * scale) | 0];
      if (place > 0) members[place - 1][ends[place - 1]++] = values[index];
    }
  }
  return members;
}
