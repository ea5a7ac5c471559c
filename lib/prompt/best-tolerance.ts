import { contrast, UNREACHED, type GrownRegions } from './grow-regions';

export interface Tolerance {
  /** The object is what cost at most this much. */
  tolerance: number;
  /** Area with a smaller tolerance ÷ area with a larger one, 0…1. */
  stability: number;
  /** Mean difference across the object's border, in grey values. */
  contrast: number;
}

/** Grey values by which the tolerance is moved to see whether the area stays. */
const MOVE = 4;
/** A smaller object is noise about the click. */
const LEAST_AREA = 12;
/** A larger one is the background. */
const MOST_OF_IMAGE = 0.5;

/**
 * The tolerance at which the object's border has the greatest mean contrast. All 256 are tried at once: an edge between two
 * pixels is on the border from the cost of the one to the cost of the other.
 *
 * @param image 0…255
 */
export function bestTolerance(
  image: Float32Array,
  [height, width]: readonly number[],
  channels: number,
  { costs, positive }: GrownRegions,
): Tolerance {
  const areas = new Float64Array(UNREACHED + 1);
  const sums = new Float64Array(UNREACHED + 1);
  const lengths = new Float64Array(UNREACHED + 1);
  const own = new Uint16Array(costs.length);
  for (let at = 0; at < own.length; at++) areas[(own[at] = positive[at] ? costs[at] : UNREACHED)]++;
  const addEdge = (one: number, other: number) => {
    if (own[one] === own[other]) return;
    const from = Math.min(own[one], own[other]);
    const to = Math.max(own[one], own[other]);
    const step = contrast(image, channels, one, other);
    sums[from] += step;
    sums[to] -= step;
    lengths[from]++;
    lengths[to]--;
  };
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (column < width - 1) addEdge(at, at + 1);
      if (row < height - 1) addEdge(at, at + width);
    }
  }
  for (const values of [areas, sums, lengths]) for (let t = 1; t < UNREACHED; t++) values[t] += values[t - 1];
  let tolerance = 0;
  let best = -1;
  for (let t = 0; t < UNREACHED; t++) {
    const small = areas[t] < LEAST_AREA && t < UNREACHED - 1;
    if (small || (areas[t] > MOST_OF_IMAGE * costs.length && best >= 0)) continue;
    const mean = lengths[t] > 0 ? sums[t] / lengths[t] : 0;
    if (mean <= best) continue;
    best = mean;
    tolerance = t;
  }
  const stability = areas[Math.max(tolerance - MOVE, 0)] / areas[Math.min(tolerance + MOVE, UNREACHED - 1)];
  return { tolerance, stability, contrast: best };
}
