/** Throws an error that names file, place, what is there and what should be. */
export type Refuse = (place: string, got: string, expected: string) => never;

/** What IHDR and PLTE say. */
export interface PngHeader {
  width: number;
  height: number;
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  depth: number;
  colour: PngColour;
  interlaced: boolean;
}

export type PngColour = 'gray' | 'RGB' | 'palette' | 'gray and alpha' | 'RGBA';

export interface PngParts extends PngHeader {
  /** Red, green and blue of each index; for palette pictures. */
  palette?: Uint8Array;
  /** Alpha of the first indices of a palette. */
  alphas?: Uint8Array;
  /** The compressed pixels, and what errors call them. */
  packed: Uint8Array[];
  pixelsPlace: string;
}

const SIGNATURE = '89504e470d0a1a0a';

export function isPng(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 8)).toString('hex') === SIGNATURE;
}

/** Colour types with the depths that each may have. */
const COLOURS: Readonly<Record<number, { colour: PngColour; depths: readonly number[] }>> = {
  0: { colour: 'gray', depths: [1, 2, 4, 8, 16] },
  2: { colour: 'RGB', depths: [8, 16] },
  3: { colour: 'palette', depths: [1, 2, 4, 8] },
  4: { colour: 'gray and alpha', depths: [8, 16] },
  6: { colour: 'RGBA', depths: [8, 16] },
};

/**
 * Reads the chunks of a PNG file; those that pixels do not need are passed over.
 *
 * Source: PNG specification (third edition), sections 5 and 11.
 */
export function readPngChunks(bytes: Uint8Array, refuse: Refuse): PngParts {
  const chunks = listChunks(bytes, refuse);
  const [first, ...others] = chunks;
  if (first.kind !== 'IHDR') return refuse(first.place, `chunk ${JSON.stringify(first.kind)}`, 'IHDR first');
  const header = readHeader(first.data, first.place, refuse);
  const parts: PngParts = { ...header, packed: [], pixelsPlace: '' };
  for (const { kind, data, place } of others) {
    if (kind === 'IHDR') refuse(place, 'a second IHDR', 'one');
    if (kind === 'PLTE') {
      if (data.length === 0 || data.length % 3 !== 0 || data.length > 768) {
        refuse(place, `${data.length} bytes`, '3 for each of 1 to 256 colours');
      }
      parts.palette = data;
    } else if (kind === 'tRNS') {
      if (header.colour === 'palette') parts.alphas = data;
    } else if (kind === 'IDAT') {
      parts.pixelsPlace ||= place;
      parts.packed.push(data);
    }
  }
  const end = `offset 8 to ${bytes.length} (chunks)`;
  if (parts.packed.length === 0) refuse(end, 'no IDAT', 'the pixels');
  if (header.colour === 'palette' && !parts.palette) refuse(end, 'no PLTE', 'the colours of the palette');
  return parts;
}

interface Chunk {
  kind: string;
  data: Uint8Array;
  /** What errors call it. */
  place: string;
}

/** The chunks before IEND. */
function listChunks(bytes: Uint8Array, refuse: Refuse): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) {
      return refuse(
        `offset ${at}`,
        `${bytes.length - at} bytes`,
        'a chunk, up to IEND: the file is cut short',
      );
    }
    const length = view.getUint32(at);
    const kind = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    const place = `offset ${at} (chunk ${JSON.stringify(kind)})`;
    if (at + 12 + length > bytes.length) {
      return refuse(
        place,
        `${length} bytes`,
        `at most the ${bytes.length - at - 12} left: the file is cut short`,
      );
    }
    if (kind === 'IEND' && chunks.length > 0) return chunks;
    chunks.push({ kind, data: bytes.subarray(at + 8, at + 8 + length), place });
    at += 12 + length;
  }
}

function readHeader(data: Uint8Array, place: string, refuse: Refuse): PngHeader {
  if (data.length !== 13) return refuse(place, `${data.length} bytes`, '13');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width < 1 || height < 1 || width >= 2 ** 31 || height >= 2 ** 31) {
    return refuse(place, `${height} × ${width} pixels`, 'at least 1 × 1, each below 2³¹');
  }
  const [depth, type, compression, filter, interlace] = data.subarray(8);
  const known = COLOURS[type] ?? refuse(place, `colour type ${type}`, '0, 2, 3, 4 or 6');
  if (!known.depths.includes(depth)) {
    refuse(place, `${depth} bits of ${known.colour}`, `${known.depths.join(', ')} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    refuse(place, `compression ${compression}, filter ${filter}, interlace ${interlace}`, '0, 0, and 0 or 1');
  }
  return { width, height, depth, colour: known.colour, interlaced: interlace === 1 };
}
