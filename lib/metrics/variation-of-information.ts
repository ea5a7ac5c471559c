import { contingency, entropyOf } from './contingency';

/** The two parts of the variation of information, in bits. */
export interface VariationOfInformation {
  /** H(S | T), what the proposal says beyond the truth: high where it splits regions. */
  splits: number;
  /** H(T | S), what the proposal leaves out: high where it merges regions. */
  merges: number;
}

/**
 * Variation of information between a truth T and a proposal S (Meilă 2007), whose sum H(S | T) + H(T | S) is 0 for the
 * same regions; as in scikit-image's `variation_of_information`. Every label is a region, 0 too.
 *
 * @param truth region numbers
 * @param proposal region numbers of the same pixels
 * @throws RangeError for different lengths or no pixels
 */
export function variationOfInformation(
  truth: ArrayLike<number>,
  proposal: ArrayLike<number>,
): VariationOfInformation {
  const counts = contingency('variationOfInformation', truth, proposal, {
    truthZero: 'region',
    proposalZero: 'region',
  });
  const both = entropyOf(counts.joint, counts.pixels);
  // A difference of equal entropies may round to below 0.
  const beyond = (side: readonly number[]) => Math.max(0, both - entropyOf(side, counts.pixels));
  return { splits: beyond(counts.truth), merges: beyond(counts.proposal) };
}
