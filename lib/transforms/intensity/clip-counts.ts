/**
 * Clips a histogram in place and spreads what was above over the bins: the same number to each, then what is left one by
 * one over the bins that still have room, from the first on with steps that widen as less is left. Equal to the
 * `clip_histogram` of `skimage.exposure` (Zuiderveld 1994, "Contrast limited adaptive histogram equalization").
 */
export function clipCounts(counts: Int32Array, limit: number): void {
  const size = counts.length;
  let excess = 0;
  for (let bin = 0; bin < size; bin++) {
    if (counts[bin] > limit) {
      excess += counts[bin] - limit;
      counts[bin] = limit;
    }
  }
  const share = Math.floor(excess / size);
  const upper = limit - share;
  let room = 0;
  for (let bin = 0; bin < size; bin++) {
    const before = counts[bin];
    const after = before < upper ? before + share : limit;
    // scikit-image fills up what the share has brought near to the limit, too.
    counts[bin] = after < upper ? after : limit;
    excess -= counts[bin] - before;
    if (counts[bin] < limit) room++;
  }
  while (excess > 0 && room > 0) {
    for (let first = 0; first < size && excess > 0; first++) {
      const step = Math.max(1, Math.floor(room / excess));
      for (let bin = first; bin < size; bin += step) {
        if (counts[bin] >= limit) continue;
        counts[bin]++;
        excess--;
        if (counts[bin] === limit) room--;
      }
    }
  }
}
