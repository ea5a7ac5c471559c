import type { ElementType } from './elements';
import { tagPlace, type Directory, type Refuse, type Tag } from './tiff-directory';

/** How blocks are packed, by the code of the compression tag. */
export const COMPRESSIONS = {
  1: 'none',
  5: 'lzw',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
} as const;

export type TiffCompression = (typeof COMPRESSIONS)[keyof typeof COMPRESSIONS];

/**
 * The most bytes that one stored byte can become. PackBits: two bytes code a run of 128. LZW: a code of 12 bits stands
 * for at most 3,837 bytes. Deflate: 258 bytes in 2 bits.
 */
const GAIN: Readonly<Record<TiffCompression, number>> = { none: 1, packbits: 64, lzw: 2560, deflate: 1032 };

/** How one page lies in the file, checked; strips are blocks as wide as the page. */
export interface PageLayout {
  page: number;
  width: number;
  height: number;
  channels: number;
  /** Type of the decoded samples; fewer than 8 bits a sample are given as U8. */
  type: ElementType;
  bits: number;
  compression: TiffCompression;
  /** 1: none; 2: differences of neighbours; 3: the same of floats byte by byte. */
  predictor: 1 | 2 | 3;
  /** White is 0, and black the largest value. */
  minIsWhite: boolean;
  /** The samples are indices of a table of colours. */
  palette: boolean;
  /** A smaller copy of another page. */
  reduced: boolean;
  tiled: boolean;
  /** Channels lie one after the other, each in blocks of its own. */
  planar: boolean;
  blockWidth: number;
  blockHeight: number;
  /** Blocks along the page. */
  blockRows: number;
  blockColumns: number;
  offsets: Float64Array;
  counts: Float64Array;
}

/** Channels in one block. */
export const blockChannels = ({ planar, channels }: PageLayout) => (planar ? 1 : channels);

/** Bytes of one row of a block, which starts at a whole byte. */
export const blockRowBytes = (layout: PageLayout) =>
  Math.ceil((layout.blockWidth * blockChannels(layout) * layout.bits) / 8);

/** Rows that block row `row` has: strips end with the page, tiles are padded. */
export function storedRows({ tiled, blockHeight, height }: PageLayout, row: number): number {
  return tiled ? blockHeight : Math.min(blockHeight, height - row * blockHeight);
}

/** Bytes of block `block`, unpacked. */
export function blockBytes(layout: PageLayout, block: number): number {
  const row = Math.floor((block % (layout.blockRows * layout.blockColumns)) / layout.blockColumns);
  return storedRows(layout, row) * blockRowBytes(layout);
}

/** Types by sample format: 1 unsigned, 2 signed, 3 floating point, 4 undefined. */
const TYPES: Readonly<Record<number, Readonly<Record<number, ElementType>>>> = {
  1: { 1: 'U8', 2: 'U8', 4: 'U8', 8: 'U8', 16: 'U16', 32: 'U32' },
  2: { 8: 'I8', 16: 'I16', 32: 'I32' },
  3: { 16: 'F16', 32: 'F32', 64: 'F64' },
};

/**
 * What a page's tags say, checked against one another and against the file's size, so that no block needs more memory
 * than its stored bytes can unpack to.
 */
export function pageLayout(directory: Directory, fileBytes: number, refuse: Refuse): PageLayout {
  const { page, values } = directory;
  const place = (tag: Tag) => tagPlace(tag, page, directory.offsets[tag]);
  const all = (tag: Tag): Float64Array =>
    values[tag] ?? refuse(place(tag), 'none', 'the tag, which every page needs');
  const one = (tag: Tag, fallback?: number): number => values[tag]?.[0] ?? fallback ?? all(tag)[0];
  const among = (tag: Tag, allowed: number[], meaning: string, fallback: number): number => {
    const value = one(tag, fallback);
    return allowed.includes(value)
      ? value
      : refuse(place(tag), String(value), `${allowed.join(' or ')} (${meaning})`);
  };
  const positive = (tag: Tag, unit: string, fallback?: number): number =>
    one(tag, fallback) || refuse(place(tag), '0', `at least 1 ${unit}`);

  const width = positive('width', 'pixel');
  const height = positive('height', 'pixel');
  const channels = positive('samplesPerPixel', 'channel', 1);
  const bits = one('bitsPerSample', 1);
  const same = values.bitsPerSample ?? new Float64Array([1]);
  if (same.some((value) => value !== bits))
    refuse(place('bitsPerSample'), same.slice(0, 8).join(', '), 'as many bits in every channel');
  const format = among('sampleFormat', [1, 2, 3, 4], 'unsigned, signed, float or undefined', 1);
  const types = TYPES[format === 4 ? 1 : format];
  const type =
    types[bits] ??
    refuse(
      place('bitsPerSample'),
      `${bits} bits of sample format ${format}`,
      `${Object.keys(types).join(', ')} bits for this format`,
    );

  const codes = Object.keys(COMPRESSIONS).map(Number);
  const code = among('compression', codes, 'none, LZW, deflate or PackBits; save the file as one of them', 1);
  const compression = COMPRESSIONS[code as keyof typeof COMPRESSIONS];
  const photometric = among('photometric', [0, 1, 2, 3], 'grey, RGB or palette; convert the file', 1);
  const canPredict = (compression === 'lzw' || compression === 'deflate') && bits >= 8;
  const predictors = canPredict ? (format === 3 ? [1, 2, 3] : [1, 2]) : [1];
  const predictor = among('predictor', predictors, 'for this compression and type', 1);
  among('fillOrder', [1], 'the first bit is the highest', 1);
  const planar = among('planar', [1, 2], 'channels pixel by pixel or one after the other', 1) === 2;

  const tiled = values.tileWidth !== undefined;
  const blockWidth = tiled ? positive('tileWidth', 'pixel') : width;
  const blockHeight = tiled
    ? positive('tileHeight', 'pixel')
    : Math.min(positive('rowsPerStrip', 'row', height), height);
  const layout: PageLayout = {
    page,
    width,
    height,
    channels,
    type,
    bits,
    compression,
    predictor: predictor as 1 | 2 | 3,
    minIsWhite: photometric === 0,
    palette: photometric === 3,
    reduced: one('subfileType', 0) % 2 === 1,
    tiled,
    planar,
    blockWidth,
    blockHeight,
    blockRows: Math.ceil(height / blockHeight),
    blockColumns: Math.ceil(width / blockWidth),
    offsets: all(tiled && values.tileOffsets ? 'tileOffsets' : 'stripOffsets'),
    counts: all(tiled && values.tileByteCounts ? 'tileByteCounts' : 'stripByteCounts'),
  };
  requireBlocks(layout, fileBytes, place, refuse);
  return layout;
}

function requireBlocks(
  layout: PageLayout,
  fileBytes: number,
  place: (tag: Tag) => string,
  refuse: Refuse,
): void {
  const { tiled, planar, channels, compression, offsets, counts, blockWidth, blockHeight } = layout;
  const kind = tiled ? 'tile' : 'strip';
  const [offsetTag, countTag] = tiled
    ? (['tileOffsets', 'tileByteCounts'] as const)
    : (['stripOffsets', 'stripByteCounts'] as const);
  const blocks = layout.blockRows * layout.blockColumns * (planar ? channels : 1);
  if (offsets.length !== blocks) refuse(place(offsetTag), `${offsets.length} ${kind}s`, `${blocks}`);
  if (counts.length !== blocks) refuse(place(countTag), `${counts.length} ${kind}s`, `${blocks}`);
  let stored = 0;
  for (let block = 0; block < blocks; block++) {
    const need = blockBytes(layout, block);
    const [offset, count] = [offsets[block], counts[block]];
    const least = Math.ceil(need / GAIN[compression]);
    if (count < least) {
      const expected = `${compression === 'none' ? '' : 'at least '}${least}`;
      const pixels = `${blockWidth} × ${blockHeight} pixels`;
      refuse(place(countTag), `${count} bytes in ${kind} ${block}`, `${expected} for ${pixels}`);
    }
    if (offset + count > fileBytes) {
      const got = `${kind} ${block} from ${offset} to ${offset + count}`;
      const expected = `${kind}s within the file's ${fileBytes} bytes; the file is cut short or damaged`;
      refuse(place(offsetTag), got, expected);
    }
    stored += count;
  }
  if (stored > fileBytes) {
    const expected = `at most the file's ${fileBytes}, ${kind}s that do not overlap`;
    refuse(place(countTag), `${stored} bytes in all`, expected);
  }
}
