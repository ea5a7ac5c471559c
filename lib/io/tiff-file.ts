import { memoryBytes, openRandomBytes, type RandomBytes } from './bytes';
import { ELEMENT_BYTES, type ElementType } from './elements';
import type { Image, Samples } from './image';
import { decodeBlock } from './tiff-block';
import { imagejPages } from './tiff-imagej';
import { readDirectories, refusal, type Refuse } from './tiff-directory';
import {
  blockBytes,
  blockChannels,
  pageLayout,
  storedRows,
  type PageLayout,
  type TiffCompression,
} from './tiff-layout';

/** Refuses to make images of more bytes than this unless told otherwise. */
const DEFAULT_LIMIT = 2 ** 31;

export interface TiffOptions {
  /** The most bytes that a read image may take; 2 GiB by default. */
  maxBytes?: number;
}

/** What a page is, known without reading its pixels. */
export interface TiffPage {
  width: number;
  height: number;
  /** Samples at each pixel: 1 for grey, 3 for RGB, 4 for RGBA. */
  channels: number;
  /** Type of the samples that reading gives: 'U8', 'I16', 'F32', …; 16-bit floats are given as 32-bit ones. */
  type: ElementType;
  /** Bits of a stored sample; samples of 1, 2 and 4 bits are given as 0 … 2^bits − 1. */
  bits: number;
  compression: TiffCompression;
  /** The samples are indices of a table of colours. */
  palette: boolean;
  /** The file calls 0 white and the largest value black; see readPage. */
  minIsWhite: boolean;
  /** A smaller copy of another page, as in a pyramid. */
  reduced: boolean;
  /** Size of a tile; a strip is a tile as wide as the page. */
  tileWidth: number;
  tileHeight: number;
  /** Tiles along the height and the width. */
  tileRows: number;
  tileColumns: number;
}

/** A part of a page, in pixels. */
export interface Region {
  row: number;
  column: number;
  height: number;
  width: number;
}

/**
 * An open TIFF file: its pages are read when they are asked for, tile by tile, so that a file needs the memory of what
 * is read of it. Close it after use.
 */
export class TiffFile {
  readonly pages: readonly TiffPage[];

  constructor(
    private readonly source: RandomBytes,
    private readonly layouts: readonly PageLayout[],
    private readonly bigEndian: boolean,
    private readonly maxBytes: number,
    private readonly refuse: Refuse,
  ) {
    this.pages = layouts.map(pageInfo);
  }

  /** Bytes of the file, and those that its pages' strips and tiles take in it. */
  get storedBytes(): { file: number; pixels: number } {
    const pixels = this.layouts.reduce(
      (sum, { counts }) => counts.reduce((total, count) => total + count, sum),
      0,
    );
    return { file: this.source.size, pixels };
  }

  /**
   * A whole page. MinIsWhite pages of unsigned integers of 8 bits or more are inverted, so that larger is brighter; those
   * of fewer bits are given as stored: tifffile writes masks of 1 bit so, and means 1 for true.
   *
   * @throws RangeError for a page that is not there; Error naming file, tile, got and expected where its tiles are
   *   damaged or it exceeds maxBytes
   */
  async readPage(page: number): Promise<Image> {
    const { height, width } = this.layout('readPage', page);
    return this.readRegion(page, { row: 0, column: 0, height, width });
  }

  /**
   * One tile (or strip), cut where the page ends.
   *
   * @throws as readPage; RangeError for a tile that is not there
   */
  async readTile(page: number, tileRow: number, tileColumn: number): Promise<Image> {
    const { blockHeight, blockWidth, blockRows, blockColumns, height, width } = this.layout('readTile', page);
    requireIndex('readTile', 'tile row', tileRow, blockRows);
    requireIndex('readTile', 'tile column', tileColumn, blockColumns);
    const [row, column] = [tileRow * blockHeight, tileColumn * blockWidth];
    return this.readRegion(page, {
      row,
      column,
      height: Math.min(blockHeight, height - row),
      width: Math.min(blockWidth, width - column),
    });
  }

  /**
   * A rectangle of a page; only the tiles that it touches are read.
   *
   * @throws as readPage; RangeError for a rectangle that is not within the page
   */
  async readRegion(page: number, region: Region): Promise<Image> {
    const layout = this.layout('readRegion', page);
    requireRegion(region, layout);
    const { channels, type, planar, blockWidth, blockHeight, blockRows, blockColumns } = layout;
    const samples = region.height * region.width * channels;
    const bytes = samples * Math.max(ELEMENT_BYTES[type], type === 'F16' ? 4 : 1);
    if (bytes > this.maxBytes)
      this.refuse(
        `page ${page}`,
        `${bytes} bytes of pixels`,
        `at most ${this.maxBytes}; raise maxBytes to read it`,
      );

    let data: Samples | undefined;
    const planes = planar ? channels : 1;
    const [firstRow, lastRow] = span(region.row, region.height, blockHeight);
    const [firstColumn, lastColumn] = span(region.column, region.width, blockWidth);
    for (let plane = 0; plane < planes; plane++) {
      for (let row = firstRow; row <= lastRow; row++) {
        for (let column = firstColumn; column <= lastColumn; column++) {
          const block = (plane * blockRows + row) * blockColumns + column;
          const decoded = await this.block(layout, block, storedRows(layout, row));
          // A page of one block is what that one was unpacked to, where it has memory of its own.
          const ownMemory = decoded.buffer.byteLength === decoded.byteLength;
          if (ownMemory && isOneBlock(layout) && decoded.length === samples) data = decoded;
          else {
            // After the first block: a file whose block does not unpack has no page either.
            data ??= new (decoded.constructor as new (length: number) => Samples)(samples);
            copyBlock(layout, decoded, { row, column, plane }, data, region);
          }
        }
      }
    }
    const result = data!;
    if (isInverted(layout)) invert(result, layout.bits);
    return { data: result, shape: [region.height, region.width], channels };
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private async block(layout: PageLayout, block: number, rows: number): Promise<Samples> {
    const place = `${layout.tiled ? 'tile' : 'strip'} ${block} of page ${layout.page}`;
    const need = blockBytes(layout, block);
    if (need > this.maxBytes)
      this.refuse(place, `${need} bytes`, `at most ${this.maxBytes}; raise maxBytes to read it`);
    const length = layout.compression === 'none' ? need : layout.counts[block];
    const stored = await this.source.read(layout.offsets[block], length);
    return decodeBlock(
      layout,
      stored,
      rows,
      this.bigEndian,
      `offset ${layout.offsets[block]}, ${place}`,
      this.refuse,
    );
  }

  private layout(owner: string, page: number): PageLayout {
    requireIndex(owner, 'page', page, this.layouts.length);
    return this.layouts[page];
  }
}

/**
 * Opens a TIFF or BigTIFF file of either byte order: pages in strips or tiles, grey, RGB(A) or with any number of
 * channels, pixel by pixel or channel by channel; 1, 2, 4, 8, 16 and 32-bit integers, 16, 32 and 64-bit floats;
 * uncompressed, LZW, deflate or PackBits, with predictors 2 and 3; ImageJ's stacks of more than 4 GB. Only the directories
 * are read. SubIFDs, and pages in formats that this list lacks (JPEG, fax), are not.
 *
 * @throws Error naming file, offset or tag, what was got and what was expected, where the file is no such TIFF or its
 *   offsets and counts do not fit its bytes
 */
export async function openTiff(path: string, options: TiffOptions = {}): Promise<TiffFile> {
  const source = await openRandomBytes(path);
  try {
    return await readTiffFile(source, path, 'openTiff', options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * The same from bytes in memory.
 *
 * @param name what errors call the file
 */
export function tiffInMemory(bytes: Uint8Array, name: string, options: TiffOptions = {}): Promise<TiffFile> {
  return readTiffFile(memoryBytes(bytes), name, 'openTiff', options);
}

export async function readTiffFile(
  source: RandomBytes,
  name: string,
  owner: string,
  { maxBytes = DEFAULT_LIMIT }: TiffOptions,
): Promise<TiffFile> {
  const refuse = refusal(owner, name);
  const { directories, bigEndian } = await readDirectories(source, refuse);
  const layouts = directories.map((directory) => pageLayout(directory, source.size, refuse));
  if (layouts.length === 1)
    layouts.push(...imagejPages(layouts[0], directories[0].description, source.size, refuse));
  return new TiffFile(source, layouts, bigEndian, maxBytes, refuse);
}

function pageInfo(layout: PageLayout): TiffPage {
  const { width, height, channels, type, bits, compression, palette, minIsWhite, reduced } = layout;
  return {
    width,
    height,
    channels,
    type: type === 'F16' ? 'F32' : type,
    bits,
    compression,
    palette,
    minIsWhite,
    reduced,
    tileWidth: layout.blockWidth,
    tileHeight: layout.blockHeight,
    tileRows: layout.blockRows,
    tileColumns: layout.blockColumns,
  };
}

/** The whole page is one block without padding. */
function isOneBlock({ width, height, blockWidth, blockHeight, planar, channels }: PageLayout): boolean {
  return blockWidth === width && blockHeight === height && (!planar || channels === 1);
}

/** First and last block that a stretch touches. */
function span(start: number, length: number, block: number): [number, number] {
  return [Math.floor(start / block), Math.floor((start + length - 1) / block)];
}

function copyBlock(
  layout: PageLayout,
  block: Samples,
  at: { row: number; column: number; plane: number },
  target: Samples,
  region: Region,
): void {
  const { channels, blockWidth, blockHeight } = layout;
  const within = blockChannels(layout);
  const [top, left] = [at.row * blockHeight, at.column * blockWidth];
  const rows = block.length / (blockWidth * within);
  const firstRow = Math.max(top, region.row);
  const endRow = Math.min(top + rows, region.row + region.height);
  const firstColumn = Math.max(left, region.column);
  const width = Math.min(left + blockWidth, region.column + region.width) - firstColumn;
  for (let row = firstRow; row < endRow; row++) {
    const from = ((row - top) * blockWidth + firstColumn - left) * within;
    const to = ((row - region.row) * region.width + firstColumn - region.column) * channels;
    if (within === channels) {
      target.set(block.subarray(from, from + width * channels), to);
    } else {
      for (let column = 0; column < width; column++) {
        target[to + column * channels + at.plane] = block[from + column];
      }
    }
  }
}

const isInverted = ({ minIsWhite, bits, type }: PageLayout) =>
  minIsWhite && bits >= 8 && type.startsWith('U');

function invert(samples: Samples, bits: number): void {
  const top = 2 ** bits - 1;
  for (let index = 0; index < samples.length; index++) samples[index] = top - samples[index];
}

function requireIndex(owner: string, what: string, index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`${owner}: got ${what} ${index}; expected an integer from 0 to ${count - 1}`);
  }
}

function requireRegion({ row, column, height, width }: Region, page: PageLayout): void {
  const fits = (start: number, length: number, size: number) =>
    Number.isInteger(start) && Number.isInteger(length) && start >= 0 && length > 0 && start + length <= size;
  if (!fits(row, height, page.height) || !fits(column, width, page.width)) {
    throw new RangeError(
      `readRegion: got ${height} × ${width} pixels at row ${row}, column ${column}; expected whole numbers within the ` +
        `page's ${page.height} × ${page.width}`,
    );
  }
}
