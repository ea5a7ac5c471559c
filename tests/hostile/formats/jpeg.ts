import { readPicture } from '../../../lib/io/picture';
import { golden } from '../../golden';
import { pick, put, replaced, type Damage } from '../damage';
import type { HostileFormat } from './format';

export interface Segment {
  marker: number;
  at: number;
  end: number;
}

/** The marker segments up to the first scan, that included; the stretch may begin anywhere in a file. */
export function segmentsOf(bytes: Buffer, start = 0): Segment[] {
  const segments: Segment[] = [];
  for (let at = start + 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    segments.push({ marker: bytes[at + 1], at, end: Math.min(end, bytes.length) });
    if (bytes[at + 1] === 0xda) break;
    at = end;
  }
  return segments;
}

export const isFrame = ({ marker }: Segment) =>
  (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7;

const SIZES = [0, 1, 2, 7, 100, 1000, 5000, 20000, 0x7fff, 0x8000, 0xfffe, 0xffff];

/** Sets a field of the frame header. */
const frameField =
  (offset: number, size: number, values: readonly number[]): Damage =>
  (bytes, random) => {
    const frame = segmentsOf(bytes).find(isFrame);
    return frame ? put(bytes, frame.at + offset, size, pick(random, values), false) : bytes;
  };
const BYTES = [0, 1, 2, 3, 4, 5, 0x11, 0x12, 0x21, 0x22, 0x44, 0xff];

const damages: Readonly<Record<string, Damage>> = {
  'zero and huge heights': frameField(5, 2, SIZES),
  'zero and huge widths': frameField(7, 2, SIZES),
  'another depth': frameField(4, 1, [0, 1, 7, 12, 16, 255]),
  'other numbers of components': frameField(9, 1, BYTES),
  'other sampling': frameField(11, 1, BYTES),
  'another process': frameField(1, 1, [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc9, 0xca, 0xcf]),
  'lengths of segments': (bytes, random) => {
    const segments = segmentsOf(bytes);
    return segments.length > 0
      ? put(bytes, pick(random, segments).at + 2, 2, pick(random, SIZES), false)
      : bytes;
  },
  'a segment twice': (bytes, random) => {
    const segments = segmentsOf(bytes);
    if (segments.length === 0) return bytes;
    const { at, end } = pick(random, segments);
    return replaced(bytes, end, end, bytes.subarray(at, end));
  },
  'a segment gone': (bytes, random) => {
    const segments = segmentsOf(bytes);
    if (segments.length === 0) return bytes;
    const { at, end } = pick(random, segments);
    return replaced(bytes, at, end);
  },
  'a scan 500 times': (bytes) => {
    const scan = segmentsOf(bytes).find(({ marker }) => marker === 0xda);
    if (!scan) return bytes;
    const parts = Array<Buffer>(500).fill(bytes.subarray(scan.at, Math.min(scan.end + 8, bytes.length)));
    return replaced(bytes, scan.at, scan.at, ...parts);
  },
  'restarts everywhere': (bytes) => replaced(bytes, 2, 2, Buffer.from('ffdd00040001', 'hex')),
};

/** A block of 8 × 8 takes two bits at least, in each component: a byte holds 256 samples. */
const MOST_SAMPLES = 256;

/** Small files, as Pillow wrote them. */
export const jpeg: HostileFormat = {
  files: () =>
    golden<{ jpegs: { file: string }[] }>('pictures').jpegs.map(
      ({ file }) => new Uint8Array(Buffer.from(file, 'base64')),
    ),
  damages,
  async read(bytes) {
    const { data } = await readPicture(bytes);
    return data.byteLength;
  },
  message: /^readPicture: picture: (offset|frame header).*: got .+; expected ./s,
  claimed(bytes) {
    const file = Buffer.from(bytes);
    const frame = segmentsOf(file).find(isFrame);
    if (!frame || frame.at + 10 > file.length) return 0;
    const samples = file.readUInt16BE(frame.at + 5) * file.readUInt16BE(frame.at + 7) * file[frame.at + 9];
    return Math.min(samples, MOST_SAMPLES * bytes.length);
  },
};
