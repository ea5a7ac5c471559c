/** The tags of a TIFF 6.0 page that a grey image needs; every other tag is ignored. */
export const TAGS = {
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
  predictor: 317,
  tileWidth: 322,
  sampleFormat: 339,
} as const;

export type Tag = keyof typeof TAGS;

/** What one page's directory says: the numbers of each tag, and where in the file the tag lies. */
export interface Directory {
  page: number;
  values: Partial<Record<Tag, number[]>>;
  offsets: Partial<Record<Tag, number>>;
}

/** Throws an error that names file, place, what is there and what should be. */
export type Refuse = (place: string, got: string, expected: string) => never;

export function refusal(file: string): Refuse {
  return (place, got, expected) => {
    throw new Error(`readTiff: ${file}: ${place}: got ${got}; expected ${expected}`);
  };
}

const NAMES = new Map(Object.entries(TAGS).map(([name, code]) => [code as number, name as Tag]));
const INTEGER_BYTES = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
]);

/**
 * Reads the chain of page directories, trusting nothing: every offset and count is checked against the bytes there are,
 * a chain that comes back to a page it has been at is refused, and so are directories and lists that overlap until they
 * are more than the file.
 *
 * Source: TIFF 6.0, section 2.
 */
export function readDirectories(bytes: Uint8Array, refuse: Refuse): Directory[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) refuse('header', `a file of ${bytes.length} bytes`, 'at least 8 bytes');
  const order = String.fromCharCode(bytes[0], bytes[1]);
  if (order !== 'II' && order !== 'MM') {
    refuse('offset 0 (byte order)', JSON.stringify(order), '"II" or "MM", the beginning of a TIFF file');
  }
  const littleEndian = order === 'II';
  const magic = view.getUint16(2, littleEndian);
  if (magic !== 42) {
    refuse('offset 2 (version)', magic === 43 ? '43 (BigTIFF)' : String(magic), '42 (classic TIFF)');
  }

  const directories: Directory[] = [];
  let unread = bytes.length;
  const spend = (count: number, place: string): void => {
    unread -= count;
    if (unread < 0)
      refuse(place, 'more to read than the file has bytes', 'directories and lists that do not overlap');
  };
  const visited = new Set<number>();
  let pointer = 4;
  for (let at = view.getUint32(4, littleEndian); at !== 0;) {
    const place = `offset ${pointer} (directory of page ${directories.length})`;
    if (visited.has(at)) refuse(place, `offset ${at} again`, 'a chain of directories that ends');
    visited.add(at);
    if (at + 2 > bytes.length)
      refuse(place, `offset ${at}`, `an offset within the file's ${bytes.length} bytes`);
    const count = view.getUint16(at, littleEndian);
    pointer = at + 2 + 12 * count;
    if (pointer + 4 > bytes.length) {
      refuse(
        `offset ${at} (directory of page ${directories.length})`,
        `${count} tags, which need ${12 * count + 6} bytes`,
        `at most the ${bytes.length - at} bytes left`,
      );
    }
    spend(12 * count + 6, place);
    directories.push(readDirectory(view, at, count, directories.length, littleEndian, refuse, spend));
    at = view.getUint32(pointer, littleEndian);
  }
  if (directories.length === 0) refuse('offset 4 (first directory)', '0', 'at least one page');
  return directories;
}

function readDirectory(
  view: DataView,
  start: number,
  count: number,
  page: number,
  littleEndian: boolean,
  refuse: Refuse,
  spend: (bytes: number, place: string) => void,
): Directory {
  const directory: Directory = { page, values: {}, offsets: {} };
  for (let at = start + 2; at < start + 2 + 12 * count; at += 12) {
    const name = NAMES.get(view.getUint16(at, littleEndian));
    if (name === undefined) continue;
    const place = tagPlace(name, page, at);
    const type = view.getUint16(at + 2, littleEndian);
    const size =
      INTEGER_BYTES.get(type) ?? refuse(place, `type ${type}`, 'type 1, 3 or 4 (an unsigned integer)');
    const length = view.getUint32(at + 4, littleEndian);
    const from = length * size <= 4 ? at + 8 : view.getUint32(at + 8, littleEndian);
    if (length === 0 || from + length * size > view.byteLength) {
      refuse(
        place,
        `${length} values of ${size} bytes at offset ${from}`,
        `at least one value, within the file's ${view.byteLength} bytes`,
      );
    }
    if (length * size > 4) spend(length * size, place);
    directory.offsets[name] = at;
    directory.values[name] = Array.from({ length }, (_, index) =>
      readInteger(view, from + index * size, size, littleEndian),
    );
  }
  return directory;
}

export function tagPlace(name: Tag, page: number, offset?: number): string {
  return `${offset === undefined ? '' : `offset ${offset}, `}tag ${TAGS[name]} ${name} of page ${page}`;
}

function readInteger(view: DataView, at: number, size: number, littleEndian: boolean): number {
  if (size === 1) return view.getUint8(at);
  return size === 2 ? view.getUint16(at, littleEndian) : view.getUint32(at, littleEndian);
}
