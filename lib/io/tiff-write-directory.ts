import type { Samples } from './image';
import { TAGS } from './tiff-directory';

/** A page whose tiles are in the file already. */
export interface WrittenPage {
  height: number;
  width: number;
  channels: number;
  type: new (length: number) => Samples;
  compression: 'none' | 'deflate';
  tiled: boolean;
  tileHeight: number;
  tileWidth: number;
  tileColumns: number;
  offsets: Float64Array;
  counts: Float64Array;
}

/** Room for the header of a BigTIFF; a classic one leaves half of it unused. */
export const HEADER_BYTES = 16;

const EXTRA_SAMPLES = 338;
const UNASSOCIATED_ALPHA = 2;
const SHORT = 3;
const LONG = 4;
const LONG8 = 16;
const BYTES = { [SHORT]: 2, [LONG]: 4, [LONG8]: 8 } as const;
const LARGEST_CLASSIC = 2 ** 32 - 1;

/** Bits of a sample, its sample format (1 unsigned, 2 signed, 3 float) and the predictor that it is packed with. */
export function bitsOf({ type, compression }: Pick<WrittenPage, 'type' | 'compression'>) {
  const name = type.name;
  const format = name.startsWith('Float') ? 3 : name.startsWith('Int') ? 2 : 1;
  const predictor = compression === 'deflate' && format !== 3 ? 2 : 1;
  return { bits: 8 * type.prototype.BYTES_PER_ELEMENT, format, predictor };
}

/**
 * Header and directories of a file whose tiles end at `end`, where the directories are to be written; BigTIFF where they
 * would not fit 32-bit offsets.
 */
export function encodeDirectories(
  pages: readonly WrittenPage[],
  end: number,
): { header: Uint8Array; directories: Uint8Array } {
  const lists = pages.reduce(
    (sum, { offsets, channels }) => sum + 8 * offsets.length + 4 * channels + 256,
    0,
  );
  const big = end + lists > LARGEST_CLASSIC;
  const pointer = big ? 8 : 4;
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('II');
  header.writeUInt16LE(big ? 43 : 42, 2);
  if (big) header.writeUInt16LE(8, 4);
  putInteger(header, big ? 8 : 4, end, pointer);

  const parts: Uint8Array[] = [];
  let at = end;
  pages.forEach((page, index) => {
    const part = encodeDirectory(page, at, big, index === pages.length - 1);
    parts.push(part);
    at += part.length;
  });
  return { header, directories: Buffer.concat(parts) };
}

type Entry = [tag: number, type: keyof typeof BYTES, values: ArrayLike<number>];

function entriesOf(page: WrittenPage, big: boolean): Entry[] {
  const { channels, tiled } = page;
  const { bits, format, predictor } = bitsOf(page);
  const coloured = channels === 3 || channels === 4;
  const extra = channels - (coloured ? 3 : 1);
  const offset = big ? LONG8 : LONG;
  const entries: Entry[] = [
    [TAGS.width, LONG, [page.width]],
    [TAGS.height, LONG, [page.height]],
    [TAGS.bitsPerSample, SHORT, Array<number>(channels).fill(bits)],
    [TAGS.compression, SHORT, [page.compression === 'none' ? 1 : 8]],
    [TAGS.photometric, SHORT, [coloured ? 2 : 1]],
    [TAGS.samplesPerPixel, SHORT, [channels]],
    [TAGS.planar, SHORT, [1]],
    [TAGS.predictor, SHORT, [predictor]],
    [TAGS.sampleFormat, SHORT, Array<number>(channels).fill(format)],
    [tiled ? TAGS.tileOffsets : TAGS.stripOffsets, offset, page.offsets],
    [tiled ? TAGS.tileByteCounts : TAGS.stripByteCounts, LONG, page.counts],
  ];
  if (tiled)
    entries.push([TAGS.tileWidth, LONG, [page.tileWidth]], [TAGS.tileHeight, LONG, [page.tileHeight]]);
  else entries.push([TAGS.rowsPerStrip, LONG, [page.tileHeight]]);
  if (extra > 0)
    entries.push([EXTRA_SAMPLES, SHORT, Array<number>(extra).fill(coloured ? UNASSOCIATED_ALPHA : 0)]);
  return entries.sort(([a], [b]) => a - b);
}

/** One directory at `start`, its lists behind it, and behind them, unless it is the last, the next directory. */
function encodeDirectory(page: WrittenPage, start: number, big: boolean, last: boolean): Uint8Array {
  const entries = entriesOf(page, big);
  const [countBytes, pointer] = big ? [8, 8] : [2, 4];
  const entryBytes = 4 + 2 * pointer;
  const listsAt = countBytes + entryBytes * entries.length + pointer;
  const outside = entries.map(([, type, values]) => {
    const size = BYTES[type] * values.length;
    return size > pointer ? size + (size % 2) : 0;
  });
  const length = outside.reduce((sum, size) => sum + size, listsAt);
  const bytes = Buffer.alloc(length);
  putInteger(bytes, 0, entries.length, countBytes);
  let free = listsAt;
  entries.forEach(([tag, type, values], index) => {
    const at = countBytes + entryBytes * index;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    putInteger(bytes, at + 4, values.length, pointer);
    const field = at + 4 + pointer;
    if (outside[index] > 0) putInteger(bytes, field, start + free, pointer);
    const from = outside[index] > 0 ? free : field;
    for (let item = 0; item < values.length; item++)
      putInteger(bytes, from + item * BYTES[type], values[item], BYTES[type]);
    free += outside[index];
  });
  if (!last) putInteger(bytes, listsAt - pointer, start + length, pointer);
  return bytes;
}

function putInteger(bytes: Buffer, at: number, value: number, size: number): void {
  if (size === 8) bytes.writeBigUInt64LE(BigInt(value), at);
  else bytes.writeUIntLE(value, at, size);
}
