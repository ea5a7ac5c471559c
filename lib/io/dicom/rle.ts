import { packBitsLength } from '../packbits';
import type { PixelDescription } from './pixel-description';

const HEADER = 64;
const MOST_SEGMENTS = 15;

/**
 * One frame of RLE Lossless: a segment for each byte of each sample, the highest byte first, each PackBits coded.
 * Source: DICOM PS3.5 annex G.
 *
 * @returns little-endian samples, colour by plane
 */
export function decodeRle(
  bytes: Uint8Array,
  { rows, columns, channels, bitsAllocated }: PixelDescription,
  refuse: (got: string, expected: string) => never,
): Uint8Array {
  const sampleBytes = bitsAllocated / 8;
  const segments = channels * sampleBytes;
  if (bytes.length < HEADER) refuse(`${bytes.length} bytes of RLE`, `at least ${HEADER}, its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  if (count !== segments || count > MOST_SEGMENTS) {
    refuse(`${count} RLE segments`, `${segments} for ${channels} samples of ${bitsAllocated} bits`);
  }
  const offsets = Array.from({ length: count }, (_, segment) => view.getUint32(4 + 4 * segment, true));
  const area = rows * columns;
  const parts = offsets.map((offset, segment) => {
    const end = offsets[segment + 1] ?? bytes.length;
    if (offset < HEADER || end < offset || end > bytes.length) {
      refuse(
        `RLE segment ${segment} from ${offset} to ${end}`,
        `segments in order within ${bytes.length} bytes`,
      );
    }
    return bytes.subarray(offset, end);
  });
  parts.forEach((part, segment) => {
    const length = packBitsLength(part) ?? area;
    if (length < area)
      refuse(`${length} bytes in RLE segment ${segment}`, `${area} for ${rows} × ${columns} pixels`);
  });
  const samples = new Uint8Array(area * segments);
  parts.forEach((part, segment) => {
    const channel = Math.floor(segment / sampleBytes);
    const byte = sampleBytes - 1 - (segment % sampleBytes);
    const at = channel * area * sampleBytes + byte;
    const end = unpack(part, samples, at, sampleBytes, area);
    if (end < area)
      refuse(`${end} bytes in RLE segment ${segment}`, `${area} for ${rows} × ${columns} pixels`);
  });
  return samples;
}

/** PackBits of `count` bytes to every `step`-th place; padding after them is left out. Returns how many there were. */
function unpack(source: Uint8Array, target: Uint8Array, start: number, step: number, count: number): number {
  let done = 0;
  let from = 0;
  while (done < count && from < source.length) {
    const run = (source[from++] << 24) >> 24;
    if (run === -128) continue;
    const length = Math.min(Math.abs(run) + 1, count - done);
    for (let index = 0; index < length; index++) {
      const at = run >= 0 ? from + index : from;
      if (at >= source.length) return done;
      target[start + step * done++] = source[at];
    }
    from += run >= 0 ? run + 1 : 1;
  }
  return done;
}
