import { connectedComponents } from './components';
import { Values } from './confusion';
import { contingency, entropyOf, squaresOf } from './contingency';
import { watershedLines } from './watershed-lines';

/** The two scores of the ISBI 2012 challenge, each in [0, 1], 1 for a perfect segmentation. */
export interface SegmentationScores {
  vRand: number;
  vInfo: number;
}

/**
 * V_rand and V_info of Arganda-Carreras et al. (2015), "Crowdsourcing the creation of image segmentation algorithms
 * for connectomics", eqs. 1–4 with α = ½, restricted to the true foreground.
 *
 * With pᵢⱼ the share of foreground pixels in true region i and proposed region j, sⱼ = Σᵢ pᵢⱼ and tᵢ = Σⱼ pᵢⱼ:
 * V_rand = 2·Σ pᵢⱼ² / (Σ sⱼ² + Σ tᵢ²) and V_info = 2·I(S; T) / (H(S) + H(T)).
 * Foreground pixels that the proposal leaves as border (0) count as regions of one pixel each.
 *
 * @param truth region numbers; 0 is background and left out
 * @param proposal region numbers of the same pixels; 0 is border
 * @throws RangeError for different lengths or a truth without foreground
 */
export function regionScores(truth: ArrayLike<number>, proposal: ArrayLike<number>): SegmentationScores {
  const counts = contingency('regionScores', truth, proposal, {
    truthZero: 'ignored',
    proposalZero: 'pixels',
  });
  const entropy = (side: readonly number[]) => entropyOf(side, counts.pixels);
  const entropies = entropy(counts.truth) + entropy(counts.proposal);
  return {
    vRand: (2 * squaresOf(counts.joint)) / (squaresOf(counts.truth) + squaresOf(counts.proposal)),
    vInfo: entropies === 0 ? 1 : (2 * (entropies - entropy(counts.joint))) / entropies,
  };
}

/** Best score over the thresholds, and the threshold that gave it. */
export interface BestScores extends SegmentationScores {
  vRandThreshold: number;
  vInfoThreshold: number;
}

const THRESHOLDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/**
 * Scores membrane probabilities as the ISBI 2012 challenge does: at each threshold the borders are thinned to one
 * pixel, V_rand and V_info are averaged over the images, and the best threshold of each counts.
 *
 * @param images membrane probability in [0, 1] and truth (membrane 1, cell 0) of each image, rows of `width` pixels
 * @throws RangeError for no images, different lengths, rows that do not fit, or a truth without cells
 */
export function membraneScores(
  images: readonly { probability: Values; truth: Values }[],
  width: number,
  thresholds: readonly number[] = THRESHOLDS,
): BestScores {
  if (images.length === 0 || thresholds.length === 0) {
    throw new RangeError(
      `membraneScores: got ${images.length} images and ${thresholds.length} thresholds; expected at least 1 of each`,
    );
  }
  const truths = images.map(({ truth }) => connectedComponents(cells(truth, 0.5), width).labels);
  const best: BestScores = {
    vRand: 0,
    vInfo: 0,
    vRandThreshold: thresholds[0],
    vInfoThreshold: thresholds[0],
  };
  for (const threshold of thresholds) {
    let vRand = 0;
    let vInfo = 0;
    images.forEach(({ probability }, index) => {
      const scores = regionScores(truths[index], watershedLines(cells(probability, threshold), width));
      vRand += scores.vRand / images.length;
      vInfo += scores.vInfo / images.length;
    });
    if (vRand > best.vRand) Object.assign(best, { vRand, vRandThreshold: threshold });
    if (vInfo > best.vInfo) Object.assign(best, { vInfo, vInfoThreshold: threshold });
  }
  return best;
}

/** 1 where the pixel is inside a cell: less than `threshold` membrane. */
function cells(membrane: Values, threshold: number): Uint8Array {
  return Uint8Array.from({ length: membrane.length }, (_, index) => (membrane[index] < threshold ? 1 : 0));
}
