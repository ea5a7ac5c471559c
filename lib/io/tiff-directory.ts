import type { RandomBytes } from './bytes';

/** The tags of a TIFF 6.0 page that its pixels need; every other tag is ignored. */
export const TAGS = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planar: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
} as const;

export type Tag = keyof typeof TAGS;

/** What one page's directory says: the numbers of each tag, and where in the file the tag lies. */
export interface Directory {
  page: number;
  values: Partial<Record<Tag, Float64Array>>;
  offsets: Partial<Record<Tag, number>>;
  /** The beginning of the page's description, in which programs keep notes of their own. */
  description: string;
}

export interface TiffDirectories {
  directories: Directory[];
  bigEndian: boolean;
}

/** Throws an error that names file, place, what is there and what should be. */
export type Refuse = (place: string, got: string, expected: string) => never;

export function refusal(owner: string, file: string): Refuse {
  return (place, got, expected) => {
    throw new Error(`${owner}: ${file}: ${place}: got ${got}; expected ${expected}`);
  };
}

const NAMES = new Map(Object.entries(TAGS).map(([name, code]) => [code as number, name as Tag]));
const DESCRIPTION = 270;
const DESCRIPTION_BYTES = 512;
/** Bytes of BYTE, SHORT, LONG, IFD, LONG8 and IFD8. */
const INTEGER_BYTES = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
  [13, 4],
  [16, 8],
  [18, 8],
]);

/** Field widths of a classic file and of a BigTIFF file. */
const CLASSIC = { pointer: 4, count: 2, entry: 12, first: 4 } as const;
const BIG = { pointer: 8, count: 8, entry: 20, first: 8 } as const;

type Spend = (bytes: number, place: string) => void;

/**
 * Reads the chain of page directories, trusting nothing: every offset and count is checked against the bytes there are,
 * a chain that comes back to a page it has been at is refused, and so are directories and lists that overlap until they
 * are more than the file.
 *
 * Source: TIFF 6.0, section 2; BigTIFF (version 43) as libtiff writes it.
 */
export async function readDirectories(source: RandomBytes, refuse: Refuse): Promise<TiffDirectories> {
  if (source.size < 8) refuse('header', `a file of ${source.size} bytes`, 'at least 8 bytes');
  const header = fields(await source.read(0, Math.min(16, source.size)));
  const order = String.fromCharCode(header.getUint8(0), header.getUint8(1));
  if (order !== 'II' && order !== 'MM') {
    refuse('offset 0 (byte order)', JSON.stringify(order), '"II" or "MM", the beginning of a TIFF file');
  }
  const littleEndian = order === 'II';
  const version = header.getUint16(2, littleEndian);
  if (version !== 42 && version !== 43)
    refuse('offset 2 (version)', String(version), '42 (TIFF) or 43 (BigTIFF)');
  const form = version === 43 ? BIG : CLASSIC;
  if (form === BIG && (source.size < 16 || header.getUint16(4, littleEndian) !== 8)) {
    refuse('offset 4 (BigTIFF)', 'offsets of another size', 'a header of 16 bytes with offsets of 8');
  }

  const directories: Directory[] = [];
  let unread = source.size;
  const spend: Spend = (count, place) => {
    unread -= count;
    if (unread < 0)
      refuse(place, 'more to read than the file has bytes', 'directories and lists that do not overlap');
  };
  const visited = new Set<number>();
  let pointer: number = form.first;
  let at = readInteger(header, pointer, form.pointer, littleEndian);
  while (at !== 0) {
    const page = directories.length;
    const place = `offset ${pointer} (directory of page ${page})`;
    if (visited.has(at)) refuse(place, `offset ${at} again`, 'a chain of directories that ends');
    visited.add(at);
    if (at + form.count > source.size)
      refuse(place, `offset ${at}`, `an offset within the file's ${source.size} bytes`);
    const count = readInteger(fields(await source.read(at, form.count)), 0, form.count, littleEndian);
    const length = form.count + form.entry * count + form.pointer;
    if (at + length > source.size) {
      refuse(
        `offset ${at} (directory of page ${page})`,
        `${count} tags, which need ${length} bytes`,
        `at most the ${source.size - at} bytes left`,
      );
    }
    spend(length, place);
    const view = fields(await source.read(at, length));
    directories.push(
      await readDirectory(source, view, at, { page, form, count, littleEndian, refuse, spend }),
    );
    pointer = at + length - form.pointer;
    at = readInteger(view, length - form.pointer, form.pointer, littleEndian);
  }
  if (directories.length === 0) refuse(`offset ${form.first} (first directory)`, '0', 'at least one page');
  return { directories, bigEndian: !littleEndian };
}

interface Reading {
  page: number;
  form: typeof CLASSIC | typeof BIG;
  count: number;
  littleEndian: boolean;
  refuse: Refuse;
  spend: Spend;
}

async function readDirectory(
  source: RandomBytes,
  view: DataView,
  start: number,
  { page, form, count, littleEndian, refuse, spend }: Reading,
): Promise<Directory> {
  const directory: Directory = { page, values: {}, offsets: {}, description: '' };
  for (let index = 0; index < count; index++) {
    const entry = form.count + form.entry * index;
    const tag = view.getUint16(entry, littleEndian);
    if (tag === DESCRIPTION) {
      const length = Math.min(readInteger(view, entry + 4, form.pointer, littleEndian), DESCRIPTION_BYTES);
      const at = readInteger(view, entry + 4 + form.pointer, form.pointer, littleEndian);
      if (length > form.pointer && at + length <= source.size) {
        directory.description = Buffer.from(await source.read(at, length)).toString('latin1');
      }
      continue;
    }
    const name = NAMES.get(tag);
    if (name === undefined) continue;
    const place = tagPlace(name, page, start + entry);
    const type = view.getUint16(entry + 2, littleEndian);
    const size =
      INTEGER_BYTES.get(type) ?? refuse(place, `type ${type}`, 'type 1, 3, 4 or 16 (an unsigned integer)');
    const length = readInteger(view, entry + 4, form.pointer, littleEndian);
    const field = entry + 4 + form.pointer;
    const within = length * size <= form.pointer;
    const from = within ? start + field : readInteger(view, field, form.pointer, littleEndian);
    if (length === 0 || from + length * size > source.size) {
      refuse(
        place,
        `${length} values of ${size} bytes at offset ${from}`,
        `at least one value, within the file's ${source.size} bytes`,
      );
    }
    if (!within) spend(length * size, place);
    const list = fields(await source.read(from, length * size));
    const values = new Float64Array(length);
    for (let item = 0; item < length; item++)
      values[item] = readInteger(list, item * size, size, littleEndian);
    directory.offsets[name] = start + entry;
    directory.values[name] = values;
  }
  return directory;
}

export function tagPlace(name: Tag, page: number, offset?: number): string {
  return `${offset === undefined ? '' : `offset ${offset}, `}tag ${TAGS[name]} ${name} of page ${page}`;
}

const fields = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** 64-bit numbers beyond 2⁵³ lose their last digits, and are beyond any file either way. */
function readInteger(view: DataView, at: number, size: number, littleEndian: boolean): number {
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at, littleEndian);
  return size === 4 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
}
