import { deflateSync, gunzipSync } from 'node:zlib';
import { tiffInMemory } from '../../../lib/io/tiff-file';
import { golden } from '../../golden';
import { EXTREMES, pick, put, type Damage, type Random } from '../damage';
import type { HostileFormat } from './format';

/** One tag of a directory, and where its parts lie. */
interface Entry {
  tag: number;
  at: number;
  /** Of the pointer to the next directory. */
  next: number;
}

interface Form {
  littleEndian: boolean;
  /** Bytes of an offset: 8 in BigTIFF. */
  wide: number;
  entries: Entry[];
}

const SHORT = 3;
const LONG = 4;
const SIZES = [256, 257, 258, 277, 278, 322, 323];
const PLACES = [273, 279, 324, 325];
const CODES: Readonly<Record<number, readonly number[]>> = {
  259: [1, 2, 5, 6, 7, 8, 32773, 32946, 50000],
  262: [0, 1, 2, 3, 6],
  284: [1, 2, 3],
  317: [1, 2, 3, 4],
  339: [1, 2, 3, 4, 9],
};

/** The tags of the first directories. */
function formOf(bytes: Buffer): Form {
  const littleEndian = bytes[0] === 0x49;
  const wide = bytes[littleEndian ? 2 : 3] === 43 ? 8 : 4;
  const number = (at: number, size: number) => {
    if (at + size > bytes.length) return 0;
    const low = Math.min(size, 6);
    return littleEndian ? bytes.readUIntLE(at, low) : bytes.readUIntBE(at + size - low, low);
  };
  const entries: Entry[] = [];
  const [countBytes, entryBytes] = wide === 8 ? [8, 20] : [2, 12];
  let start = number(wide === 8 ? 8 : 4, wide);
  for (let page = 0; page < 4 && start > 0 && start < bytes.length; page++) {
    const count = Math.min(64, number(start, countBytes));
    const next = start + countBytes + entryBytes * count;
    for (let index = 0; index < count; index++) {
      const at = start + countBytes + entryBytes * index;
      entries.push({ tag: number(at, 2), at, next });
    }
    start = number(next, wide);
  }
  return { littleEndian, wide, entries };
}

/** Changes one of the tags chosen by their code. */
function tagDamage(
  among: (tag: number) => boolean,
  change: (bytes: Buffer, entry: Entry, form: Form, random: Random) => void,
): Damage {
  return (bytes, random) => {
    const form = formOf(bytes);
    const entries = form.entries.filter(({ tag }) => among(tag));
    if (entries.length > 0) change(bytes, pick(random, entries), form, random);
    return bytes;
  };
}

/** One value, within the entry. */
function setValue(
  bytes: Buffer,
  { at }: Entry,
  { littleEndian, wide }: Form,
  type: number,
  value: number,
): void {
  put(bytes, at + 2, 2, type, littleEndian);
  put(bytes, at + 4, wide, 1, littleEndian);
  put(bytes, at + 4 + wide, wide, 0, littleEndian);
  put(bytes, at + 4 + wide, type === SHORT ? 2 : wide, value, littleEndian);
}

/** A strip at the end of the file, packed as `compression` says, in place of the first. */
const appendedStrip =
  (compression: number, packed: () => Uint8Array): Damage =>
  (bytes) => {
    const form = formOf(bytes);
    const strip = packed();
    for (const entry of form.entries) {
      const value = { 259: compression, 273: bytes.length, 279: strip.length }[entry.tag];
      if (value !== undefined) setValue(bytes, entry, form, LONG, value);
    }
    return Buffer.concat([bytes, strip]);
  };

const damages: Readonly<Record<string, Damage>> = {
  'zero and huge sizes': tagDamage(
    (tag) => SIZES.includes(tag),
    (bytes, entry, form, random) => setValue(bytes, entry, form, LONG, pick(random, EXTREMES)),
  ),
  'a larger page': tagDamage(
    (tag) => SIZES.includes(tag),
    (bytes, entry, form, random) => setValue(bytes, entry, form, LONG, Math.floor(2 ** (1 + 15 * random()))),
  ),
  'strips elsewhere': tagDamage(
    (tag) => PLACES.includes(tag),
    (bytes, entry, form, random) => {
      const value = random() < 0.5 ? pick(random, EXTREMES) : Math.floor(random() * bytes.length);
      setValue(bytes, entry, form, LONG, value);
    },
  ),
  'another code': tagDamage(
    (tag) => tag in CODES,
    (bytes, entry, form, random) => setValue(bytes, entry, form, SHORT, pick(random, CODES[entry.tag])),
  ),
  'counts of values': tagDamage(
    () => true,
    (bytes, { at }, { littleEndian, wide }, random) => {
      put(bytes, at + 4, wide, pick(random, EXTREMES), littleEndian);
    },
  ),
  'types of values': tagDamage(
    () => true,
    (bytes, { at }, { littleEndian }, random) => {
      put(bytes, at + 2, 2, Math.floor(random() * 20), littleEndian);
    },
  ),
  'a tag gone': tagDamage(
    () => true,
    (bytes, { at }, { littleEndian }) => void put(bytes, at, 2, 65000, littleEndian),
  ),
  'a loop of directories': tagDamage(
    () => true,
    (bytes, { next, at }, { littleEndian, wide, entries }, random) => {
      put(bytes, next, wide, pick(random, [8, at, next, entries[0].at - (wide === 8 ? 8 : 2)]), littleEndian);
    },
  ),
  'a deflate bomb': appendedStrip(8, () => deflateSync(new Uint8Array(2 ** 23))),
  'an LZW bomb': appendedStrip(5, () => Buffer.alloc(2 ** 13, 0x80)),
  'a PackBits bomb': appendedStrip(32773, () => Buffer.alloc(2 ** 13, 0x81)),
};

/** Small files of every layout and compression, as tifffile wrote them; each is read page by page. */
export const tiff: HostileFormat = {
  files: () => {
    const { cases } = golden<{ cases: { file: string }[] }>('tiff');
    return cases.map(({ file }) => new Uint8Array(gunzipSync(Buffer.from(file, 'base64'))));
  },
  damages,
  async read(bytes) {
    const file = await tiffInMemory(bytes, 'mutant.tif');
    let decoded = 0;
    for (let page = 0; page < file.pages.length; page++) {
      const { data, shape, channels } = await file.readPage(page);
      if (data.length !== shape[0] * shape[1] * channels) throw new TypeError(`${data.length} of [${shape}]`);
      decoded += data.byteLength;
    }
    return decoded;
  },
  message: /^openTiff: mutant\.tif: .*(offset|tag|page|header).*: got .+; expected ./s,
};
