import { startsWith, type FileStart } from './file-start';
import { inspectNpy, inspectNpz, inspectSafetensors, inspectTorch } from './inspect-arrays';
import { inspectDicom } from './inspect-dicom';
import { inspectJpeg, inspectPng, inspectTiff, inspectVideo } from './inspect-images';
import { inspectMgh, inspectNifti } from './inspect-volumes';
import type { Inspection } from './inspection';

/** A format that `segcourse inspect` knows. */
export interface Format {
  name: string;
  /** By content: what a file is called says nothing. */
  matches(start: FileStart): boolean;
  inspect(path: string, start: FileStart): Promise<Omit<Inspection, 'file' | 'bytes' | 'format'>>;
}

export const DICOM = 'DICOM';

/** In the order in which they are tried: those with a clear mark first. */
export const FORMATS: readonly Format[] = [
  {
    name: 'PNG',
    matches: ({ raw }) => startsWith(raw, '\x89PNG\r\n\x1a\n'),
    inspect: inspectPng,
  },
  {
    name: 'JPEG',
    matches: ({ raw }) => startsWith(raw, '\xff\xd8\xff'),
    inspect: inspectJpeg,
  },
  {
    name: 'TIFF',
    matches: ({ raw }) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((mark) => startsWith(raw, mark)),
    inspect: inspectTiff,
  },
  {
    name: DICOM,
    matches: ({ raw }) => startsWith(raw, 'DICM', 128) || isBareDicom(raw),
    inspect: inspectDicom,
  },
  {
    name: 'NIfTI',
    matches: ({ bytes }) =>
      ['n+1\0', 'ni1\0'].some((mark) => startsWith(bytes, mark, 344)) ||
      ['n+2\0', 'ni2\0'].some((mark) => startsWith(bytes, mark, 4)),
    inspect: inspectNifti,
  },
  {
    name: 'NumPy array',
    matches: ({ raw }) => startsWith(raw, '\x93NUMPY'),
    inspect: inspectNpy,
  },
  {
    name: 'NumPy archive',
    matches: ({ raw }) => firstZipEntry(raw)?.endsWith('.npy') ?? false,
    inspect: inspectNpz,
  },
  {
    name: 'PyTorch checkpoint',
    matches: ({ raw }) =>
      firstZipEntry(raw)?.includes('/') === true || (raw[0] === 0x80 && raw[1] >= 2 && raw[1] <= 5),
    inspect: inspectTorch,
  },
  {
    name: 'safetensors',
    matches: ({ raw, size }) =>
      raw.length > 9 && startsWith(raw, '{', 8) && raw.readBigUInt64LE(0) <= BigInt(size - 8),
    inspect: inspectSafetensors,
  },
  {
    name: 'video',
    matches: ({ raw }) => isVideo(raw),
    inspect: inspectVideo,
  },
  {
    name: 'MGH',
    matches: ({ bytes }) => isMgh(bytes),
    inspect: inspectMgh,
  },
];

export function formatOf(start: FileStart): Format | undefined {
  return FORMATS.find((format) => format.matches(start));
}

/** Without the preamble: a first tag of group 0002 or 0008, little endian, and its length within reason. */
function isBareDicom(raw: Buffer): boolean {
  if (raw.length < 12 || ![2, 8].includes(raw.readUInt16LE(0)) || raw.readUInt16LE(2) > 0x100) return false;
  return /^[A-Z]{2}$/.test(raw.toString('latin1', 4, 6)) || raw.readUInt32LE(4) <= 256;
}

function firstZipEntry(raw: Buffer): string | undefined {
  if (!startsWith(raw, 'PK\x03\x04') || raw.length < 30) return undefined;
  return raw.toString('latin1', 30, 30 + raw.readUInt16LE(26));
}

function isVideo(raw: Buffer): boolean {
  const marks: [string, number][] = [
    ['ftyp', 4],
    ['\x1aE\xdf\xa3', 0],
    ['AVI ', 8],
    ['OggS', 0],
    ['FLV\x01', 0],
    ['GIF8', 0],
  ];
  const transport = raw.length > 376 && [0, 188, 376].every((at) => raw[at] === 0x47);
  return transport || marks.some(([mark, at]) => startsWith(raw, mark, at));
}

/** It has no mark but its version: the sizes have to make sense, too. */
function isMgh(bytes: Buffer): boolean {
  if (bytes.length < 284) return false;
  const sizes = [4, 8, 12, 16].map((at) => bytes.readInt32BE(at));
  const type = bytes.readInt32BE(20);
  return bytes[3] === 1 && bytes[0] === 0 && sizes.every((size) => size > 0) && type >= 0 && type <= 10;
}
