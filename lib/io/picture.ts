import { open, readFile } from 'node:fs/promises';
import type { Image } from './image';
import { markerSegments } from './jpeg-markers';
import { isPng, type Refuse } from './png-chunks';
import { decodePng } from './png-decode';

const DEFAULT_PIXELS = 2 ** 28;
/** More than any header that says what a file is. */
const FIRST_BYTES = 12;
/** A stored pixel takes at most 8 bytes, and a file little more than its pixels. */
const MOST_FILE_BYTES = 2 ** 31 - 1;

export interface ReadPictureOptions {
  /** 'indices' gives the palette index of each pixel, as in the masks of PASCAL VOC; 'colours' (default) RGB or RGBA. */
  palette?: 'colours' | 'indices';
  /**
   * Turn a JPEG as its EXIF orientation says. False by default: samples as they are stored, as Pillow and scikit-image
   * give them, so that masks made of those fit.
   */
  rotate?: boolean;
  /** The most pixels that a picture may have; 2²⁸ by default. */
  maxPixels?: number;
}

/**
 * Reads a PNG or JPEG as it is stored: no colour profile, gamma or orientation is applied.
 *
 * PNG: 1 to 16 bits, gray (1 channel), gray and alpha (2), RGB (3), RGBA (4), palette; interlaced, too. 16 bits stay 16
 * (Uint16Array), as instance labels need; gray of 1, 2 and 4 bits is spread to 0…255. JPEG: gray or RGB of 8 bits (CMYK
 * is converted to RGB).
 *
 * @param source path, or the bytes of a file
 * @throws Error naming file, place, what was got and what was expected, where it is another format, damaged or larger than
 *   `maxPixels`; sizes are checked before pixels are unpacked
 */
export async function readPicture(
  source: string | Uint8Array,
  options: ReadPictureOptions = {},
): Promise<Image<Uint8Array | Uint16Array>> {
  const { palette = 'colours', rotate = false, maxPixels = DEFAULT_PIXELS } = options;
  if (palette !== 'colours' && palette !== 'indices') {
    throw new RangeError(
      `readPicture: got palette ${JSON.stringify(palette)}; expected 'colours' or 'indices'`,
    );
  }
  const name = typeof source === 'string' ? source : 'picture';
  const refuse: Refuse = (place, got, expected) => {
    throw new Error(`readPicture: ${name}: ${place}: got ${got}; expected ${expected}`);
  };
  const bytes = typeof source === 'string' ? await readWhole(source, refuse) : source;
  if (isPng(bytes)) return decodePng(bytes, { maxPixels, palette }, refuse);
  if (isJpeg(bytes)) return decodeJpeg(bytes, { maxPixels, rotate }, refuse);
  return refuse('offset 0', describe(bytes), 'a PNG or JPEG file');
}

/** The format is told by the first bytes, before a large file of another format is read. */
async function readWhole(path: string, refuse: Refuse): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const first = new Uint8Array(FIRST_BYTES);
    const { bytesRead } = await handle.read(first, 0, FIRST_BYTES, 0);
    const start = first.subarray(0, bytesRead);
    if (!isPng(start) && !isJpeg(start)) refuse('offset 0', describe(start), 'a PNG or JPEG file');
    const { size } = await handle.stat();
    if (size > MOST_FILE_BYTES) refuse('file', `${size} bytes`, `at most ${MOST_FILE_BYTES}`);
  } finally {
    await handle.close();
  }
  return readFile(path);
}

const isJpeg = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const first = Buffer.from(bytes.subarray(0, 4));
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(first.toString('latin1')))
    return 'a TIFF file (readTiff reads it)';
  return `bytes ${first.toString('hex')}`;
}

async function decodeJpeg(
  bytes: Uint8Array,
  { maxPixels, rotate }: { maxPixels: number; rotate: boolean },
  refuse: Refuse,
): Promise<Image<Uint8Array>> {
  const { default: sharp } = await import('sharp');
  // The size is checked here, with the file's name; sharp's own limit is in the way of larger maxPixels.
  const settings = { limitInputPixels: false, failOn: 'error', ignoreIcc: true, autoOrient: rotate } as const;
  try {
    const { width, height, channels, format } = await sharp(bytes, settings).metadata();
    if (format !== 'jpeg') refuse('offset 0', String(format), 'JPEG');
    if (width * height > maxPixels) {
      refuse(
        'frame header',
        `${height} × ${width} pixels`,
        `at most ${maxPixels}; raise maxPixels to read it`,
      );
    }
    const decoder = sharp(bytes, settings).toColourspace(channels === 1 ? 'b-w' : 'srgb');
    const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { data: pixels, shape: [info.height, info.width], channels: info.channels };
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith('readPicture: ')) throw error;
    return refuse(
      damagedPlace(bytes, message),
      libjpegWords(message),
      'a whole JPEG file; this one is damaged',
    );
  }
}

/** libjpeg does not say where it was: in the headers, which end where a segment is none, or in the scan after them. */
function damagedPlace(bytes: Uint8Array, message: string): string {
  const segments = [...markerSegments(bytes)];
  const { marker, end } = segments.at(-1) ?? { marker: 0, end: 2 };
  const inScan = marker === 0xda && !message.includes('corrupt header');
  return inScan ? `offset ${end} (scan)` : `offset 2 to ${end} (marker segments)`;
}

/** Each complaint once, without the names of the programs that passed it on. */
function libjpegWords(message: string): string {
  const lines = message.split('\n').map((line) => line.replace(/^.*VipsJpeg: /, '').trim());
  return [...new Set(lines)].filter((line) => line !== '').join('; ');
}
