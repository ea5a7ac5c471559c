import { open, readFile, stat } from 'node:fs/promises';
import type { Image } from '../image';
import type { Refuse } from '../tiff-directory';
import { readPalette, type Palette } from './colour';
import { decodePixels, openDicom } from './dicom-pixels';
import { readHeader, type DicomHeader } from './header';
import { describePixels, limitPixels } from './pixel-description';
import { collectWarnings, dicomRefusal } from './refusal';

/** Refuses to read files, and to make images, of more bytes than this unless told otherwise. */
const DEFAULT_LIMIT = 2 ** 31;

export interface ReadDicomOptions {
  /** What errors call bytes in memory; the path for files. */
  name?: string;
  /** The most bytes that the file and its decoded pixels may take each; 2 GiB by default. */
  maxBytes?: number;
}

/** The pixels of a file: [rows, columns], or [frames, rows, columns] of a file of several frames. */
export interface DicomImage extends Image {
  /** What the samples mean: MONOCHROME1 (0 is white), MONOCHROME2, PALETTE COLOR (indices) or RGB. */
  photometric: string;
  bitsStored: number;
  /** The colours of a PALETTE COLOR image, for `applyPalette`. */
  palette?: Palette;
}

export interface Dicom {
  header: DicomHeader;
  /** Undefined where the file holds no pixels, such as a structured report. */
  image: DicomImage | undefined;
  /** Damage that was read past. */
  warnings: string[];
}

/**
 * Reads a DICOM file: header and pixels, as pydicom's `dcmread(force=True)` and `pixel_array` do.
 *
 * Samples are the stored values (before slope and intercept), their unused bits cleared, in the type of the file: Int8 to
 * Uint32, Float32 or Float64; single bits become bytes. YBR_FULL and YBR_FULL_422 become RGB, JPEG 2000's transforms are
 * taken back, planes become colour by pixel.
 *
 * Transfer syntaxes: implicit and explicit little endian, explicit big endian, deflated, RLE, JPEG baseline, extended and
 * lossless, JPEG-LS, JPEG 2000. Source: DICOM PS3.3, PS3.5, PS3.10.
 *
 * @throws Error naming file, offset and tag, what was got and what was expected
 */
export async function readDicom(source: string | Uint8Array, options: ReadDicomOptions = {}): Promise<Dicom> {
  const { maxBytes = DEFAULT_LIMIT } = options;
  const name = options.name ?? (typeof source === 'string' ? source : 'bytes');
  const refuse = dicomRefusal('readDicom', name);
  const { warnings, warn } = collectWarnings();
  const bytes = typeof source === 'string' ? await readWhole(source, maxBytes, refuse) : source;
  const file = openDicom(bytes, refuse, warn);
  const header = readHeader(file.dataSet, file.syntaxUid, name, refuse);
  const pixels = describePixels(file.dataSet, refuse);
  if (!pixels) return { header, image: undefined, warnings };
  limitPixels(pixels, maxBytes, refuse);
  const { data, photometric } = await decodePixels(file, pixels, refuse, warn);
  const { frames, rows, columns, channels, bitsStored } = pixels;
  const image: DicomImage = {
    data,
    shape: frames === 1 ? [rows, columns] : [frames, rows, columns],
    channels,
    photometric,
    bitsStored,
  };
  const palette = photometric === 'PALETTE COLOR' && readPalette(file.dataSet, pixels, refuse);
  if (palette) image.palette = palette;
  return { header, image, warnings };
}

/** Enough for the header of most files. */
const FIRST_BYTES = 2 ** 14;

/**
 * Reads the header of a DICOM file, and no more of a large file than that takes.
 *
 * @throws Error as `readDicom`, except for what is wrong with the pixels
 */
export async function readDicomHeader(
  source: string | Uint8Array,
  options: ReadDicomOptions = {},
): Promise<Omit<Dicom, 'image'>> {
  const { maxBytes = DEFAULT_LIMIT } = options;
  const name = options.name ?? (typeof source === 'string' ? source : 'bytes');
  const refuse = dicomRefusal('readDicomHeader', name);
  if (typeof source !== 'string') return headerOf(source, name, refuse).result;
  const file = await open(source);
  try {
    const { size } = await file.stat();
    for (let length = FIRST_BYTES; ; length *= 4) {
      const whole = length >= size;
      if (whole && size > maxBytes) {
        refuse('file', `${size} bytes`, `at most ${maxBytes}; raise maxBytes to read it`);
      }
      const buffer = new Uint8Array(Math.min(length, size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      const { result, complete } = headerOf(buffer.subarray(0, bytesRead), name, refuse);
      if (complete || whole) return result;
    }
  } finally {
    await file.close();
  }
}

/** `complete` where the pixels begin within the bytes. */
function headerOf(bytes: Uint8Array, name: string, refuse: Refuse) {
  const { warnings, warn } = collectWarnings();
  const { dataSet, syntaxUid, next, source } = openDicom(bytes, refuse, warn, FIRST_PIXEL_TAG);
  const header = readHeader(dataSet, syntaxUid, name, refuse);
  return { result: { header, warnings }, complete: next < source.bytes.length };
}

/** Offset tables and pixels, and what may come after them. */
const FIRST_PIXEL_TAG = 0x7fe00001;

async function readWhole(path: string, maxBytes: number, refuse: Refuse): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > maxBytes) refuse('file', `${size} bytes`, `at most ${maxBytes}; raise maxBytes to read it`);
  return readFile(path);
}
