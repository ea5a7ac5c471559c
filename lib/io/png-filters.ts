/**
 * Undoes PNG's filters of one pass in place: each row is a filter byte, then bytes that were stored as differences from
 * the pixel to the left (a), above (b), their mean, or the one of a, b and the corner c that is nearest to a + b − c.
 *
 * Source: PNG specification (third edition), section 9.
 *
 * @param step bytes from a pixel to the next, at least 1
 * @returns the first row whose filter is none of the five; undefined where all is well
 */
export function unfilter(
  bytes: Uint8Array,
  rows: number,
  rowBytes: number,
  step: number,
): number | undefined {
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let row = 0; row < rows; row++) {
    const start = row * (rowBytes + 1);
    const current = bytes.subarray(start + 1, start + 1 + rowBytes);
    const filter = bytes[start];
    if (filter > 4) return row;
    if (filter === 1) addLeft(current, step);
    else if (filter === 2) for (let index = 0; index < rowBytes; index++) current[index] += above[index];
    else if (filter === 3) addMean(current, above, step);
    else if (filter === 4) addNearest(current, above, step);
    above = current;
  }
  return undefined;
}

function addLeft(current: Uint8Array, step: number): void {
  for (let index = step; index < current.length; index++) current[index] += current[index - step];
}

function addMean(current: Uint8Array, above: Uint8Array, step: number): void {
  for (let index = 0; index < current.length; index++) {
    const left = index < step ? 0 : current[index - step];
    current[index] += (left + above[index]) >> 1;
  }
}

function addNearest(current: Uint8Array, above: Uint8Array, step: number): void {
  for (let index = 0; index < Math.min(step, current.length); index++) current[index] += above[index];
  for (let index = step; index < current.length; index++) {
    const left = current[index - step];
    const up = above[index];
    const corner = above[index - step];
    // Distances of left, up and corner from left + up − corner.
    const fromLeft = Math.abs(up - corner);
    const fromUp = Math.abs(left - corner);
    const fromCorner = Math.abs(left + up - 2 * corner);
    current[index] +=
      fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner;
  }
}
