import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Image, Samples } from './image';
import type { ImageStack } from './image-stack';
import { bitsOf, encodeDirectories, HEADER_BYTES, type WrittenPage } from './tiff-write-directory';
import { integersOf, takeDifferences } from './tiff-predictor';

const deflateBytes = promisify(deflate);

export interface WriteTiffOptions {
  /** 'deflate' (of differences, for integers) by default; 'none' is read by everything. */
  compression?: 'none' | 'deflate';
  /** Side of square tiles, a multiple of 16; strips of whole rows by default. */
  tile?: number;
}

/** What a page will be, before its pixels are there. */
export interface TiffPageOptions<T extends Samples = Samples> extends WriteTiffOptions {
  height: number;
  width: number;
  /** 1 by default; 3 is RGB, 4 RGBA. */
  channels?: number;
  /** Array class of the samples. */
  type: new (length: number) => T;
}

/** Strips hold about this many bytes, the more the better they pack; larger ones cost memory to read a part. */
const STRIP_BYTES = 2 ** 18;

/**
 * Writes a TIFF file tile by tile, so that an image needs not be in memory: page by page, each tile once, in any order.
 * The file is written beside its place and renamed by `finish`; one of more than 4 GiB becomes a BigTIFF.
 */
export class TiffWriter {
  private readonly pages: WrittenPage[] = [];
  private end = HEADER_BYTES;

  private constructor(
    private readonly file: string,
    private readonly beside: string,
    private readonly handle: FileHandle,
  ) {}

  /** Folders that are missing are made. */
  static async create(file: string): Promise<TiffWriter> {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    const beside = `${file}.${process.pid}.part`;
    return new TiffWriter(file, beside, await open(beside, 'w'));
  }

  /**
   * Begins the next page; its tiles are `tileRows` × `tileColumns` of `tileHeight` × `tileWidth` pixels.
   *
   * @throws RangeError for sizes that are no positive integers and tiles that are no multiple of 16
   */
  addPage(options: TiffPageOptions): {
    tileRows: number;
    tileColumns: number;
    tileHeight: number;
    tileWidth: number;
  } {
    const { height, width, channels = 1, type, compression = 'deflate', tile } = options;
    for (const [name, value] of Object.entries({ height, width, channels })) requireCount(name, value);
    requireTile('addPage', tile);
    const row = width * channels * type.prototype.BYTES_PER_ELEMENT;
    const tileHeight = tile ?? Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / row)));
    const tileWidth = tile ?? width;
    const [tileRows, tileColumns] = [Math.ceil(height / tileHeight), Math.ceil(width / tileWidth)];
    const blocks = tileRows * tileColumns;
    this.pages.push({
      height,
      width,
      channels,
      type,
      compression,
      tiled: tile !== undefined,
      tileHeight,
      tileWidth,
      tileColumns,
      offsets: new Float64Array(blocks),
      counts: new Float64Array(blocks),
    });
    return { tileRows, tileColumns, tileHeight, tileWidth };
  }

  /**
   * Writes a tile of the last page: rows of `tileWidth` pixels, channels last. Where the page ends it may be cut, as
   * TiffFile.readTile gives it.
   *
   * @throws RangeError for a tile that is not there, was written, or has another size or type
   */
  async writeTile(tileRow: number, tileColumn: number, { data, shape }: Image): Promise<void> {
    const page = this.pages.at(-1);
    if (!page) throw new RangeError('writeTile: got a tile before any page; expected addPage first');
    const block = tileRow * page.tileColumns + tileColumn;
    const inside = Number.isInteger(tileRow) && Number.isInteger(tileColumn) && tileColumn < page.tileColumns;
    if (
      !inside ||
      tileRow < 0 ||
      tileColumn < 0 ||
      block >= page.offsets.length ||
      page.offsets[block] !== 0
    ) {
      throw new RangeError(
        `writeTile: got tile (${tileRow}, ${tileColumn}); expected one of the page's that was not written yet`,
      );
    }
    const cut = [
      Math.min(page.tileHeight, page.height - tileRow * page.tileHeight),
      Math.min(page.tileWidth, page.width - tileColumn * page.tileWidth),
    ];
    const fits = (size: number[]) => shape[0] === size[0] && shape[1] === size[1];
    const expected = shape[0] * shape[1] * page.channels;
    if (
      !(data instanceof page.type) ||
      data.length !== expected ||
      !(fits(cut) || fits([page.tileHeight, page.tileWidth]))
    ) {
      throw new RangeError(
        `writeTile: got ${data.constructor.name} of ${data.length} samples, shape [${shape}]; expected ` +
          `${page.type.name}, shape [${cut}], ${page.channels} channel(s)`,
      );
    }
    // Its place is taken before the first wait, so that tiles may be written beside one another.
    page.offsets[block] = -1;
    const bytes = await encodeTile(page, data, shape[0], shape[1]);
    page.offsets[block] = this.end;
    page.counts[block] = bytes.length;
    this.end += bytes.length + (bytes.length % 2);
    await writeAll(this.handle, bytes, page.offsets[block]);
  }

  /**
   * Writes the directories and puts the file in its place.
   *
   * @throws RangeError, and deletes what was written, where there is no page or a page misses a tile
   */
  async finish(): Promise<void> {
    try {
      if (this.pages.length === 0) throw new RangeError('finish: got no page; expected at least one');
      this.pages.forEach(({ offsets, tileColumns }, page) => {
        const missing = offsets.findIndex((offset) => offset <= 0);
        if (missing < 0) return;
        const tile = `(${Math.floor(missing / tileColumns)}, ${missing % tileColumns})`;
        throw new RangeError(`finish: got no tile ${tile} of page ${page}; expected every tile of it`);
      });
      const { header, directories } = encodeDirectories(this.pages, this.end);
      await writeAll(this.handle, directories, this.end);
      await writeAll(this.handle, header, 0);
      await this.handle.sync();
    } catch (error) {
      await this.abort();
      throw error;
    }
    await this.handle.close();
    await rename(this.beside, this.file);
  }

  /** Gives up: nothing is left on disk, and what was in the file's place stays. */
  async abort(): Promise<void> {
    await this.handle.close();
    await rm(this.beside, { force: true });
  }
}

/**
 * Writes images as the pages of one TIFF file; the pages of a stack are one page each.
 *
 * @throws RangeError for an image that is not [height, width]
 */
export async function writeTiff(
  file: string,
  images: Image | ImageStack | readonly Image[],
  options: WriteTiffOptions = {},
): Promise<void> {
  const pages = 'pages' in images ? stackPages(images) : Array.isArray(images) ? images : [images as Image];
  for (const { shape, data, channels } of pages as readonly Image[]) {
    if (shape.length !== 2 || data.length !== shape[0] * shape[1] * channels) {
      throw new RangeError(
        `writeTiff: got ${data.length} samples of shape [${shape}], ${channels} channel(s); expected [height, width] ` +
          'and as many samples; write a volume slice by slice',
      );
    }
  }
  const writer = await TiffWriter.create(file);
  try {
    for (const image of pages as readonly Image[]) await writePage(writer, image, options);
  } catch (error) {
    await writer.abort();
    throw error;
  }
  await writer.finish();
}

async function writePage(writer: TiffWriter, image: Image, options: WriteTiffOptions): Promise<void> {
  const { data, channels } = image;
  const [height, width] = image.shape;
  const type = data.constructor as new (length: number) => Samples;
  const page = writer.addPage({ height, width, channels, type, ...options });
  for (let row = 0; row < page.tileRows; row++) {
    for (let column = 0; column < page.tileColumns; column++) {
      const top = row * page.tileHeight;
      const left = column * page.tileWidth;
      const shape = [Math.min(page.tileHeight, height - top), Math.min(page.tileWidth, width - left)];
      await writer.writeTile(row, column, cutTile(image, top, left, shape));
    }
  }
}

/** A rectangle of an image, as writeTile takes it. */
export function cutTile(
  { data, shape: [, width], channels }: Image,
  top: number,
  left: number,
  [rows, columns]: readonly number[],
): Image {
  const tile = new (data.constructor as new (length: number) => Samples)(rows * columns * channels);
  for (let row = 0; row < rows; row++) {
    const from = ((top + row) * width + left) * channels;
    tile.set(data.subarray(from, from + columns * channels), row * columns * channels);
  }
  return { data: tile, shape: [rows, columns], channels };
}

function stackPages({ data, pages, height, width }: ImageStack): Image[] {
  const area = height * width;
  return Array.from({ length: pages }, (_, page) => ({
    data: data.subarray(page * area, (page + 1) * area),
    shape: [height, width],
    channels: 1,
  }));
}

/** A tile's bytes as they are stored: a tile (not a strip) is filled with zeros to its size. */
async function encodeTile(
  page: WrittenPage,
  data: Samples,
  rows: number,
  columns: number,
): Promise<Uint8Array> {
  const { channels, tiled, tileHeight, tileWidth, compression, type } = page;
  const storedRows = tiled ? tileHeight : rows;
  const stored = new type(storedRows * tileWidth * channels);
  for (let row = 0; row < rows; row++) {
    const from = row * columns * channels;
    stored.set(data.subarray(from, from + columns * channels), row * tileWidth * channels);
  }
  if (compression === 'none') return bytesOf(stored);
  if (bitsOf(page).predictor === 2) takeDifferences(integersOf(stored)!, tileWidth, channels);
  return deflateBytes(bytesOf(stored));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Samples) =>
  new Uint8Array(buffer, byteOffset, byteLength);

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** @throws RangeError for a side of tiles that is no multiple of 16 */
export function requireTile(owner: string, tile: number | undefined): void {
  if (tile === undefined || (Number.isInteger(tile) && tile >= 16 && tile % 16 === 0)) return;
  throw new RangeError(`${owner}: got tile ${tile}; expected a multiple of 16`);
}

function requireCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value >= 2 ** 32) {
    throw new RangeError(`addPage: got ${name} ${value}; expected a positive integer`);
  }
}
