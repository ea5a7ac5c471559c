export interface MarkerSegment {
  marker: number;
  /** Where its first byte after the length is. */
  start: number;
  end: number;
}

/** The marker segments of a JPEG up to its first scan, that included; those before the first that is none. */
export function* markerSegments(bytes: Uint8Array): Generator<MarkerSegment> {
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return;
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++; // fill bytes may come before a marker
      continue;
    }
    const length = bytes[at + 2] * 256 + bytes[at + 3];
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return;
    yield { marker, start: at + 4, end };
    if (marker === 0xda) return;
    at = end;
  }
}
