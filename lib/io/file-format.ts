import { startsWith, type FileStart } from './file-start';

/** The formats that are told by a file's content; what a file is called says nothing. */
export type FileFormat =
  | 'PNG'
  | 'JPEG'
  | 'TIFF'
  | 'DICOM'
  | 'NIfTI'
  | 'NumPy array'
  | 'NumPy archive'
  | 'PyTorch checkpoint'
  | 'safetensors'
  | 'video'
  | 'MGH';

/** In the order in which they are tried: those with a clear mark first. */
const MARKS: Record<FileFormat, (start: FileStart) => boolean> = {
  PNG: ({ raw }) => startsWith(raw, '\x89PNG\r\n\x1a\n'),
  JPEG: ({ raw }) => startsWith(raw, '\xff\xd8\xff'),
  TIFF: ({ raw }) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((mark) => startsWith(raw, mark)),
  DICOM: ({ raw }) => startsWith(raw, 'DICM', 128) || isBareDicom(raw),
  NIfTI: ({ bytes }) =>
    ['n+1\0', 'ni1\0'].some((mark) => startsWith(bytes, mark, 344)) ||
    ['n+2\0', 'ni2\0'].some((mark) => startsWith(bytes, mark, 4)),
  'NumPy array': ({ raw }) => startsWith(raw, '\x93NUMPY'),
  'NumPy archive': ({ raw }) => firstZipEntry(raw)?.endsWith('.npy') ?? false,
  'PyTorch checkpoint': ({ raw }) =>
    firstZipEntry(raw)?.includes('/') === true || (raw[0] === 0x80 && raw[1] >= 2 && raw[1] <= 5),
  safetensors: ({ raw, size }) =>
    raw.length > 9 && startsWith(raw, '{', 8) && raw.readBigUInt64LE(0) <= BigInt(size - 8),
  video: ({ raw }) => isVideo(raw),
  MGH: ({ bytes }) => isMgh(bytes),
};

export const FILE_FORMATS = Object.keys(MARKS) as FileFormat[];

export function formatOf(start: FileStart): FileFormat | undefined {
  return FILE_FORMATS.find((format) => MARKS[format](start));
}

/** As errors call a file of no format. */
export function describeStart({ size, raw }: FileStart): string {
  if (size === 0) return 'an empty file';
  return `a file that begins with the bytes ${Buffer.from(raw.subarray(0, 8)).toString('hex')}`;
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
