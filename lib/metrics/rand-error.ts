import { Contingency, contingency, squaresOf } from './contingency';

/** Errors of a proposed segmentation over pairs of pixels. */
export interface AdaptedRand {
  /** 1 − F, in [0, 1]. */
  error: number;
  /** Of the pairs that the proposal joins, the share that the truth joins: low where it merges regions. */
  precision: number;
  /** Of the pairs that the truth joins, the share that the proposal joins: low where it splits regions. */
  recall: number;
}

export interface AdaptedRandOptions {
  /** Weight of precision in F, in [0, 1]; default ½. */
  alpha?: number;
}

/**
 * Rand error: the share of all pairs of pixels on which truth and proposal disagree, one joining what the other one
 * separates; 1 − the Rand index (Rand 1971). Every label is a region here, 0 too.
 *
 * @returns in [0, 1]; 0 for a single pixel, which has no pairs
 * @throws RangeError for different lengths or no pixels
 */
export function randError(truth: ArrayLike<number>, proposal: ArrayLike<number>): number {
  const counts = contingency('randError', truth, proposal, { truthZero: 'region', proposalZero: 'region' });
  const pairs = pairsOf(counts);
  const all = counts.pixels * (counts.pixels - 1);
  return all === 0 ? 0 : (pairs.truth + pairs.proposal - 2 * pairs.joint) / all;
}

/**
 * Adapted Rand error of the SNEMI3D challenge, as in scikit-image's `adapted_rand_error`: 1 − F with
 * F = Σ pairs joined by both / (α·Σ pairs joined by the proposal + (1 − α)·Σ pairs joined by the truth), over pairs of
 * different pixels of the true foreground.
 *
 * 1 − `vRand` of `regionScores` differs in two ways, as ISBI 2012 defines it: it counts a pixel as a pair with itself,
 * and takes 0 in the proposal for border, of which each pixel is a region, while here 0 is one region.
 *
 * Precision, recall and α are those of Arganda-Carreras et al. (2015); scikit-image 0.26 documents them so, but returns
 * precision and recall, and applies α, the other way round.
 *
 * @param truth region numbers; 0 is background and left out
 * @param proposal region numbers of the same pixels
 * @returns NaN where neither joins any pair; precision or recall are NaN where the one they divide by joins none
 * @throws RangeError for different lengths, a truth without foreground, an alpha outside [0, 1]
 */
export function adaptedRandError(
  truth: ArrayLike<number>,
  proposal: ArrayLike<number>,
  { alpha = 0.5 }: AdaptedRandOptions = {},
): AdaptedRand {
  if (!(alpha >= 0 && alpha <= 1)) {
    throw new RangeError(`adaptedRandError: got alpha ${alpha}; expected a weight in [0, 1]`);
  }
  const pairs = pairsOf(
    contingency('adaptedRandError', truth, proposal, { truthZero: 'ignored', proposalZero: 'region' }),
  );
  return {
    error: 1 - pairs.joint / (alpha * pairs.proposal + (1 - alpha) * pairs.truth),
    precision: pairs.joint / pairs.proposal,
    recall: pairs.joint / pairs.truth,
  };
}

/** Ordered pairs of different pixels in one region, by each of the counts. */
function pairsOf({ joint, truth, proposal, pixels }: Contingency) {
  const pairs = (counts: readonly number[]) => squaresOf(counts) - pixels;
  return { joint: pairs(joint), truth: pairs(truth), proposal: pairs(proposal) };
}
