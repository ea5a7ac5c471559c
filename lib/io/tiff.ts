import { readFile, stat } from 'node:fs/promises';
import { decodeImage, type Page } from 'utif';
import type { ImageStack } from './image-stack';
import { packBitsLength } from './packbits';
import {
  readDirectories,
  refusal,
  tagPlace,
  TAGS,
  type Directory,
  type Refuse,
  type Tag,
} from './tiff-directory';

/** Refuses to read files, and to make images, of more bytes than this unless told otherwise. */
const DEFAULT_LIMIT = 2 ** 31;

const NONE = 1;
const PACKBITS = 32773;
/** The most bytes that one byte of PackBits can become: two bytes code a run of 128. */
const PACKBITS_GAIN = 64;

export interface ReadTiffOptions {
  /** The most bytes that the file and its decoded pages may take each; 2 GiB by default. */
  maxBytes?: number;
}

/**
 * Reads all pages of a grey TIFF file: 8 or 16 bits a pixel, in strips, uncompressed or PackBits.
 *
 * Shape: [pages, height, width]; Uint8Array (0…255) or Uint16Array (0…65535), larger is brighter
 *
 * @throws Error naming file, offset or tag, what was got and what was expected, before any page is decoded, when the file
 *   is not such a TIFF, its offsets and counts do not fit its bytes, its pages differ in size, or it exceeds `maxBytes`
 */
export async function readTiff(
  path: string,
  options: ReadTiffOptions = {},
): Promise<ImageStack<Uint8Array | Uint16Array>> {
  const { maxBytes = DEFAULT_LIMIT } = options;
  const { size } = await stat(path);
  if (size > maxBytes)
    refusal(path)('file', `${size} bytes`, `at most ${maxBytes}; raise maxBytes to read it`);
  return decodeTiff(await readFile(path), path, options);
}

/**
 * The same from bytes in memory.
 *
 * @param name what errors call the file
 */
export function decodeTiff(
  bytes: Uint8Array,
  name: string,
  { maxBytes = DEFAULT_LIMIT }: ReadTiffOptions = {},
): ImageStack<Uint8Array | Uint16Array> {
  const refuse = refusal(name);
  const directories = readDirectories(bytes, refuse);
  const layouts = directories.map((directory) => pageLayout(directory, bytes.length, refuse));
  const [{ width, height, bits }] = layouts;
  layouts.forEach((layout, page) => {
    if (layout.width !== width || layout.height !== height || layout.bits !== bits) {
      const size = `${layout.height}×${layout.width} of ${layout.bits} bits`;
      refuse(`page ${page}`, size, `${height}×${width} of ${bits} bits like page 0`);
    }
  });
  const stored = layouts.reduce((sum, layout) => sum + layout.stored, 0);
  if (stored > bytes.length) {
    refuse(
      'strips',
      `${stored} bytes in all`,
      `at most the file's ${bytes.length}, strips that do not overlap`,
    );
  }
  directories.forEach((directory, page) => requireWholeStrips(bytes, directory, layouts[page], refuse));
  const decoded = (layouts.length * height * width * bits) / 8;
  if (decoded > maxBytes)
    refuse('pages', `${decoded} bytes of pixels`, `at most ${maxBytes}; raise maxBytes to read it`);

  const file = wholeBuffer(bytes);
  const area = height * width;
  const data = bits === 8 ? new Uint8Array(layouts.length * area) : new Uint16Array(layouts.length * area);
  directories.forEach((directory, page) => {
    const target = data.subarray(page * area, (page + 1) * area);
    decodePage(file, directory, layouts[page].rows, target);
    if (layouts[page].darkIsLarge) invert(target);
  });
  return { data, pages: layouts.length, height, width };
}

interface PageLayout {
  width: number;
  height: number;
  bits: number;
  packed: boolean;
  /** Rows in a strip. */
  rows: number;
  /** Bytes that the page's strips take in the file. */
  stored: number;
  darkIsLarge: boolean;
}

function pageLayout(directory: Directory, fileBytes: number, refuse: Refuse): PageLayout {
  const { page, values } = directory;
  const place = (tag: Tag) => tagPlace(tag, page, directory.offsets[tag]);
  const one = (tag: Tag, fallback?: number): number =>
    values[tag]?.[0] ?? fallback ?? refuse(place(tag), 'none', 'the tag, which every page needs');
  const among = (tag: Tag, allowed: number[], meaning: string, fallback: number): number => {
    const value = one(tag, fallback);
    return allowed.includes(value)
      ? value
      : refuse(place(tag), String(value), `${allowed.join(' or ')} (${meaning})`);
  };

  if (values.tileWidth) refuse(place('tileWidth'), 'tiles', 'strips; save the file untiled');
  const bits = among('bitsPerSample', [8, 16], 'grey of 8 or 16 bits', 1);
  const compression = among(
    'compression',
    [NONE, PACKBITS],
    'none or PackBits; save the file uncompressed',
    NONE,
  );
  const photometric = among('photometric', [0, 1], 'grey', 1);
  among('samplesPerPixel', [1], 'one channel', 1);
  among('sampleFormat', [1], 'unsigned integers', 1);
  among('predictor', [1], 'none', 1);
  among('fillOrder', [1], 'the first bit is the highest', 1);

  const width = one('width');
  const height = one('height');
  if (width < 1) refuse(place('width'), '0', 'at least 1 pixel');
  if (height < 1) refuse(place('height'), '0', 'at least 1 pixel');
  const rows = Math.min(one('rowsPerStrip', height), height);
  if (rows < 1) refuse(place('rowsPerStrip'), '0', 'at least 1 row');
  const strips = Math.ceil(height / rows);
  const rowBytes = (width * bits) / 8;
  const offsets =
    values.stripOffsets ?? refuse(place('stripOffsets'), 'none', 'the tag, which every page needs');
  const counts =
    values.stripByteCounts ?? refuse(place('stripByteCounts'), 'none', 'the tag, which every page needs');
  if (offsets.length !== strips) refuse(place('stripOffsets'), `${offsets.length} strips`, `${strips}`);
  if (counts.length !== strips) refuse(place('stripByteCounts'), `${counts.length} strips`, `${strips}`);

  let stored = 0;
  offsets.forEach((offset, strip) => {
    const need = Math.min(rows, height - strip * rows) * rowBytes;
    const count = counts[strip];
    if (compression === NONE ? count !== need : count * PACKBITS_GAIN < need) {
      const expected = compression === NONE ? `${need}` : `at least ${Math.ceil(need / PACKBITS_GAIN)}`;
      refuse(
        place('stripByteCounts'),
        `${count} bytes in strip ${strip}`,
        `${expected} for ${width} × ${rows} pixels`,
      );
    }
    if (offset + count > fileBytes) {
      const got = `strip ${strip} from ${offset} to ${offset + count}`;
      refuse(
        place('stripOffsets'),
        got,
        `strips within the file's ${fileBytes} bytes; the file is cut short or damaged`,
      );
    }
    if (compression === PACKBITS && count === height * rowBytes) {
      // UTIF takes such a strip for uncompressed.
      refuse(
        place('stripByteCounts'),
        `PackBits that saves nothing (${count} bytes)`,
        'an uncompressed file',
      );
    }
    stored += count;
  });
  return {
    width,
    height,
    bits,
    packed: compression === PACKBITS,
    rows,
    stored,
    darkIsLarge: photometric === 0,
  };
}

/** UTIF trusts the runs of PackBits: too few leave pixels black, too many spill into the next strip. */
function requireWholeStrips(
  bytes: Uint8Array,
  { page, values }: Directory,
  { width, height, bits, packed, rows }: PageLayout,
  refuse: Refuse,
): void {
  if (!packed) return;
  values.stripOffsets?.forEach((offset, strip) => {
    const stripRows = Math.min(rows, height - strip * rows);
    const need = (stripRows * width * bits) / 8;
    const got = packBitsLength(bytes.subarray(offset, offset + values.stripByteCounts![strip]));
    if (got !== need) {
      refuse(
        `strip ${strip} of page ${page}`,
        got === undefined ? 'PackBits whose last run is cut short' : `PackBits of ${got} bytes`,
        `${need} for ${width} × ${stripRows} pixels; the file is damaged`,
      );
    }
  });
}

/**
 * UTIF sees only tags that were checked, with a photometric tag, which it takes for granted,
 * and with the rows in a strip brought down to the page's: it walks over all rows that
 * a strip claims, and writers put 2³² − 1 for "all". It returns 16-bit pixels little-endian whatever the file's order.
 */
function decodePage(
  file: ArrayBuffer,
  { values }: Directory,
  rows: number,
  target: Uint8Array | Uint16Array,
): void {
  const page = {} as Page;
  for (const [tag, numbers] of Object.entries(values)) page[`t${TAGS[tag as Tag]}`] = numbers;
  page[`t${TAGS.rowsPerStrip}`] = [rows];
  page[`t${TAGS.photometric}`] ??= [1];
  decodeImage(file, page, [page]);
  if (target instanceof Uint8Array) {
    target.set(page.data.subarray(0, target.length));
    return;
  }
  for (let index = 0; index < target.length; index++) {
    target[index] = page.data[2 * index] | (page.data[2 * index + 1] << 8);
  }
}

function invert(pixels: Uint8Array | Uint16Array): void {
  const top = pixels instanceof Uint8Array ? 255 : 65535;
  for (let index = 0; index < pixels.length; index++) pixels[index] = top - pixels[index];
}

/** The bytes as a buffer of their own, copied only when they share one. */
function wholeBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  const whole = byteOffset === 0 && byteLength === buffer.byteLength;
  return (whole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
}
