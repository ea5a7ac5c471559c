import { inflateRawSync, constants } from 'node:zlib';
import { deflateProblem } from '../deflate-error';
import type { Refuse } from '../tiff-directory';
import { DicomDataSet } from './data-set';
import { readElements, sourceOf, type Source } from './elements';
import type { Warn } from './refusal';
import { knownVr, tagText } from './tags';
import {
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  transferSyntax,
  type TransferSyntax,
} from './transfer-syntax';

/** A file taken apart: its meta information, its data set, and how that is coded. */
export interface DicomFile {
  meta: DicomDataSet;
  dataSet: DicomDataSet;
  /** The UID that the file gives, or that was found out where it gives none. */
  syntaxUid: string;
  /** Undefined for a transfer syntax whose pixels are not read. */
  syntax: TransferSyntax | undefined;
  source: Source;
  /** Where reading stopped. */
  next: number;
}

export interface FileFormatOptions {
  /** No attribute from this tag on is read. */
  stopAt?: number;
  /** How many bytes the pixels of a header take, for the limit of what a deflated file may unpack to. */
  pixelBytes: (header: DicomDataSet) => number;
}

const PREAMBLE = 128;
const MAGIC = 0x4449434d; // "DICM"
const GROUP_2 = 0x0002;

/**
 * Takes a DICOM file apart as pydicom's `dcmread(force=True)` does: with or without preamble, meta information, its
 * group length or a transfer syntax. Source: DICOM PS3.10 section 7.
 */
export function readFileFormat(
  bytes: Uint8Array,
  { stopAt, pixelBytes }: FileFormatOptions,
  refuse: Refuse,
  warn: Warn,
): DicomFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasMagic = bytes.length >= PREAMBLE + 4 && view.getUint32(PREAMBLE) === MAGIC;
  let start = PREAMBLE + 4;
  if (!hasMagic) {
    start = bytes.length >= 4 && view.getUint32(0) === MAGIC ? 4 : 0;
    requireAttributes(bytes, start, refuse);
    warn('no "DICM" at offset 128: read without a preamble');
  }
  const metaCoding = { littleEndian: true, implicit: !hasVr(bytes, start) };
  const metaSource = sourceOf(bytes, metaCoding, refuse, warn);
  const ownsMeta = bytes.length >= start + 8 && view.getUint16(start, true) === GROUP_2;
  const { elements, next: dataStart } = ownsMeta
    ? readElements(metaSource, { start, end: bytes.length }, { stopAt: 0x00030000 })
    : { elements: new Map(), next: start };
  const meta = new DicomDataSet(metaSource, elements);

  const named = meta.text('TransferSyntaxUID');
  if (named === undefined) warn(`${tagText(0x00020010)}: absent; found out from the first attribute`);
  const syntaxUid = named ?? guessSyntax(bytes, dataStart);
  const syntax = transferSyntax(syntaxUid);
  // Compressed or unknown, a data set is explicit little endian.
  const coding = syntax ?? { littleEndian: true, implicit: false, deflated: false };
  const data = coding.deflated ? inflate(bytes, dataStart, pixelBytes, refuse) : bytes;
  const from = coding.deflated ? 0 : dataStart;
  const explicit = hasVr(data, from);
  if (data.length >= from + 8 && explicit === coding.implicit) {
    warn(`offset ${from}: ${explicit ? 'explicit' : 'implicit'} VR, unlike the transfer syntax; read so`);
  }
  const implicit = data.length >= from + 8 ? !explicit : coding.implicit;
  const source = sourceOf(data, { littleEndian: coding.littleEndian, implicit }, refuse, warn);
  const { elements: attributes, next } = readElements(source, { start: from, end: data.length }, { stopAt });
  return { meta, dataSet: new DicomDataSet(source, attributes), syntaxUid, syntax, source, next };
}

/** Without "DICM", the bytes must begin with an attribute of the first groups. */
function requireAttributes(bytes: Uint8Array, start: number, refuse: Refuse): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected = '"DICM" at offset 128, or an attribute of group 0002 or 0008 at offset 0: a DICOM file';
  if (bytes.length < start + 8) refuse('header', `a file of ${bytes.length} bytes`, expected);
  const groups = [view.getUint16(start, true), view.getUint16(start, false)];
  const numbers = [view.getUint16(start + 2, true), view.getUint16(start + 2, false)];
  const plausible = groups.some((group, order) => {
    if (group !== GROUP_2 && group !== 0x0008 && group !== 0x0004) return false;
    const known = hasVr(bytes, start) || knownVr(group * 0x10000 + numbers[order]) !== 'UN';
    return known && numbers[order] < 0x3000;
  });
  if (!plausible) {
    const first = Buffer.from(bytes.subarray(start, start + 8)).toString('hex');
    refuse(`offset ${start}`, `bytes ${first}`, expected);
  }
}

/** The VR of the first attribute is stored: two capitals after the tag. */
function hasVr(bytes: Uint8Array, at: number): boolean {
  const capital = (code: number | undefined) => code !== undefined && code >= 65 && code <= 90;
  return capital(bytes[at + 4]) && capital(bytes[at + 5]);
}

function guessSyntax(bytes: Uint8Array, at: number): string {
  if (!hasVr(bytes, at)) return IMPLICIT_LITTLE_ENDIAN;
  // Groups begin with small numbers: a large one has its bytes the other way round.
  const group = bytes[at] + 256 * bytes[at + 1];
  return group >= 0x0400 ? EXPLICIT_BIG_ENDIAN : EXPLICIT_LITTLE_ENDIAN;
}

/** Deflated bytes that hold every header. */
const HEADER_BYTES = 2 ** 14;
/** What those may unpack to: of more, zeros after the header, fewer bytes hold it too. Deflate makes at most 1032 of one. */
const HEADER_UNPACKED = 2 ** 18;
/** What a data set may take beside its pixels. */
const OTHER_BYTES = 2 ** 24;

/** Unpacks no more than what the header, unpacked first, says that the pixels need. */
function inflate(
  file: Uint8Array,
  start: number,
  pixelBytes: (header: DicomDataSet) => number,
  refuse: Refuse,
): Uint8Array {
  const deflated = file.subarray(start);
  const fail = (error: unknown, most: number) =>
    refuse(
      `offset ${start} (deflated data set)`,
      deflateProblem(error, most),
      `at most ${most} bytes, deflated without a header (RFC 1951)`,
    );
  const first = inflateStart(deflated, HEADER_BYTES, fail);
  if (first.isAll) return first.unpacked;
  const { unpacked } = first;
  const source = sourceOf(unpacked, { littleEndian: true, implicit: !hasVr(unpacked, 0) }, refuse, () => {});
  const { elements } = readElements(source, { start: 0, end: unpacked.length });
  const most = pixelBytes(new DicomDataSet(source, elements)) + OTHER_BYTES;
  try {
    return unpack(deflated, most);
  } catch (error) {
    return fail(error, most);
  }
}

/** Unpacks as many of the first bytes as unpack to no more than a header may. */
function inflateStart(
  deflated: Uint8Array,
  length: number,
  fail: (error: unknown, most: number) => never,
): { unpacked: Uint8Array; isAll: boolean } {
  try {
    const unpacked = unpack(deflated.subarray(0, length), HEADER_UNPACKED);
    return { unpacked, isAll: deflated.length <= length };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return fail(error, HEADER_UNPACKED);
    return inflateStart(deflated, length / 4, fail);
  }
}

/** What is there of a stream that may be cut short (SYNC_FLUSH). */
const unpack = (deflated: Uint8Array, maxOutputLength: number) =>
  inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
