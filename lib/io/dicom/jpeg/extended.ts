import { JpegBits, type Fail, type HuffmanTable } from './bits';
import { readScans, type Frame, type Scan } from './frame';
import { inverseDct } from './inverse-dct';

/** Where the coefficients of a block, in the order that they are stored in, belong. T.81, figure A.6. */
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];

/**
 * Decodes JPEG extended of 12 bits (process 4): sequential, Huffman coded. Source: ITU-T T.81 annex F. Colours stay as
 * they are coded.
 *
 * @returns samples 0…4095, colour by pixel
 */
export function decodeExtended(bytes: Uint8Array, fail: Fail): Uint16Array {
  let frame: Frame | undefined;
  let samples = new Uint16Array();
  const begin = (header: Frame) => {
    frame = header;
    samples = newSamples(bytes, header, fail);
  };
  readScans(bytes, begin, (scan) => decodeScan(bytes, frame!, scan, samples, fail), fail);
  if (!frame) fail('no frame header', 'one of an extended JPEG (0xffc1)');
  return samples;
}

function newSamples(bytes: Uint8Array, frame: Frame, fail: Fail): Uint16Array<ArrayBuffer> {
  const { marker, precision, rows, columns, components } = frame;
  if (marker !== 0xc1 || precision !== 12) {
    fail(`a frame header 0xff${marker.toString(16)} of ${precision} bits`, '0xffc1 of 12 bits');
  }
  if (components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) {
    fail('components of which some have fewer samples', 'one sample of each at each pixel');
  }
  const blocks = Math.ceil(rows / 8) * Math.ceil(columns / 8) * components.length;
  // A block takes two codes at least.
  if (2 * blocks > 8 * bytes.length)
    fail(`${bytes.length} bytes`, `at least ${blocks >> 2} for ${blocks} blocks`);
  return new Uint16Array(rows * columns * components.length);
}

function decodeScan(
  bytes: Uint8Array,
  { rows, columns, components }: Frame,
  scan: Scan,
  samples: Uint16Array,
  fail: Fail,
): number {
  const bits = new JpegBits(bytes, scan.at, fail);
  const parts = scan.components.map(({ index, dc, ac }) => ({
    index,
    dc: dc ?? fail('a scan', 'its Huffman tables before it'),
    ac: ac ?? fail('a scan', 'its Huffman tables before it'),
    factors:
      scan.quantization[components[index].quantization] ?? fail('a scan', 'its quantization table before it'),
  }));
  const previous = parts.map(() => 0);
  const block = new Int32Array(64);
  const across = Math.ceil(columns / 8);
  const blocks = across * Math.ceil(rows / 8);
  for (let unit = 0; unit < blocks; unit++) {
    if (scan.restartInterval > 0 && unit > 0 && unit % scan.restartInterval === 0) {
      bits.restart();
      previous.fill(0);
    }
    const top = 8 * Math.floor(unit / across);
    const left = 8 * (unit % across);
    for (const [part, { index, dc, ac, factors }] of parts.entries()) {
      previous[part] = readBlock(bits, dc, ac, factors, previous[part], block, fail);
      inverseDct(block);
      for (let row = top; row < Math.min(rows, top + 8); row++) {
        for (let column = left; column < Math.min(columns, left + 8); column++) {
          const value = block[8 * (row - top) + column - left] + 2048;
          samples[(row * columns + column) * components.length + index] = Math.max(0, Math.min(4095, value));
        }
      }
    }
  }
  return bits.at;
}

/** The coefficients of a block, multiplied; returns the first one as it was stored, which the next block's adds to. */
function readBlock(
  bits: JpegBits,
  dc: HuffmanTable,
  ac: HuffmanTable,
  factors: Uint16Array,
  previous: number,
  block: Int32Array,
  fail: Fail,
): number {
  block.fill(0);
  const size = bits.symbol(dc);
  if (size > 15) fail(`a difference of ${size} bits`, 'at most 15');
  const first = previous + (size === 0 ? 0 : bits.difference(size));
  block[0] = first * factors[0];
  for (let index = 1; index < 64; index++) {
    const symbol = bits.symbol(ac);
    const zeros = symbol >> 4;
    const length = symbol & 15;
    if (length === 0) {
      if (zeros !== 15) break; // end of block
      index += 15;
      continue;
    }
    index += zeros;
    if (index > 63) fail(`coefficient ${index} of a block`, 'at most 63');
    block[ZIGZAG[index]] = bits.difference(length) * factors[index];
  }
  return first;
}
