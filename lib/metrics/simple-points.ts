/** The eight neighbours in order around a pixel, as (row, column) steps; even ones share an edge with it. */
export const RING = [
  [-1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
  [1, 0],
  [1, -1],
  [0, -1],
  [-1, -1],
] as const;

/**
 * By how much the Euler number of the foreground (objects − holes) grows when the pixel between these neighbours joins
 * it: 1 − the 4-connected runs of foreground around the pixel that touch its edges, and 1 where the ring is full.
 * 0 exactly for simple points, whose flip changes neither the objects nor the holes (Bertrand and Malandain 1994: both
 * topological numbers are 1).
 *
 * Indexed by the neighbours' code: bit i is set where neighbour i of `RING` is foreground. For a foreground of
 * connectivity 4 and a background of 8. The other case is that of the inverted ring: joining the one is leaving the
 * other, and what are objects of the one are holes of the other.
 */
export const EULER_CHANGES = Int8Array.from({ length: 256 }, (_, code) => {
  const isSet = (at: number) => (code & (1 << (at % 8))) !== 0;
  if (code === 255) return 1;
  let runs = 0;
  for (let at = 0; at < 8; at++) {
    if (isSet(at + 7) || !isSet(at)) continue;
    let touches = false;
    for (let next = at; isSet(next); next++) touches ||= next % 2 === 0;
    if (touches) runs++;
  }
  return 1 - runs;
});
