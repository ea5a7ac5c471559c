import { inflateSync } from 'node:zlib';
import { decodeImage, type Page } from 'utif';
import { deflateProblem } from './deflate-error';
import { ELEMENT_BYTES, readElements } from './elements';
import type { Samples } from './image';
import { packBitsLength } from './packbits';
import { TAGS, type Refuse } from './tiff-directory';
import { blockChannels, blockRowBytes, type PageLayout } from './tiff-layout';
import { lzwLength, unpackLzw } from './tiff-lzw';
import { undoDifferences, undoFloatDifferences } from './tiff-predictor';

/**
 * The samples of one block from its stored bytes: `rows` rows of the block's width, channels last.
 *
 * @param place what errors call the block
 */
export function decodeBlock(
  layout: PageLayout,
  stored: Uint8Array,
  rows: number,
  bigEndian: boolean,
  place: string,
  refuse: Refuse,
): Samples {
  const { type, bits, predictor, blockWidth, blockHeight } = layout;
  const rowBytes = blockRowBytes(layout);
  const need = rows * rowBytes;
  const unpacked = unpack(layout, stored, need, blockHeight * rowBytes, place, refuse);
  const channels = blockChannels(layout);
  if (bits < 8) return spreadBits(unpacked, bits, blockWidth * channels, rows);
  if (predictor === 3) {
    const size = ELEMENT_BYTES[type];
    return readElements(type, undoFloatDifferences(unpacked, blockWidth, channels, size)) as Samples;
  }
  if (predictor === 1) return readElements(type, unpacked, { bigEndian }) as Samples;
  const size = ELEMENT_BYTES[type];
  if (size === 8) return refuse(place, 'predictor 2 of 64-bit samples', 'predictor 1 or 3');
  // Their bits as integers of the machine's order first: differences carry from byte to byte.
  const integers = readElements(size === 1 ? 'U8' : size === 2 ? 'U16' : 'U32', unpacked, { bigEndian });
  undoDifferences(integers, blockWidth, channels);
  return readElements(
    type,
    new Uint8Array(integers.buffer, integers.byteOffset, integers.byteLength),
  ) as Samples;
}

/** Images hardly ever pack by LZW to less than a part in so many; what is denser may be a bomb. */
const USUAL_GAIN = 16;

/** The first `need` bytes of a block, in memory of their own; a last strip may be stored as tall as the others. */
function unpack(
  { compression }: PageLayout,
  stored: Uint8Array,
  need: number,
  most: number,
  place: string,
  refuse: Refuse,
): Uint8Array {
  const damaged = (got: string) => refuse(place, got, `${need} bytes; the file is damaged`);
  if (compression === 'none') return new Uint8Array(stored.subarray(0, need));
  let unpacked: Uint8Array | undefined;
  if (compression === 'lzw') {
    // Counted before memory is set aside for it, where the file asks for more than images of its size do.
    const length = need > USUAL_GAIN * stored.length ? (lzwLength(stored, need) ?? need) : need;
    if (length < need) damaged(`lzw of ${length} bytes`);
    unpacked = unpackLzw(stored, need) ?? damaged('LZW with a code that has no meaning');
  } else if (compression === 'packbits') {
    const length = packBitsLength(stored) ?? damaged('PackBits whose last run is cut short');
    if (length > most) damaged(`PackBits of ${length} bytes`);
    unpacked = length < need ? damaged(`PackBits of ${length} bytes`) : unpackBits(stored, length);
  } else {
    try {
      unpacked = inflateSync(stored, { maxOutputLength: Math.max(most, 1) });
    } catch (error) {
      return damaged(deflateProblem(error, most));
    }
  }
  if (unpacked.length < need) damaged(`${compression} of ${unpacked.length} bytes`);
  return unpacked.subarray(0, need);
}

const NOTHING = 0x80;

/**
 * PackBits by utif, which trusts the runs: their length was counted before. It takes a block that saves nothing for
 * uncompressed, so one gets a byte more, which codes nothing.
 */
function unpackBits(stored: Uint8Array, length: number): Uint8Array {
  const own = new Uint8Array(stored.length + 1);
  own.set(stored);
  own[stored.length] = NOTHING;
  const count = stored.length === length ? own.length : stored.length;
  const page = {} as Page;
  const tags: [keyof typeof TAGS, number][] = [
    ['width', length],
    ['height', 1],
    ['bitsPerSample', 8],
    ['compression', 32773],
    ['photometric', 1],
    ['stripOffsets', 0],
    ['stripByteCounts', count],
  ];
  for (const [tag, value] of tags) page[`t${TAGS[tag]}`] = [value];
  decodeImage(own.buffer, page, [page]);
  return page.data;
}

/** Samples of 1, 2 or 4 bits, the highest first, rows beginning at a whole byte. */
function spreadBits(bytes: Uint8Array, bits: number, samples: number, rows: number): Uint8Array {
  const out = new Uint8Array(rows * samples);
  const rowBytes = Math.ceil((samples * bits) / 8);
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < samples; index++) {
      const shift = 8 - bits * ((index % perByte) + 1);
      out[row * samples + index] = (bytes[row * rowBytes + Math.floor(index / perByte)] >> shift) & mask;
    }
  }
  return out;
}
