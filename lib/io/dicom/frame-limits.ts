import type { Codestream } from './codestream';
import type { Fail } from './jpeg/bits';

/** A frame of more samples than this takes a byte for each 256 of them; blank ones of usual sizes take next to none. */
const SMALL_FRAME = 2 ** 24;
const SAMPLES_A_BYTE = 256;
/** Encoders of progressive JPEGs make about ten; each one goes over the whole picture, with hardly a byte. */
const MOST_SCANS = 100;
/** CharLS keeps RESET of the preset coding parameters in a byte: with more it computes something else, or never ends. */
const LARGEST_RESET = 255;
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
  if (frame === 0x51) return limitTiles(bytes, header, fail);
  const scans = countScans(bytes, frame === 0xf7, fail);
  if (frame !== 0xc0 && frame !== 0xc1 && frame !== 0xc2) return;
  // Each block of 8 × 8 takes two bits at least.
  const blocks = Math.ceil(rows / 8) * Math.ceil(columns / 8);
  if (blocks > 4 * bytes.length) {
    fail(`${bytes.length} bytes`, `at least ${blocks >> 2} for ${blocks} blocks`);
  }
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

/**
 * Walks over all marker segments, those between scans too. CharLS believes a length below 2, and steps over 2³² bytes that
 * are not there.
 */
function countScans(bytes: Uint8Array, jpegLs: boolean, fail: Fail): number {
  let scans = 0;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff) return fail(`byte ${bytes[at]} at offset ${at} of the frame`, 'a marker (0xff)');
    if (marker === 0xd9) break;
    if (marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = bytes[at + 2] * 256 + bytes[at + 3];
    const left = bytes.length - at - 2;
    if (length < 2 || length > left) {
      fail(`a segment of ${length} bytes at offset ${at} of the frame`, `2 to ${left}`);
    }
    if (jpegLs && marker === 0xf8) checkPresets(bytes.subarray(at + 4, at + 2 + length), fail);
    at += 2 + length;
    if (marker !== 0xda) continue;
    scans++;
    // In entropy-coded data a zero follows 0xff, in those of JPEG-LS a zero bit.
    const isData = (next: number) => (jpegLs ? next < 0x80 : next === 0);
    while (at + 1 < bytes.length && (bytes[at] !== 0xff || isData(bytes[at + 1]))) at++;
  }
  return scans;
}

/** Preset coding parameters: an id, then MAXVAL, T1, T2, T3 and RESET of two bytes each. Source: ITU-T T.87, C.2.4.1.1 */
function checkPresets(segment: Uint8Array, fail: Fail): void {
  if (segment[0] !== 1 || segment.length < 11) return;
  const reset = segment[9] * 256 + segment[10];
  if (reset > LARGEST_RESET)
    fail(`RESET ${reset} in the preset coding parameters`, `at most ${LARGEST_RESET}`);
}
