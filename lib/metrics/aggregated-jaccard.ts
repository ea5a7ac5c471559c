import { maximumWeightMatching } from './bipartite-matching';
import { Values } from './confusion';
import { InstanceOverlap, instanceOverlap } from './instance-overlap';

/**
 * Aggregated Jaccard index AJI (Kumar et al. 2017, algorithm 1), in [0, 1]: Σ |Gᵢ ∩ P_j(i)| / (Σ |Gᵢ ∪ P_j(i)| + Σ |Pₖ|)
 * with j(i) the prediction of largest IoU with the true instance Gᵢ (the smaller label of equals) and Pₖ those that are
 * nobody's best. A true instance that nothing overlaps adds its pixels to the denominator.
 *
 * One prediction may serve several true instances, and is then punished several times: AJI+ mends that. NaN where there
 * is no instance on either side.
 *
 * @param prediction label of each pixel, 0 for background; any non-negative integers
 * @param truth labels of the same pixels
 * @throws RangeError for different lengths and labels that are not non-negative integers
 */
export function aggregatedJaccard(prediction: Values, truth: Values): number {
  const overlap = instanceOverlap('aggregatedJaccard', prediction, truth);
  const { pairs } = overlap;
  const best: number[] = [];
  for (let pair = 0; pair < pairs.truth.length; pair++) {
    const last = best[best.length - 1];
    if (last === undefined || pairs.truth[last] !== pairs.truth[pair]) best.push(pair);
    else if (pairs.iou[pair] > pairs.iou[last]) best[best.length - 1] = pair;
  }
  return jaccardOf(overlap, best);
}

/**
 * AJI+ (Graham et al. 2019, HoVer-Net), in [0, 1]: as AJI, but prediction and truth are matched one to one with the
 * largest sum of IoU, and what finds no partner adds its pixels to the denominator.
 *
 * @throws RangeError for different lengths and labels that are not non-negative integers
 */
export function aggregatedJaccardPlus(prediction: Values, truth: Values): number {
  const overlap = instanceOverlap('aggregatedJaccardPlus', prediction, truth);
  const { truth: row, prediction: column, iou: weight } = overlap.pairs;
  return jaccardOf(overlap, maximumWeightMatching({ row, column, weight }));
}

/** Shared pixels of the chosen pairs / pixels of either, and of every instance in no pair. */
function jaccardOf({ truth, prediction, pairs }: InstanceOverlap, chosen: readonly number[]): number {
  const found = new Uint8Array(truth.areas.length);
  const used = new Uint8Array(prediction.areas.length);
  let shared = 0;
  let all = 0;
  for (const pair of chosen) {
    const [t, p] = [pairs.truth[pair], pairs.prediction[pair]];
    shared += pairs.area[pair];
    all += truth.areas[t] + prediction.areas[p] - pairs.area[pair];
    found[t] = 1;
    used[p] = 1;
  }
  truth.areas.forEach((area, index) => (all += found[index] ? 0 : area));
  prediction.areas.forEach((area, index) => (all += used[index] ? 0 : area));
  return shared / all;
}
