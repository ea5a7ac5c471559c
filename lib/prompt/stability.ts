/**
 * Segment-anything's stability score, an estimate of a mask's quality: the IoU of the masks above and below by `offset`,
 * |logits > threshold + offset| / |logits > threshold − offset|; 0 where both are empty.
 */
export function stabilityScore(logits: ArrayLike<number>, threshold = 0, offset = 1): number {
  let smaller = 0;
  let larger = 0;
  for (let at = 0; at < logits.length; at++) {
    if (logits[at] > threshold + offset) smaller++;
    if (logits[at] > threshold - offset) larger++;
  }
  return larger === 0 ? 0 : smaller / larger;
}
