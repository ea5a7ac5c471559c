import { markerSegments } from '../jpeg-markers';
import type { Codestream } from './codestream';
import type { Fail } from './jpeg/bits';

/** A frame of more samples than this takes a byte for each 256 of them; blank ones of usual sizes take next to none. */
const SMALL_FRAME = 2 ** 24;
const SAMPLES_A_BYTE = 256;
/** Encoders of progressive JPEGs make about ten; each one goes over the whole picture, with hardly a byte. */
const MOST_SCANS = 100;
/** A tile of JPEG 2000 takes the markers SOT (12 bytes) and SOD (2) at least. */
const TILE_BYTES = 14;

/**
 * Refuses, before a codec sets memory aside, a frame of which the header asks for more than its bytes can fill.
 *
 * Sources: ITU-T T.81 (JPEG), T.87 (JPEG-LS), T.800 annex A (JPEG 2000)
 */
export function limitFrame(bytes: Uint8Array, header: Codestream, fail: Fail): void {
  const { rows, columns, components, frame } = header;
  const samples = rows * columns * components;
  const most = SMALL_FRAME + SAMPLES_A_BYTE * bytes.length;
  if (samples > most) fail(`${samples} samples in ${bytes.length} bytes`, `at most ${most}`);
  if (frame === 0x51) limitTiles(bytes, header, fail);
  if (frame !== 0xc0 && frame !== 0xc1 && frame !== 0xc2) return;
  // Each block of 8 × 8 takes two bits at least.
  const blocks = Math.ceil(rows / 8) * Math.ceil(columns / 8);
  if (blocks > 4 * bytes.length) {
    fail(`${bytes.length} bytes`, `at least ${blocks >> 2} for ${blocks} blocks`);
  }
  const scans = countScans(bytes);
  const mostScans = frame === 0xc2 ? MOST_SCANS : components;
  if (scans > mostScans) fail(`${scans} scans`, `at most ${mostScans} in such a JPEG`);
}

function limitTiles(bytes: Uint8Array, { start, rows, columns }: Codestream, fail: Fail): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // XSiz, YSiz, XOSiz, YOSiz, XTSiz, YTSiz, XTOSiz, YTOSiz after Rsiz.
  const [right, bottom, , , width, height, left, top] = Array.from({ length: 8 }, (_, index) =>
    view.getUint32(start + 8 + 4 * index),
  );
  const tiles = Math.ceil((right - left) / width) * Math.ceil((bottom - top) / height);
  const most = Math.max(1, Math.floor(bytes.length / TILE_BYTES));
  if (!(tiles <= most)) {
    fail(
      `tiles of ${height} × ${width} in a frame of ${rows} × ${columns}`,
      `at most ${most} tiles in its bytes`,
    );
  }
}

/** In entropy-coded data 0xff comes before a zero or a restart only. */
function countScans(bytes: Uint8Array): number {
  let first = bytes.length;
  for (const { marker, end } of markerSegments(bytes)) if (marker === 0xda) first = end;
  let scans = 1;
  for (let at = first; at + 1 < bytes.length; at++) if (bytes[at] === 0xff && bytes[at + 1] === 0xda) scans++;
  return scans;
}
