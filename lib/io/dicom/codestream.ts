import { markerSegments } from '../jpeg-markers';

/** What the header of a compressed frame says of the image in it. */
export interface Codestream {
  rows: number;
  columns: number;
  components: number;
  /** Bits of a sample. */
  precision: number;
  /** JPEG 2000 only: samples are two's complement. */
  signed: boolean;
  /** JPEG: the marker of the frame header, 0xc0 … 0xcf or 0xf7 (JPEG-LS); JPEG 2000: 0x51. */
  frame: number;
  /** Ids of a JPEG's components. */
  ids: number[];
  /** A JFIF marker, by which the colours of three components are YCbCr. */
  jfif: boolean;
  /** The transform of an Adobe marker: 0 none, 1 YCbCr. */
  adobe?: number;
  /** JPEG 2000: the components are transformed by RCT or ICT. */
  transformed: boolean;
  /** Where the codestream begins: after the boxes of a .jp2 file. */
  start: number;
}

const SIZ = 0x51;
const COD = 0x52;

/** The header of a JPEG, JPEG-LS or JPEG 2000 frame; undefined where the bytes begin with none. */
export function codestream(bytes: Uint8Array): Codestream | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegHeader(bytes);
  const start = jpeg2000Start(bytes);
  return start === undefined ? undefined : jpeg2000Header(bytes, start);
}

const noColour = { ids: [] as number[], jfif: false, transformed: false, signed: false, start: 0 };

/** Walks the marker segments up to the frame header. Source: ITU-T T.81 annex B. */
function jpegHeader(bytes: Uint8Array): Codestream | undefined {
  let jfif = false;
  let adobe: number | undefined;
  for (const { marker, start, end } of markerSegments(bytes)) {
    if (marker === 0xe0) jfif ||= ascii(bytes, start, 4) === 'JFIF';
    if (marker === 0xee && ascii(bytes, start, 5) === 'Adobe' && end - start >= 12) adobe = bytes[start + 11];
    if (!isFrameHeader(marker)) continue;
    if (end - start < 6) return undefined;
    const components = bytes[start + 5];
    if (end - start < 6 + 3 * components) return undefined;
    return {
      ...noColour,
      precision: bytes[start],
      rows: bytes[start + 1] * 256 + bytes[start + 2],
      columns: bytes[start + 3] * 256 + bytes[start + 4],
      components,
      frame: marker,
      ids: Array.from({ length: components }, (_, index) => bytes[start + 6 + 3 * index]),
      jfif,
      adobe,
    };
  }
  return undefined;
}

function isFrameHeader(marker: number): boolean {
  const tables = marker === 0xc4 || marker === 0xc8 || marker === 0xcc;
  return (marker >= 0xc0 && marker <= 0xcf && !tables) || marker === 0xf7;
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** A codestream begins with SOC and SIZ; a .jp2 file has it in its box "jp2c", which DICOM forbids and files have. */
function jpeg2000Start(bytes: Uint8Array): number | undefined {
  const isStart = (at: number) =>
    bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === SIZ;
  if (isStart(0)) return 0;
  if (ascii(bytes, 4, 4) !== 'jP  ') return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.length;) {
    const size = view.getUint32(at);
    if (ascii(bytes, at + 4, 4) === 'jp2c') {
      const start = at + (size === 1 ? 16 : 8);
      return isStart(start) ? start : undefined;
    }
    if (size < 8) return undefined;
    at += size;
  }
  return undefined;
}

/** Source: ITU-T T.800 annex A.5.1 (SIZ) and A.6.1 (COD). */
function jpeg2000Header(bytes: Uint8Array, start: number): Codestream | undefined {
  if (bytes.length < start + 45) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = start + 4; // its length
  const components = view.getUint16(at + 36);
  const first = bytes[at + 38];
  // Components that differ in depth or are sampled apart are no DICOM image.
  for (let index = 0; index < components; index++) {
    const own = at + 38 + 3 * index;
    if (bytes[own] !== first || bytes[own + 1] !== 1 || bytes[own + 2] !== 1) return undefined;
  }
  return {
    ...noColour,
    columns: view.getUint32(at + 4) - view.getUint32(at + 12),
    rows: view.getUint32(at + 8) - view.getUint32(at + 16),
    components,
    precision: (first & 0x7f) + 1,
    signed: first >= 0x80,
    frame: SIZ,
    transformed: componentTransform(bytes, start + 2),
    start,
  };
}

function componentTransform(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at + 9 <= bytes.length && bytes[at] === 0xff;) {
    if (bytes[at + 1] === COD) return bytes[at + 8] === 1;
    if (bytes[at + 1] === 0x90) return false; // a tile begins
    at += 2 + bytes[at + 2] * 256 + bytes[at + 3];
  }
  return false;
}
