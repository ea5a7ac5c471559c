import { requireSameLength, Values } from './confusion';
import { requireIgnoreIndex } from './confusion-matrix';

/** The instances of one label map, by ascending label; 0 is background and none of them. */
export interface Instances {
  labels: number[];
  /** Pixels of each instance, without those where the truth is to be ignored. */
  areas: Float64Array;
}

/** Which true instance shares how many pixels with which predicted one. */
export interface InstanceOverlap {
  truth: Instances;
  prediction: Instances & {
    /** Pixels of each instance where the truth is to be ignored. */
    ignoredAreas: Float64Array;
  };
  /** The pairs that share pixels, by ascending true, then predicted index; entry k of all four arrays is one pair. */
  pairs: {
    /** Index into truth.labels. */
    truth: Int32Array;
    /** Index into prediction.labels. */
    prediction: Int32Array;
    area: Float64Array;
    /** Shared pixels / pixels of either. */
    iou: Float64Array;
  };
}

export interface InstanceOptions {
  /**
   * True label of pixels that are left out (void). A prediction more than half of which lies there is no false positive
   * (Kirillov et al. 2019).
   */
  ignoreIndex?: number;
}

/**
 * The joint histogram of two instance maps, in one scan: labels are any non-negative integers, in any order and with
 * gaps, 0 the background.
 *
 * @throws RangeError for different lengths and labels that are not non-negative integers
 */
export function instanceOverlap(
  owner: string,
  prediction: Values,
  truth: Values,
  { ignoreIndex }: InstanceOptions = {},
): InstanceOverlap {
  requireSameLength(owner, prediction, truth, 'labels');
  requireIgnoreIndex(owner, ignoreIndex);
  const truths = new LabelNumbers(owner, 'true');
  const predictions = new LabelNumbers(owner, 'predicted');
  // pixels by pair of numbers, one row a true label: numbers are handed out by first appearance
  const rows: Map<number, number>[] = [];
  const ignored = new Map<number, number>();
  for (let start = 0, end = 0; start < truth.length; start = end) {
    // neighbours mostly carry the same labels: one look into the maps serves the whole run
    const [trueLabel, predictedLabel] = [truth[start], prediction[start]];
    do end++;
    while (end < truth.length && truth[end] === trueLabel && prediction[end] === predictedLabel);
    const column = predictions.of(predictedLabel, start);
    const row = trueLabel === ignoreIndex ? ignored : (rows[truths.of(trueLabel, start)] ??= new Map());
    row.set(column, (row.get(column) ?? 0) + end - start);
  }
  return sortedOverlap(truths.all, predictions.all, rows, ignored);
}

/** Numbers labels 0, 1, 2 … in order of appearance. */
class LabelNumbers {
  readonly all: number[] = [];
  private readonly numbers = new Map<number, number>();

  constructor(
    private readonly owner: string,
    private readonly side: string,
  ) {}

  of(label: number, pixel: number): number {
    const known = this.numbers.get(label);
    if (known !== undefined) return known;
    if (!Number.isSafeInteger(label) || label < 0) {
      throw new RangeError(
        `${this.owner}: got ${this.side} label ${label} at pixel ${pixel}; expected non-negative integers, 0 for background`,
      );
    }
    this.numbers.set(label, this.all.length);
    this.all.push(label);
    return this.all.length - 1;
  }
}

function sortedOverlap(
  trueLabels: readonly number[],
  predictedLabels: readonly number[],
  rows: readonly Map<number, number>[],
  ignored: ReadonlyMap<number, number>,
): InstanceOverlap {
  const truth = ascending(trueLabels);
  const prediction = ascending(predictedLabels);
  const trueAreas = new Float64Array(truth.labels.length);
  const predictedAreas = new Float64Array(prediction.labels.length);
  const ignoredAreas = new Float64Array(prediction.labels.length);
  for (const [number, area] of ignored) {
    if (prediction.rank[number] >= 0) ignoredAreas[prediction.rank[number]] += area;
  }
  const pairs: { t: number; p: number; area: number }[] = [];
  rows.forEach((row, number) => {
    const t = truth.rank[number];
    for (const [column, area] of row) {
      const p = prediction.rank[column];
      if (t >= 0) trueAreas[t] += area;
      if (p >= 0) predictedAreas[p] += area;
      if (t >= 0 && p >= 0) pairs.push({ t, p, area });
    }
  });
  pairs.sort((a, b) => a.t - b.t || a.p - b.p);
  return {
    truth: { labels: truth.labels, areas: trueAreas },
    prediction: { labels: prediction.labels, areas: predictedAreas, ignoredAreas },
    pairs: {
      truth: Int32Array.from(pairs, ({ t }) => t),
      prediction: Int32Array.from(pairs, ({ p }) => p),
      area: Float64Array.from(pairs, ({ area }) => area),
      iou: Float64Array.from(pairs, ({ t, p, area }) => area / (trueAreas[t] + predictedAreas[p] - area)),
    },
  };
}

/** The labels but 0 in ascending order, and the place there of each label as it was numbered (−1 for 0). */
function ascending(numbered: readonly number[]): { labels: number[]; rank: Int32Array } {
  const order = Array.from(numbered, (_, number) => number)
    .filter((number) => numbered[number] !== 0)
    .sort((a, b) => numbered[a] - numbered[b]);
  const rank = new Int32Array(numbered.length).fill(-1);
  order.forEach((number, place) => (rank[number] = place));
  return { labels: order.map((number) => numbered[number]), rank };
}
