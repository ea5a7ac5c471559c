/**
 * How many bytes a strip of PackBits decodes to; undefined where its last run goes on past the strip's end.
 *
 * Source: TIFF 6.0, section 9: a count of 0…127 is followed by count + 1 bytes to copy, one of −1…−127 by one byte to
 * repeat 1 − count times, and −128 by nothing.
 */
export function packBitsLength(strip: Uint8Array): number | undefined {
  let decoded = 0;
  let at = 0;
  while (at < strip.length) {
    const count = (strip[at] << 24) >> 24;
    at++;
    if (count === -128) continue;
    decoded += Math.abs(count) + 1;
    at += count >= 0 ? count + 1 : 1;
  }
  return at === strip.length ? decoded : undefined;
}
