import type { ElementType } from './elements';

/** What the header of a .npy file says. */
export interface NpyHeader {
  type: ElementType;
  bigEndian: boolean;
  shape: number[];
  /** The first axis is the fastest. */
  fortranOrder: boolean;
  /** Where the numbers begin. */
  start: number;
}

/** Throws an error that names file, place, what is there and what should be. */
type Refuse = (place: string, got: string, expected: string) => never;

const MAGIC = '\x93NUMPY';
/** Magic, version, and the length of the longest form. */
export const NPY_PREFIX = 12;
/** numpy itself refuses headers longer than 10,000 characters unless told that they are trusted. */
export const LARGEST_NPY_HEADER = 2 ** 16;
const MOST_AXES = 64;

const TYPES: Readonly<Record<string, ElementType>> = {
  b1: 'BOOL',
  i1: 'I8',
  i2: 'I16',
  i4: 'I32',
  i8: 'I64',
  u1: 'U8',
  u2: 'U16',
  u4: 'U32',
  u8: 'U64',
  f2: 'F16',
  f4: 'F32',
  f8: 'F64',
};

/** What a type that is not read is called. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  O: 'objects, which are Python pickles that can run code',
  c: 'complex numbers',
  f: 'floats of more than 64 bits',
  U: 'texts',
  S: 'byte strings',
  a: 'byte strings',
  V: 'records',
  M: 'dates',
  m: 'time differences',
};

/**
 * Reads the header of a .npy file, versions 1 to 3.
 *
 * Source: numpy.lib.format, "Format Version 1.0" to "3.0".
 *
 * @param bytes the first bytes of the file, NPY_PREFIX + LARGEST_NPY_HEADER of them, or all
 */
export function readNpyHeader(bytes: Uint8Array, refuse: Refuse): NpyHeader {
  if (bytes.length < 10) refuse('header', `a file of ${bytes.length} bytes`, 'at least 10 bytes');
  const magic = Buffer.from(bytes.subarray(0, 6)).toString('latin1');
  if (magic !== MAGIC)
    refuse('offset 0 (magic)', JSON.stringify(magic), '"\\u0093NUMPY", the beginning of .npy');
  const [major, minor] = bytes.subarray(6, 8);
  if (major < 1 || major > 3 || minor !== 0)
    refuse('offset 6 (version)', `${major}.${minor}`, '1.0, 2.0 or 3.0');
  const lengthBytes = major === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  const length = bytes.length < start ? 0 : Buffer.from(bytes.subarray(8, start)).readUIntLE(0, lengthBytes);
  if (length > LARGEST_NPY_HEADER || start + length > bytes.length) {
    const most = Math.min(LARGEST_NPY_HEADER, Math.max(0, bytes.length - start));
    refuse('offset 8 (header length)', `${length} bytes`, `at most ${most}`);
  }
  const text = Buffer.from(bytes.subarray(start, start + length)).toString(major === 3 ? 'utf8' : 'latin1');
  const place = `offset ${start} (header)`;
  const { descr, fortran_order, shape } = readDictionary(text, place, refuse);
  if (typeof fortran_order !== 'boolean') return refuse(place, 'no fortran_order', 'True or False');
  if (!Array.isArray(shape)) return refuse(place, 'no shape', 'a tuple of integers');
  if (shape.length > MOST_AXES || !shape.every(Number.isSafeInteger)) {
    return refuse(
      place,
      `shape (${shape.slice(0, MOST_AXES).join(', ')})`,
      `at most ${MOST_AXES} sizes below 2⁵³`,
    );
  }
  return {
    ...readType(descr, place, refuse),
    shape,
    fortranOrder: fortran_order,
    start: start + length,
  };
}

function readType(descr: unknown, place: string, refuse: Refuse): Pick<NpyHeader, 'type' | 'bigEndian'> {
  const known = `one of ${Object.keys(TYPES).join(', ')}`;
  if (typeof descr !== 'string')
    return refuse(place, 'records (a descr that is no text)', `${known}; save each field`);
  const [, order, kind, size] = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(descr) ?? [];
  const type = Object.hasOwn(TYPES, kind + size) ? TYPES[kind + size] : undefined;
  if (type === undefined) {
    const what = OTHER_KINDS[kind] ? `, ${OTHER_KINDS[kind]}` : '';
    return refuse(place, `type ${JSON.stringify(descr)}${what}`, known);
  }
  return { type, bigEndian: order === '>' };
}

const ENTRY = /\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"]*)\3|(True|False)|\(([\d\sL,]*)\)|(\[))\s*/y;

/** A Python dictionary of texts, booleans and tuples of integers, and nothing else; a list is given as null. */
function readDictionary(text: string, place: string, refuse: Refuse): Record<string, unknown> {
  const found: Record<string, unknown> = Object.create(null);
  const damaged = () =>
    refuse(place, JSON.stringify(text.slice(0, 100)), "a dictionary of 'descr', 'fortran_order' and 'shape'");
  if (text[0] !== '{') damaged();
  ENTRY.lastIndex = 1;
  for (;;) {
    const entry = ENTRY.exec(text);
    if (!entry) return damaged();
    const [whole, , key, , string, boolean, tuple, list] = entry;
    if (list) return { ...found, fortran_order: false, shape: [], descr: null };
    found[key] = string ?? (boolean === undefined ? readTuple(tuple, damaged) : boolean === 'True');
    let at = entry.index + whole.length;
    if (text[at] === ',') at++;
    else if (text[at] !== '}') return damaged();
    const rest = text.slice(at, at + 2 ** 8).trimStart();
    if (rest.startsWith('}')) return found;
    ENTRY.lastIndex = at;
  }
}

function readTuple(tuple: string, damaged: () => never): number[] {
  const items = tuple.split(',').map((item) => item.trim());
  if (items.at(-1) === '') items.pop();
  return items.map((item) => (/^\d+L?$/.test(item) ? parseInt(item, 10) : damaged()));
}

const CODES: Partial<Record<ElementType, string>> = Object.fromEntries(
  Object.entries(TYPES).map(([code, type]) => [type, (code.endsWith('1') ? '|' : '<') + code]),
);

/** numpy leaves room for the first size to grow to 21 digits. */
const GROWTH_DIGITS = 21;
const ALIGNMENT = 64;

/** The header that numpy.save writes, byte for byte (version 1.0). */
export function encodeNpyHeader(type: ElementType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const growth = shape.length ? ' '.repeat(GROWTH_DIGITS - String(shape[0]).length) : '';
  const text = `{'descr': '${CODES[type]}', 'fortran_order': False, 'shape': ${tuple}, }${growth}`;
  const padding = ALIGNMENT - ((10 + text.length + 1) % ALIGNMENT);
  const header = Buffer.alloc(10 + text.length + padding + 1, ' ');
  header.write(`${MAGIC}\x01\0`, 0, 'latin1');
  header.writeUInt16LE(header.length - 10, 8);
  header.write(text, 10, 'latin1');
  header[header.length - 1] = 0x0a;
  return header;
}
