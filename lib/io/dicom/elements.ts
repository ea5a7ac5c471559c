import type { Refuse } from '../tiff-directory';
import type { Warn } from './refusal';
import { ITEM, ITEM_END, knownVr, SEQUENCE_END, tagText } from './tags';

/** Bytes with the coding of their elements. */
export interface Source {
  bytes: Uint8Array;
  view: DataView;
  littleEndian: boolean;
  implicit: boolean;
  refuse: Refuse;
  warn: Warn;
}

/** One attribute's place in the bytes. */
export interface Element {
  tag: number;
  vr: string;
  /** Where its tag begins. */
  at: number;
  /** Where its value begins. */
  offset: number;
  /** Bytes of the value that are there. */
  length: number;
  /** Its length is not stored: items up to a delimiter. */
  open: boolean;
  /** The length that is stored, where the file ends before it. */
  promised?: number;
}

/** The value representations with 32 bits of length. Source: DICOM PS3.5, 7.1.2. */
export const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const OPEN = 0xffffffff;
/** More than any standard's nesting; each level costs a stack frame. */
const DEEPEST = 64;

export function place(element: Pick<Element, 'tag' | 'at'>): string {
  return `offset ${element.at}, ${tagText(element.tag)}`;
}

/** The same bytes, read as implicit little endian: what an UN of undefined length holds. */
export function asImplicit(source: Source): Source {
  return { ...source, implicit: true, littleEndian: true };
}

export function sourceOf(
  { buffer, byteOffset, byteLength }: Uint8Array,
  { littleEndian, implicit }: { littleEndian: boolean; implicit: boolean },
  refuse: Refuse,
  warn: Warn,
): Source {
  // Not a Buffer, whose slices share its memory.
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const view = new DataView(buffer, byteOffset, byteLength);
  return { bytes, view, littleEndian, implicit, refuse, warn };
}

export function readTag({ view, littleEndian }: Source, at: number): number {
  return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
}

/** Tag, VR and length at an offset; undefined where fewer bytes are left than a header takes. */
function readHeader(source: Source, at: number, end: number): Element | undefined {
  if (at + 8 > end) return undefined;
  const { bytes, view, littleEndian, implicit } = source;
  const tag = readTag(source, at);
  const delimiter = tag === ITEM || tag === ITEM_END || tag === SEQUENCE_END;
  const [first, second] = [bytes[at + 4], bytes[at + 5]];
  // A VR that is no two capitals is the lower half of a length: some writers mix both codings.
  if (implicit || delimiter || !isCapital(first) || !isCapital(second)) {
    const length = view.getUint32(at + 4, littleEndian);
    return element(tag, delimiter ? '' : knownVr(tag), at, at + 8, length);
  }
  const vr = String.fromCharCode(first, second);
  if (!LONG.has(vr)) return element(tag, vr, at, at + 8, view.getUint16(at + 6, littleEndian));
  if (at + 12 > end) return undefined;
  return element(tag, vr, at, at + 12, view.getUint32(at + 8, littleEndian));
}

const isCapital = (code: number) => code >= 65 && code <= 90;

const element = (tag: number, vr: string, at: number, offset: number, length: number): Element => ({
  tag,
  vr,
  at,
  offset,
  length,
  open: length === OPEN,
});

export interface Range {
  start: number;
  end: number;
}

/**
 * The attributes between two offsets by tag, the last one where a tag comes twice. Sequences are stepped over, not read.
 * Values that end after the bytes are cut there, with a warning; zeros after the last attribute are left out.
 *
 * @param stopAt no attribute from this tag on is read
 */
export function readElements(
  source: Source,
  { start, end }: Range,
  { stopAt = Infinity, depth = 0 } = {},
): { elements: Map<number, Element>; next: number } {
  const elements = new Map<number, Element>();
  let at = start;
  while (at < end) {
    const header = readHeader(source, at, end);
    if (!header) {
      if (!onlyZeros(source.bytes, at, end)) {
        source.warn(`offset ${at}: ${end - at} bytes after the last attribute, too few for another one`);
      }
      return { elements, next: end };
    }
    if (header.tag >= stopAt) return { elements, next: at };
    if (header.tag === ITEM_END && depth > 0) return { elements, next: header.offset };
    if (header.tag === 0 && header.length === 0 && onlyZeros(source.bytes, at, end)) {
      source.warn(`offset ${at}: ${end - at} zeros after the last attribute`);
      return { elements, next: end };
    }
    at = finish(source, header, end, depth);
    elements.set(header.tag, header);
  }
  return { elements, next: at };
}

/** Sets how many bytes of the value are there, and gives where the next attribute begins. */
function finish(source: Source, header: Element, end: number, depth: number): number {
  if (header.open) {
    const inner = header.vr === 'UN' ? asImplicit(source) : source;
    const { contentEnd, next } = skipItems(inner, { start: header.offset, end }, header, depth);
    header.length = contentEnd - header.offset;
    return next;
  }
  const left = end - header.offset;
  if (header.length > left) {
    source.warn(`${place(header)}: ${header.length} bytes, of which the file has ${left}`);
    header.promised = header.length;
    header.length = left;
  }
  return header.offset + header.length;
}

/** Where the items of an undefined length end, and what comes after their delimiter begins. */
function skipItems(
  source: Source,
  { start, end }: Range,
  owner: Element,
  depth: number,
): { contentEnd: number; next: number } {
  if (depth >= DEEPEST) {
    source.refuse(place(owner), `more than ${DEEPEST} nested sequences`, `at most ${DEEPEST}`);
  }
  let at = start;
  while (at + 8 <= end) {
    const tag = readTag(source, at);
    if (tag === SEQUENCE_END) return { contentEnd: at, next: at + 8 };
    if (tag !== ITEM) {
      source.warn(`${place(owner)}: ${tagText(tag)} at offset ${at} where an item should be`);
      return { contentEnd: at, next: at };
    }
    at = itemEnd(source, at, end, owner, depth).next;
  }
  source.warn(`${place(owner)}: the file ends within it`);
  return { contentEnd: Math.min(at, end), next: end };
}

/** The contents of the item at an offset, and what follows it. */
function itemEnd(
  source: Source,
  at: number,
  end: number,
  owner: Element,
  depth: number,
): Range & { next: number } {
  const start = at + 8;
  const length = source.view.getUint32(at + 4, source.littleEndian);
  if (length !== OPEN) {
    if (start + length > end) {
      source.warn(
        `${place(owner)}: an item of ${length} bytes at offset ${at}, of which ${end - start} are there`,
      );
    }
    const itemsEnd = Math.min(end, start + length);
    return { start, end: itemsEnd, next: itemsEnd };
  }
  const next = skipElements(source, start, end, depth + 1);
  return { start, end: next, next };
}

/** Where the attributes of an item of undefined length end, the delimiter included. */
function skipElements(source: Source, start: number, end: number, depth: number): number {
  let at = start;
  while (at < end) {
    const header = readHeader(source, at, end);
    if (!header) return end;
    if (header.tag === ITEM_END) return header.offset;
    if (header.tag === SEQUENCE_END) return at;
    at = finish(source, header, end, depth);
  }
  return at;
}

/** The contents of each item of a sequence. Undefined lengths within are stepped over. */
export function itemRanges(source: Source, sequence: Element, depth = 0): Range[] {
  const end = sequence.offset + sequence.length;
  const ranges: Range[] = [];
  for (let at = sequence.offset; at + 8 <= end;) {
    const tag = readTag(source, at);
    if (tag === SEQUENCE_END) break;
    if (tag !== ITEM) {
      source.warn(`${place(sequence)}: ${tagText(tag)} at offset ${at} where an item should be`);
      break;
    }
    const item = itemEnd(source, at, end, sequence, depth);
    ranges.push({ start: item.start, end: item.end });
    at = item.next;
  }
  return ranges;
}

export function onlyZeros(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false;
  return true;
}
