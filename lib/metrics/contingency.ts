/** How the pixels of true regions fall into proposed ones. */
export interface Contingency {
  pixels: number;
  /** Pixels of each pair of a true and a proposed region that share any. */
  joint: number[];
  /** Pixels of each true region. */
  truth: number[];
  /** Pixels of each proposed region. */
  proposal: number[];
}

export interface ContingencyOptions {
  /** What 0 in the truth is: left out, or a region like others. */
  truthZero: 'ignored' | 'region';
  /** What 0 in the proposal is: border, of which each pixel is a region of its own, or one region like others. */
  proposalZero: 'pixels' | 'region';
}

/**
 * Counts the pixels that each true region shares with each proposed one.
 *
 * @throws RangeError for different lengths, and where no pixel is left
 */
export function contingency(
  owner: string,
  truth: ArrayLike<number>,
  proposal: ArrayLike<number>,
  { truthZero, proposalZero }: ContingencyOptions,
): Contingency {
  if (truth.length !== proposal.length) {
    throw new RangeError(
      `${owner}: got ${truth.length} true and ${proposal.length} proposed labels; expected as many of each`,
    );
  }
  const joint = new Map<number, Map<number, number>>();
  let pixels = 0;
  let border = 0;
  for (let index = 0; index < truth.length; index++) {
    if (truth[index] === 0 && truthZero === 'ignored') continue;
    pixels++;
    const row = joint.get(truth[index]) ?? new Map<number, number>();
    row.set(proposal[index], (row.get(proposal[index]) ?? 0) + 1);
    joint.set(truth[index], row);
    if (proposal[index] === 0 && proposalZero === 'pixels') border++;
  }
  if (pixels === 0) {
    throw new RangeError(
      truthZero === 'ignored'
        ? `${owner}: got a truth without any region; expected at least one pixel above 0`
        : `${owner}: got no pixels; expected at least one`,
    );
  }

  const alone = new Array<number>(border).fill(1);
  const proposed = new Map<number, number>();
  const counts: Contingency = { pixels, joint: [...alone], truth: [], proposal: [] };
  for (const row of joint.values()) {
    let total = 0;
    for (const [label, count] of row) {
      total += count;
      if (label === 0 && proposalZero === 'pixels') continue;
      counts.joint.push(count);
      proposed.set(label, (proposed.get(label) ?? 0) + count);
    }
    counts.truth.push(total);
  }
  counts.proposal = [...proposed.values(), ...alone];
  return counts;
}

/** Entropy −Σ p·log₂ p of the shares p that counts have of all pixels, in bits. */
export function entropyOf(counts: readonly number[], pixels: number): number {
  return counts.reduce((sum, count) => sum - (count / pixels) * Math.log2(count / pixels), 0);
}

/** Σ n² of counts: ordered pairs of pixels, a pixel with itself included, that are in one region. */
export function squaresOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count * count, 0);
}
