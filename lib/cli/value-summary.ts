import type { Samples } from '../io/image';

/** The numbers of an image in short. Not finite ones are counted and otherwise left out. */
export interface ValueSummary {
  minimum: number;
  maximum: number;
  mean: number;
  notFinite: number;
  /** Counts in equal steps from minimum to maximum. */
  histogram: number[];
  /** Samples of each label, where the image is a mask. */
  labels?: { value: number; count: number }[];
}

/** A part of an image: rows of `width` samples of one channel, or of several side by side. */
export interface Part {
  data: Samples;
  width: number;
  channels: number;
}

export const BINS = 48;
/** More different values than this are no labels. */
const MOST_LABELS = 1024;
/** So few are labels wherever they lie. */
const FEW_LABELS = 8;
/** Labels lie in regions: so many of the neighbours in a row, background aside, have the same one. */
const SAME_NEIGHBOURS = 0.6;

/**
 * Range, mean, histogram and, where the image looks like a mask, the counts of its labels: integers, few of them, or
 * fewer than a thousand that lie in regions.
 *
 * @param parts gives the image's parts anew each time: it is walked over once, or twice where values are too many to count
 */
export async function summarise(
  parts: () => Iterable<Part> | AsyncIterable<Part>,
): Promise<ValueSummary | undefined> {
  const scan = new Scan();
  for await (const part of parts()) scan.add(part);
  const { minimum, maximum, count, sum, notFinite } = scan;
  if (count === 0) return undefined;
  const histogram = new Array<number>(BINS).fill(0);
  const scale = maximum > minimum ? BINS / (maximum - minimum) : 0;
  const add = (value: number, times: number) => {
    histogram[Math.min(BINS - 1, Math.floor((value - minimum) * scale))] += times;
  };
  if (scan.counts) {
    for (const [value, times] of scan.counts) add(value, times);
  } else {
    for await (const { data } of parts()) {
      for (let at = 0; at < data.length; at++) if (Number.isFinite(data[at])) add(data[at], 1);
    }
  }
  const labels = scan.labels();
  return { minimum, maximum, mean: sum / count, notFinite, histogram, ...(labels ? { labels } : {}) };
}

class Scan {
  minimum = Infinity;
  maximum = -Infinity;
  count = 0;
  sum = 0;
  notFinite = 0;
  /** Of each value, until there are too many. */
  counts: Map<number, number> | undefined = new Map();
  #integers = true;
  #channels = 1;
  #pairs = 0;
  #samePairs = 0;

  add({ data, width, channels }: Part): void {
    this.#channels = Math.max(this.#channels, channels);
    let previous = NaN;
    let run = 0;
    for (let at = 0; at < data.length; at++) {
      const value = data[at];
      if (at % (width * channels) === 0) {
        this.#tally(previous, run);
        [previous, run] = [value, 1];
      } else {
        if (value !== 0 || previous !== 0) {
          this.#pairs++;
          if (value === previous) this.#samePairs++;
        }
        if (value === previous) run++;
        else {
          this.#tally(previous, run);
          [previous, run] = [value, 1];
        }
      }
    }
    this.#tally(previous, run);
  }

  labels(): { value: number; count: number }[] | undefined {
    const { counts } = this;
    if (!counts || !this.#integers || this.#channels !== 1 || this.notFinite > 0) return undefined;
    const regions = this.#samePairs >= SAME_NEIGHBOURS * this.#pairs;
    if (counts.size > FEW_LABELS && !(regions && counts.size <= MOST_LABELS)) return undefined;
    return [...counts].sort(([a], [b]) => a - b).map(([value, count]) => ({ value, count }));
  }

  /** A value that came `times` times in a row. */
  #tally(value: number, times: number): void {
    if (times === 0) return;
    if (!Number.isFinite(value)) {
      this.notFinite += times;
      return;
    }
    this.count += times;
    this.sum += value * times;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
    if (!Number.isInteger(value)) this.#integers = false;
    if (!this.counts) return;
    this.counts.set(value, (this.counts.get(value) ?? 0) + times);
    if (this.counts.size > MOST_COUNTED) this.counts = undefined;
  }
}

/** All that 16 bits hold; then a histogram needs no second look. */
const MOST_COUNTED = 2 ** 16;
