import type { Refuse } from '../tiff-directory';
import type { DicomDataSet } from './data-set';
import { itemRanges, place, type Range, type Source } from './elements';
import type { Warn } from './refusal';
import { tagText } from './tags';
import type { PixelDescription } from './pixel-description';

const JPEG_END = [0xff, 0xd9];

/**
 * The compressed bytes of each frame, joined where a frame is in several fragments. Offset tables say which fragments
 * belong together; where they are absent or lie, one frame takes all fragments, as many frames as fragments take one
 * each, and else each frame ends with a JPEG's end marker. Source: DICOM PS3.5 annex A.4.
 */
export function frameBytes(
  source: Source,
  dataSet: DicomDataSet,
  { element, frames }: PixelDescription,
  refuse: Refuse,
  warn: Warn,
): Uint8Array[] {
  if (!element.open) {
    refuse(
      place(element),
      `a length of ${element.length} bytes`,
      'an undefined length: compressed pixels are in fragments',
    );
  }
  const [table, ...fragments] = itemRanges(source, element);
  if (fragments.length === 0) {
    refuse(place(element), 'no fragments', `at least ${frames}, one a frame`);
  }
  if (fragments.length < frames) {
    refuse(place(element), `${fragments.length} fragments`, `at least ${frames}, one a frame`);
  }
  const join = (ranges: readonly Range[]) => joined(source.bytes, ranges);
  if (frames === 1) return [join(fragments)];
  if (fragments.length === frames) return fragments.map((fragment) => join([fragment]));

  const offsets = extendedOffsets(dataSet) ?? basicOffsets(source, table);
  const groups = offsets.length > 0 && byOffsets(fragments, offsets, frames);
  if (groups) return groups.map(join);
  if (offsets.length > 0)
    warn(`${place(element)}: an offset table that does not fit the fragments; left out`);
  const ended = byEndMarkers(source.bytes, fragments);
  if (ended.length !== frames) {
    refuse(
      place(element),
      `${fragments.length} fragments, ${ended.length} frames by their end markers`,
      `${frames} frames, or an offset table`,
    );
  }
  return ended.map(join);
}

function joined(bytes: Uint8Array, ranges: readonly Range[]): Uint8Array {
  const parts = ranges.map(({ start, end }) => bytes.subarray(start, end));
  return parts.length === 1 ? parts[0] : new Uint8Array(Buffer.concat(parts));
}

function basicOffsets({ view, littleEndian }: Source, { start, end }: Range): number[] {
  return Array.from({ length: (end - start) >> 2 }, (_, index) =>
    view.getUint32(start + 4 * index, littleEndian),
  );
}

function extendedOffsets(dataSet: DicomDataSet): number[] | undefined {
  const offsets = dataSet.numbers('ExtendedOffsetTable');
  return offsets.length > 0 ? offsets : undefined;
}

/** Offsets count from the first fragment's item tag; undefined where one meets no fragment. */
function byOffsets(fragments: readonly Range[], offsets: number[], frames: number): Range[][] | undefined {
  if (offsets.length !== frames || offsets[0] !== 0) return undefined;
  const origin = fragments[0].start - 8;
  const starts = new Map(fragments.map(({ start }, index) => [start - 8 - origin, index]));
  const first = offsets.map((offset) => starts.get(offset) ?? -1);
  if (first.some((index, frame) => index < 0 || (frame > 0 && index <= first[frame - 1]))) return undefined;
  return first.map((index, frame) => fragments.slice(index, first[frame + 1]));
}

function byEndMarkers(bytes: Uint8Array, fragments: readonly Range[]): Range[][] {
  const groups: Range[][] = [[]];
  for (const fragment of fragments) {
    groups.at(-1)!.push(fragment);
    // Fragments are padded to an even length, by a zero or a second 0xff.
    const tail = bytes.subarray(Math.max(fragment.start, fragment.end - 10), fragment.end);
    if (Buffer.from(tail).includes(Buffer.from(JPEG_END))) groups.push([]);
  }
  return groups.filter((group) => group.length > 0);
}

/** What errors call a frame's bytes. */
export function framePlace({ element }: PixelDescription, frame: number): string {
  return `offset ${element.at}, ${tagText(element.tag)}, frame ${frame}`;
}
