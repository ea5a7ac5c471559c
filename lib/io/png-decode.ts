import { inflateSync } from 'node:zlib';
import { deflateProblem } from './deflate-error';
import type { Image } from './image';
import { readPngChunks, type PngColour, type PngParts, type Refuse } from './png-chunks';
import { unfilter } from './png-filters';

/** Samples that a stored pixel has. */
const CHANNELS: Readonly<Record<PngColour, number>> = {
  gray: 1,
  RGB: 3,
  palette: 1,
  'gray and alpha': 2,
  RGBA: 4,
};

/** Deflate codes at most 258 bytes in 2 bits. */
const MOST_GAIN = 1032;

/** First row and column, and distances of rows and columns, of the seven passes (Adam7), or of the only one. */
const PASSES = [
  [0, 0, 8, 8],
  [0, 4, 8, 8],
  [4, 0, 8, 4],
  [0, 2, 4, 4],
  [2, 0, 4, 2],
  [0, 1, 2, 2],
  [1, 0, 2, 1],
] as const;
const ONE_PASS = [[0, 0, 1, 1]] as const;

export interface PngOptions {
  maxPixels: number;
  palette: 'colours' | 'indices';
}

/**
 * The samples of a PNG as they are stored.
 *
 * sharp gives neither the indices of a palette nor samples of fewer than 8 bits as they are, and its errors name no
 * place, so labels are read here: chunks, filters, interlacing; zlib unpacks.
 */
export function decodePng(
  bytes: Uint8Array,
  { maxPixels, palette }: PngOptions,
  refuse: Refuse,
): Image<Uint8Array | Uint16Array> {
  const parts = readPngChunks(bytes, refuse);
  const { width, height, depth, colour } = parts;
  if (width * height > maxPixels) {
    refuse(
      'offset 8 (chunk "IHDR")',
      `${height} × ${width} pixels`,
      `at most ${maxPixels}; raise maxPixels to read it`,
    );
  }
  const channels = CHANNELS[colour];
  const stored = unpack(parts, channels, refuse);
  const data =
    depth === 16 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  let at = 0;
  for (const pass of passesOf(parts)) {
    const [firstRow, firstColumn, rowStep, columnStep, rows, columns] = pass;
    const rowBytes = Math.ceil((columns * channels * depth) / 8);
    const part = stored.subarray(at, at + rows * (rowBytes + 1));
    const wrong = unfilter(part, rows, rowBytes, Math.max(1, (channels * depth) / 8));
    if (wrong !== undefined)
      refuse(`row ${wrong}`, `filter ${part[wrong * (rowBytes + 1)]}`, '0 to 4: the file is damaged');
    for (let row = 0; row < rows; row++) {
      const from = part.subarray(row * (rowBytes + 1) + 1, (row + 1) * (rowBytes + 1));
      const to = ((firstRow + row * rowStep) * width + firstColumn) * channels;
      spreadRow(from, depth, data, { to, columns, channels, step: columnStep * channels });
    }
    at += part.length;
  }
  const shape = [height, width];
  if (colour === 'palette') {
    return palette === 'indices' ? { data, shape, channels: 1 } : inColours(data, shape, parts, refuse);
  }
  // Gray of fewer bits runs from 0 to 255 as gray of 8 does (section 13.12, "sample depth rescaling").
  if (depth < 8) for (let index = 0; index < data.length; index++) data[index] *= 255 / (2 ** depth - 1);
  return { data, shape, channels };
}

type Pass = readonly [
  row: number,
  column: number,
  rowStep: number,
  columnStep: number,
  rows: number,
  columns: number,
];

/** Passes that have pixels. */
function passesOf({ interlaced, width, height }: PngParts): Pass[] {
  return (interlaced ? PASSES : ONE_PASS)
    .map(([row, column, rowStep, columnStep]): Pass => {
      const rows = Math.ceil((height - row) / rowStep);
      return [row, column, rowStep, columnStep, rows, Math.ceil((width - column) / columnStep)];
    })
    .filter(([, , , , rows, columns]) => rows > 0 && columns > 0);
}

function unpack(parts: PngParts, channels: number, refuse: Refuse): Uint8Array {
  const { packed, depth, pixelsPlace } = parts;
  const need = passesOf(parts).reduce(
    (sum, [, , , , rows, columns]) => sum + rows * (Math.ceil((columns * channels * depth) / 8) + 1),
    0,
  );
  const length = packed.reduce((sum, { length }) => sum + length, 0);
  if (length * MOST_GAIN < need) {
    refuse(
      pixelsPlace,
      `${length} bytes`,
      `at least ${Math.ceil(need / MOST_GAIN)} for ${need} bytes of pixels`,
    );
  }
  let unpacked: Uint8Array;
  try {
    unpacked = inflateSync(Buffer.concat(packed), { maxOutputLength: need + 1 });
  } catch (error) {
    return refuse(pixelsPlace, deflateProblem(error, need), `${need} bytes of pixels`);
  }
  if (unpacked.length < need) refuse(pixelsPlace, `${unpacked.length} bytes of pixels`, `${need}`);
  return unpacked;
}

interface RowPlace {
  to: number;
  columns: number;
  channels: number;
  /** From a pixel's first sample to the next one's. */
  step: number;
}

/** Samples of 1 to 16 bits, the highest bit or byte first. */
function spreadRow(
  from: Uint8Array,
  depth: number,
  data: Uint8Array | Uint16Array,
  { to, columns, channels, step }: RowPlace,
): void {
  if (depth === 8 && step === channels) {
    data.set(from, to);
    return;
  }
  const mask = 2 ** depth - 1;
  for (let index = 0; index < columns * channels; index++) {
    const column = Math.floor(index / channels);
    const target = to + column * step + (index - column * channels);
    if (depth === 16) data[target] = (from[2 * index] << 8) | from[2 * index + 1];
    else {
      const bit = index * depth;
      data[target] = (from[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
    }
  }
}

/** RGB of each index, RGBA where the palette has transparent colours. */
function inColours(
  indices: Uint8Array | Uint16Array,
  shape: number[],
  { palette, alphas }: PngParts,
  refuse: Refuse,
): Image<Uint8Array> {
  const colours = palette!.length / 3;
  const channels = alphas ? 4 : 3;
  const data = new Uint8Array(indices.length * channels);
  indices.forEach((index, pixel) => {
    if (index >= colours)
      refuse(`pixel ${pixel}`, `colour ${index}`, `at most ${colours - 1}, the palette's last`);
    data.set(palette!.subarray(3 * index, 3 * index + 3), pixel * channels);
    if (alphas) data[pixel * channels + 3] = alphas[index] ?? 255;
  });
  return { data, shape, channels };
}
