import { deflateRawSync } from 'node:zlib';
import { EXTREMES, pick, put, replaced, type Damage } from '../damage';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** Where the 4 bytes of a signature stand. */
function placesOf(bytes: Buffer, signature: number): number[] {
  const mark = put(Buffer.alloc(4), 0, 4, signature);
  const places: number[] = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 4)) places.push(at);
  return places;
}

/** Sets a field of one record of a kind. */
const field =
  (signature: number, offset: number, size: number, values: readonly number[]): Damage =>
  (bytes, random) => {
    const places = placesOf(bytes, signature);
    return places.length > 0 ? put(bytes, pick(random, places) + offset, size, pick(random, values)) : bytes;
  };

/** Names that lead out of the folder, or are none; as long as the name that they replace. */
const NAMES = [
  '../../../evil',
  '/etc/passwd',
  '..\\..\\evil',
  'C:\\evil',
  'a/../../b',
  '\0\0\0',
  '.',
  '..',
  '',
  '////',
];

const METHODS = [0, 8, 9, 12, 14, 99, 0xffff];
const BITS = [0, 1, 8, 0x800, 0x41, 0xffff];
/** Unix modes of links, devices, pipes, folders and files. */
const MODES = [0o120777, 0o060666, 0o010666, 0o040755, 0o100644].map((mode) => mode * 65536);

export const zipDamages: Readonly<Record<string, Damage>> = {
  'a way out': (bytes, random) => {
    const places = placesOf(bytes, CENTRAL);
    if (places.length === 0) return bytes;
    const at = pick(random, places);
    if (at + 46 > bytes.length) return bytes;
    const length = bytes.readUInt16LE(at + 28);
    const name = Buffer.alloc(Math.min(length, bytes.length - at - 46), 'x');
    name.write(pick(random, NAMES), 'latin1');
    name.copy(bytes, at + 46);
    return bytes;
  },
  'a link or a device': field(CENTRAL, 38, 4, MODES),
  'packed sizes': field(CENTRAL, 20, 4, EXTREMES),
  'unpacked sizes': field(CENTRAL, 24, 4, [...EXTREMES, 10_000, 2_000_000]),
  'places of entries': field(CENTRAL, 42, 4, EXTREMES),
  'lengths of names': field(CENTRAL, 28, 2, EXTREMES),
  'lengths of extra fields': field(CENTRAL, 30, 2, EXTREMES),
  'lengths of names at the entry': field(LOCAL, 26, 2, EXTREMES),
  'another method': field(CENTRAL, 10, 2, METHODS),
  'other flags': field(CENTRAL, 8, 2, BITS),
  'numbers of entries': field(END, 10, 2, EXTREMES),
  'length of the directory': field(END, 12, 4, EXTREMES),
  'place of the directory': field(END, 16, 4, EXTREMES),
  'entries that overlap': (bytes) => {
    const places = placesOf(bytes, CENTRAL);
    for (const at of places) bytes.copy(bytes, at + 42, places[0] + 42, places[0] + 46);
    return bytes;
  },
  'a directory of one entry, 200 times': (bytes) => {
    const [first] = placesOf(bytes, CENTRAL);
    const end = placesOf(bytes, END).at(-1);
    if (first === undefined || end === undefined || first + 46 > bytes.length) return bytes;
    const length = 46 + [28, 30, 32].reduce((sum, at) => sum + bytes.readUInt16LE(first + at), 0);
    const record = bytes.subarray(first, Math.min(first + length, end));
    const copies = Array<Buffer>(200).fill(record);
    const other = replaced(bytes, first, end, ...copies);
    const newEnd = first + 200 * record.length;
    put(other, newEnd + 10, 2, 200);
    return put(other, newEnd + 12, 4, 200 * record.length);
  },
  'a deflate bomb': (bytes) => {
    const [first] = placesOf(bytes, CENTRAL);
    if (first === undefined || first + 46 > bytes.length) return bytes;
    const at = bytes.readUInt32LE(first + 42);
    if (at + 30 > bytes.length) return bytes;
    const bomb = deflateRawSync(new Uint8Array(2 ** 23));
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    const packed = bytes.readUInt32LE(first + 20);
    if (start + packed > bytes.length || start + packed > first) return bytes;
    put(bytes, first + 10, 2, 8);
    put(bytes, first + 20, 4, bomb.length);
    const other = replaced(bytes, start, start + packed, bomb);
    const grown = bomb.length - packed;
    for (const end of placesOf(other, END).slice(-1)) put(other, end + 16, 4, first + grown);
    return other;
  },
};
