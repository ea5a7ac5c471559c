import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVideoHeader } from '../../../lib/io/video-header';
import { requireSystem } from '../../system';
import { EXTREMES, pick, put, replaced, type Damage } from '../damage';
import type { HostileFormat } from './format';

/** Box names of MP4, each with the numbers after it: sizes, rates, tables of samples. */
const BOXES = [
  'moov',
  'mvhd',
  'trak',
  'tkhd',
  'mdia',
  'mdhd',
  'minf',
  'stbl',
  'stsd',
  'avc1',
  'mp4v',
  'stts',
  'stsc',
  'stsz',
  'stco',
  'elst',
  'mdat',
];

const placesOf = (bytes: Buffer) =>
  BOXES.map((name) => bytes.indexOf(name, 0, 'latin1')).filter((at) => at >= 4);

const inBox =
  (change: (bytes: Buffer, at: number, random: () => number) => Buffer): Damage =>
  (bytes, random) => {
    const places = placesOf(bytes);
    return places.length > 0 ? change(bytes, pick(random, places), random) : bytes;
  };

const damages: Readonly<Record<string, Damage>> = {
  'lengths of boxes': inBox((bytes, at, random) => put(bytes, at - 4, 4, pick(random, EXTREMES), false)),
  'numbers in boxes': inBox((bytes, at, random) =>
    put(bytes, at + 4 + 4 * Math.floor(random() * 24), pick(random, [2, 4]), pick(random, EXTREMES), false),
  ),
  'boxes within boxes': inBox((bytes, at) => {
    const box = Buffer.from(bytes.subarray(at - 4, at + 4));
    return replaced(bytes, at - 4, at - 4, ...Array<Buffer>(2000).fill(box));
  }),
  'another box': inBox((bytes, at, random) => {
    bytes.write(pick(random, BOXES), at, 'latin1');
    return bytes;
  }),
};

/** Small videos of FFmpeg's test picture; only the header is read, by a process of FFmpeg's. */
export const videoHeader: HostileFormat = {
  files() {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-'));
    try {
      return [
        ['a.mp4', 'libx264'],
        ['b.mkv', 'libx264'],
        ['c.avi', 'mpeg4'],
      ].map(([name, codec]) => {
        const path = join(folder, name);
        const source = ['-f', 'lavfi', '-i', 'testsrc=duration=1:size=64x48:rate=5'];
        execFileSync('ffmpeg', [
          '-v',
          'error',
          ...source,
          '-threads',
          '1',
          '-bitexact',
          '-c:v',
          codec,
          '-pix_fmt',
          'yuv420p',
          path,
        ]);
        return new Uint8Array(readFileSync(path));
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  damages,
  requires: (test) => void requireSystem(test, 'ffmpeg'),
  async read(bytes, folder) {
    const path = join(folder, 'mutant');
    writeFileSync(path, bytes);
    await readVideoHeader(path);
    return 0;
  },
  message: /^readVideoHeader: .*mutant: got .+; expected ./s,
};
