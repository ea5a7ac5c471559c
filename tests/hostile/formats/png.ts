import { crc32 } from '../crc32';
import { deflateSync, inflateSync } from 'node:zlib';
import { readPicture } from '../../../lib/io/picture';
import { golden } from '../../golden';
import { EXTREMES, pick, put, replaced, within, type Damage } from '../damage';
import { BLIND } from '../mutations';
import type { HostileFormat } from './format';

interface Chunk {
  at: number;
  kind: string;
  length: number;
}

function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    chunks.push({ at, length, kind: bytes.toString('latin1', at + 4, at + 8) });
    at += 12 + length;
  }
  return chunks;
}

export function pngChunk(kind: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const end = ({ at, length }: Chunk) => at + 12 + length;

/** The compressed pixels of all chunks together. */
function packedPixels(bytes: Buffer): Buffer {
  const parts = chunksOf(bytes).filter(({ kind }) => kind === 'IDAT');
  return Buffer.concat(parts.map((chunk) => bytes.subarray(chunk.at + 8, end(chunk) - 4)));
}

/** The file with other pixels, in one chunk. */
function withPixels(bytes: Buffer, packed: Uint8Array): Buffer {
  const chunks = chunksOf(bytes);
  const first = chunks.find(({ kind }) => kind === 'IDAT');
  if (!first) return bytes;
  const kept = chunks.map((chunk) => {
    if (chunk.kind !== 'IDAT') return bytes.subarray(chunk.at, end(chunk));
    return chunk === first ? pngChunk('IDAT', packed) : new Uint8Array();
  });
  return Buffer.concat([bytes.subarray(0, 8), ...kept]);
}

const header = (offset: number, size: number, values: readonly number[]): Damage => {
  return (bytes, random) => {
    put(bytes, 16 + offset, size, pick(random, values), false);
    return bytes.length < 33
      ? bytes
      : replaced(bytes, 8, 33, pngChunk('IHDR', Buffer.from(bytes.subarray(16, 29))));
  };
};
const SIZES = [...EXTREMES, 3, 17, 100, 1000, 4096];
const SMALL = Array.from({ length: 18 }, (_, value) => value);

const damages: Readonly<Record<string, Damage>> = {
  'zero and huge widths': header(0, 4, SIZES),
  'zero and huge heights': header(4, 4, SIZES),
  'another depth': header(8, 1, SMALL),
  'another colour type': header(9, 1, SMALL),
  'another interlacing': header(12, 1, SMALL),
  'lengths of chunks': (bytes, random) =>
    put(bytes, pick(random, chunksOf(bytes)).at, 4, pick(random, EXTREMES), false),
  'a chunk twice': (bytes, random) => {
    const chunk = pick(random, chunksOf(bytes));
    return replaced(bytes, end(chunk), end(chunk), bytes.subarray(chunk.at, end(chunk)));
  },
  'a chunk gone': (bytes, random) => {
    const chunk = pick(random, chunksOf(bytes));
    return replaced(bytes, chunk.at, end(chunk));
  },
  'a short palette': (bytes) => {
    const palette = chunksOf(bytes).find(({ kind }) => kind === 'PLTE');
    return palette ? replaced(bytes, palette.at, end(palette), pngChunk('PLTE', new Uint8Array(3))) : bytes;
  },
  'damaged rows, packed again': within(
    (bytes) => inflateSync(packedPixels(bytes)),
    BLIND,
    (rows, bytes) => withPixels(bytes, deflateSync(rows)),
  ),
  'a deflate bomb': (bytes) => withPixels(bytes, deflateSync(new Uint8Array(2 ** 23))),
};

/** Deflate codes at most 258 bytes in 2 bits. */
const MOST_GAIN = 1032;

/** Small files of every colour type and depth, as Pillow wrote them. */
export const png: HostileFormat = {
  files: () =>
    golden<{ pictures: { file: string }[] }>('pictures').pictures.map(
      ({ file }) => new Uint8Array(Buffer.from(file, 'base64')),
    ),
  damages,
  async read(bytes) {
    const { data } = await readPicture(bytes);
    return data.byteLength;
  },
  message: /^readPicture: picture: (offset|chunk|row|pixel|size).*: got .+; expected ./s,
  /** Rows are unpacked one after the other, up to the damage. */
  claimed(bytes) {
    const file = Buffer.from(bytes);
    if (file.length < 33) return 0;
    const [depth, colour] = file.subarray(24, 26);
    const rowBytes = Math.ceil((file.readUInt32BE(16) * depth * ([1, 1, 3, 1, 2, 1, 4][colour] ?? 1)) / 8);
    return Math.min(file.readUInt32BE(20) * (rowBytes + 1), MOST_GAIN * bytes.length);
  },
};
