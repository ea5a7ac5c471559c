import type { Refuse } from '../tiff-directory';
import type { DicomDataSet } from './data-set';
import { place, type Element } from './elements';
import { framesOf } from './header';
import type { Keyword } from './tags';

/** How the pixels of a file are stored. Source: DICOM PS3.3 C.7.6.3. */
export interface PixelDescription {
  rows: number;
  columns: number;
  frames: number;
  /** Samples at each place: 1 or 3. */
  channels: number;
  photometric: string;
  /** Colours lie in planes, one after the other. */
  planar: boolean;
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  signed: boolean;
  float: boolean;
  /** The element that holds the pixels. */
  element: Element;
}

const PIXELS = ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData'] as const;

/** Undefined where the file holds no pixels. */
export function describePixels(dataSet: DicomDataSet, refuse: Refuse): PixelDescription | undefined {
  const keyword = PIXELS.find((name) => dataSet.has(name));
  if (!keyword) return undefined;
  const element = dataSet.element(keyword)!;
  const integer = (
    name: Keyword,
    allowed: (value: number) => boolean,
    expected: string,
    fallback?: number,
  ) => {
    const value = dataSet.text(name) === undefined ? fallback : dataSet.number(name);
    if (value !== undefined && Number.isInteger(value) && allowed(value)) return value;
    const text = dataSet.texts(name, 4).join('\\');
    const got = text === '' ? (dataSet.has(name) ? 'no value' : 'none') : printable(text);
    return refuse(dataSet.place(name), got, expected);
  };
  const float = keyword !== 'PixelData';
  const size = (value: number) => value >= 1 && value <= 65535;
  const channels = integer('SamplesPerPixel', (value) => value === 1 || value === 3, '1 or 3', 1);
  const depths = float ? [keyword === 'FloatPixelData' ? 32 : 64] : [1, 8, 16, 32];
  const bitsAllocated = integer('BitsAllocated', (bits) => depths.includes(bits), depths.join(', '));
  const bitsStored = integer(
    'BitsStored',
    (bits) => bits >= 1 && bits <= bitsAllocated,
    `1 to ${bitsAllocated}, the bits allocated`,
    bitsAllocated,
  );
  const highBit = dataSet.number('HighBit') ?? bitsStored - 1;
  return {
    rows: integer('Rows', size, 'an integer from 1 to 65535'),
    columns: integer('Columns', size, 'an integer from 1 to 65535'),
    frames: checkFrames(dataSet, refuse),
    channels,
    photometric: dataSet.text('PhotometricInterpretation') ?? (channels === 1 ? 'MONOCHROME2' : 'RGB'),
    planar: channels > 1 && integer('PlanarConfiguration', (value) => value < 2, '0 or 1', 0) === 1,
    bitsAllocated,
    bitsStored,
    highBit: highBit >= bitsStored - 1 && highBit < bitsAllocated ? highBit : bitsStored - 1,
    signed: !float && integer('PixelRepresentation', (value) => value < 2, '0 or 1', 0) === 1,
    float,
    element,
  };
}

/** Numbers as they are; anything else as a quoted text. */
const printable = (text: string) => (/^[-\d.\\]+$/.test(text) ? text : JSON.stringify(text.slice(0, 64)));

function checkFrames(dataSet: DicomDataSet, refuse: Refuse): number {
  const frames = framesOf(dataSet);
  if (!Number.isInteger(frames) || frames < 1 || frames > 2 ** 31 - 1) {
    refuse(dataSet.place('NumberOfFrames'), String(frames), 'an integer from 1');
  }
  return frames;
}

/** Samples in all frames. */
export function sampleCount({ rows, columns, channels, frames }: PixelDescription): number {
  return rows * columns * channels * frames;
}

/** Bytes in memory once decoded: bits become bytes. */
export function decodedBytes(pixels: PixelDescription): number {
  return sampleCount(pixels) * Math.max(1, pixels.bitsAllocated / 8);
}

/** Refuses, before anything is allocated, images of more bytes than allowed. */
export function limitPixels(pixels: PixelDescription, maxBytes: number, refuse: Refuse): void {
  const need = decodedBytes(pixels);
  if (need <= maxBytes) return;
  const { rows, columns, frames, element } = pixels;
  refuse(
    place(element),
    `${frames} frames of ${rows} × ${columns}, ${need} bytes of pixels`,
    `at most ${maxBytes}; raise maxBytes to read it`,
  );
}
