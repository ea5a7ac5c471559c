import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { EXTREMES, pick, put, replaced, type Damage, type Random } from '../damage';
import { BLIND } from '../mutations';
import { anatomy, nestedSequences, type Anatomy, type Attribute } from './dicom-elements';
import { isFrame, segmentsOf } from './jpeg';

const ROWS = 0x00280010;
const COLUMNS = 0x00280011;
const FRAMES = 0x00280008;
const PIXELS = 0x7fe00010;
const SYNTAX = 0x00020010;
const DEFLATED = '1.2.840.10008.1.2.1.99';
const ITEM_LITTLE = Buffer.from('feff00e0', 'hex');
/** Attributes that say how many pixels there are and how they are stored: SamplesPerPixel to PixelRepresentation. */
const SIZES = [0x00280002, 0x00280006, ROWS, COLUMNS, 0x00280100, 0x00280101, 0x00280102, 0x00280103];
const SIDES = [0, 1, 2, 3, 7, 8, 16, 64, 100, 1000, 5000, 0x7fff, 0x8000, 0xffff];
const COUNTS = ['0', '-1', '1', '2', '1e9', '2147483647', '99999999999', 'NaN', '', '1\\2', '3.5'];
const SYNTAXES = [
  '1.2',
  '1.2.1',
  '1.2.2',
  '1.2.1.99',
  '1.2.5',
  '1.2.4.50',
  '1.2.4.51',
  '1.2.4.57',
  '1.2.4.70',
  '1.2.4.80',
  '1.2.4.90',
  '1.2.4.100',
  '9',
];
const VRS = ['ZZ', 'SQ', 'UN', 'OB', 'US', 'FD', 'UT', 'PN', 'AT', 'OW', '\0\0', 'aa', 'UV'];

type Change = (bytes: Buffer, attribute: Attribute, anatomy: Anatomy, random: Random) => Buffer | void;

/** Changes one of the attributes that `among` lets through. */
function attributeDamage(among: (attribute: Attribute) => boolean, change: Change): Damage {
  return (bytes, random) => {
    const found = anatomy(bytes);
    const attributes = found.attributes.filter(among);
    if (attributes.length === 0) return bytes;
    return change(bytes, pick(random, attributes), found, random) ?? bytes;
  };
}

const inData = ({ tag }: Attribute) => tag >>> 16 !== 2;
const endianOf = ({ tag }: Attribute, { littleEndian }: Anatomy) => tag >>> 16 === 2 || littleEndian;

function setLength(bytes: Buffer, attribute: Attribute, found: Anatomy, length: number): Buffer {
  return put(bytes, attribute.lengthAt, attribute.lengthBytes, length, endianOf(attribute, found));
}

/** Another value, of any length. */
function setText(bytes: Buffer, attribute: Attribute, found: Anatomy, text: string): Buffer {
  const value = Buffer.from(text.length % 2 === 0 ? text : `${text} `, 'latin1');
  setLength(bytes, attribute, found, value.length);
  return replaced(bytes, attribute.valueAt, attribute.valueAt + attribute.length, value);
}

/** Bytes between the attributes, before the pixels. */
const inserted =
  (make: (found: Anatomy, random: Random) => Buffer): Damage =>
  (bytes, random) => {
    const found = anatomy(bytes);
    const { at } = pick(random, found.attributes.filter(inData));
    return replaced(bytes, at, at, make(found, random));
  };

/** A sequence with a length, and what follows. */
const sequence = (length: number, content: Buffer): ((found: Anatomy) => Buffer) => {
  return ({ littleEndian, implicit }) => {
    const header = Buffer.alloc(implicit ? 8 : 12);
    put(header, 0, 2, 0x0008, littleEndian);
    put(header, 2, 2, 0x1140, littleEndian);
    if (!implicit) header.write('SQ', 4, 'latin1');
    put(header, header.length - 4, 4, length, littleEndian);
    return Buffer.concat([header, content]);
  };
};

/** Where compressed frames begin: after the headers of the items of the pixel data. */
function frameStarts(bytes: Buffer): { item: number; at: number }[] {
  const pixels = anatomy(bytes).attributes.find(({ tag }) => tag === PIXELS);
  if (!pixels) return [];
  const starts: { item: number; at: number }[] = [];
  for (let item = bytes.indexOf(ITEM_LITTLE, pixels.valueAt); item >= 0 && starts.length < 20;) {
    if (item + 8 > bytes.length) break;
    starts.push({ item, at: item + 8 });
    item = bytes.indexOf(ITEM_LITTLE, item + 8 + Math.min(bytes.readUInt32LE(item + 4), bytes.length));
  }
  return starts;
}

/** The data set and the compressed frame say the same, which is not so: what gets past the first look at both. */
const largerFrame: Damage = (bytes, random) => {
  const found = anatomy(bytes);
  const sides: Record<number, number> = { [ROWS]: pick(random, SIDES), [COLUMNS]: pick(random, SIDES) };
  for (const { tag, valueAt } of found.attributes) {
    if (tag in sides) put(bytes, valueAt, 2, sides[tag], found.littleEndian);
  }
  for (const { at } of frameStarts(bytes)) {
    const frame = segmentsOf(bytes, at).find(isFrame);
    if (frame) {
      put(bytes, frame.at + 5, 2, sides[ROWS], false);
      put(bytes, frame.at + 7, 2, sides[COLUMNS], false);
    }
    // JPEG 2000: SIZ has the width, the height, their offsets, and the size of a tile.
    if (bytes.subarray(at, at + 4).toString('hex') === 'ff4fff51') {
      put(bytes, at + 8, 4, sides[COLUMNS], false);
      put(bytes, at + 12, 4, sides[ROWS], false);
      put(bytes, at + 24, 4, pick(random, [1, 2, 64, sides[COLUMNS]]), false);
      put(bytes, at + 28, 4, pick(random, [1, 2, 64, sides[ROWS]]), false);
    }
  }
  return bytes;
};

/** A byte of a codestream's marker segments: sizes of tables, numbers of levels and layers, sampling. */
const codestreamHeader: Damage = (bytes, random) => {
  const starts = frameStarts(bytes);
  if (starts.length === 0) return bytes;
  const { at } = pick(random, starts);
  return put(bytes, at + 2 + Math.floor(random() * 120), pick(random, [1, 2]), pick(random, EXTREMES), false);
};

const scanBomb: Damage = (bytes, random) => {
  const starts = frameStarts(bytes);
  if (starts.length === 0) return bytes;
  const { item, at } = starts.at(-1)!;
  const scan = segmentsOf(bytes, at).find(({ marker }) => marker === 0xda);
  if (!scan) return bytes;
  const times = pick(random, [2, 20, 500]);
  const copies = Array<Buffer>(times).fill(bytes.subarray(scan.at, Math.min(scan.end + 40, bytes.length)));
  const other = replaced(bytes, scan.at, scan.at, ...copies);
  return put(other, item + 4, 4, bytes.readUInt32LE(item + 4) + times * copies[0].length);
};

function syntaxOf(bytes: Buffer, { attributes }: Anatomy): string {
  const syntax = attributes.find(({ tag }) => tag === SYNTAX);
  return syntax ? bytes.toString('latin1', syntax.valueAt, syntax.valueAt + DEFLATED.length) : '';
}

/** Damages the data set of a deflated file before it is deflated. */
const deflatedInside: Damage = (bytes, random) => {
  const found = anatomy(bytes);
  const { start } = found;
  if (syntaxOf(bytes, found) !== DEFLATED) return BLIND['flip bits'](bytes, random);
  const meta = bytes.subarray(0, start);
  const data = inflateRawSync(bytes.subarray(start), { finishFlush: constants.Z_SYNC_FLUSH });
  if (random() < 0.2)
    return Buffer.concat([meta, deflateRawSync(Buffer.concat([data, Buffer.alloc(2 ** 23)]))]);
  const damage = pick(random, [...Object.values(PLAIN), ...Object.values(BLIND)]);
  return Buffer.concat([meta, deflateRawSync(damage(Buffer.from(data), random))]);
};

const PLAIN: Readonly<Record<string, Damage>> = {
  'zero and huge sizes': attributeDamage(
    ({ tag }) => SIZES.includes(tag),
    (bytes, { valueAt }, { littleEndian }, random) =>
      put(bytes, valueAt, 2, pick(random, SIDES), littleEndian),
  ),
  'numbers of frames': attributeDamage(
    ({ tag }) => tag === FRAMES,
    (bytes, attribute, found, random) => setText(bytes, attribute, found, pick(random, COUNTS)),
  ),
  'lengths of attributes': attributeDamage(
    () => true,
    (bytes, attribute, found, random) => setLength(bytes, attribute, found, pick(random, EXTREMES)),
  ),
  'another representation': attributeDamage(
    ({ vr }) => vr !== '',
    (bytes, { at }, _, random) => {
      bytes.write(pick(random, VRS), at + 4, 'latin1');
    },
  ),
  'an attribute gone': attributeDamage(
    ({ length }) => length < 0xffffffff,
    (bytes, { at, valueAt, length }) => replaced(bytes, at, valueAt + length),
  ),
  'an attribute twice': attributeDamage(
    ({ length }) => length < 0xffffffff,
    (bytes, { at, valueAt, length }) => replaced(bytes, at, at, bytes.subarray(at, valueAt + length)),
  ),
  'text that is no number': attributeDamage(
    ({ vr, tag }) => vr === 'DS' || vr === 'IS' || tag === FRAMES,
    (bytes, attribute, found, random) =>
      setText(
        bytes,
        attribute,
        found,
        pick(random, ['', 'x', '1e400', '-0', '1\\'.repeat(500), '\0\0', 'Infinity']),
      ),
  ),
  'sequences within sequences': inserted((found, random) =>
    nestedSequences(pick(random, [2, 63, 64, 65, 1000, 100_000]), found),
  ),
  'an empty sequence': inserted((found) => sequence(0, Buffer.alloc(0))(found)),
  'an item with a length beyond the end': inserted((found, random) =>
    sequence(
      pick(random, [8, 16, 0xffffffff, 0x7fffffff]),
      Buffer.concat([
        found.littleEndian ? ITEM_LITTLE : Buffer.from('fffee000', 'hex'),
        Buffer.alloc(4, pick(random, [0, 0x7f, 0xff])),
      ]),
    )(found),
  ),
  'many empty items': inserted((found) => {
    const item = Buffer.concat([
      found.littleEndian ? ITEM_LITTLE : Buffer.from('fffee000', 'hex'),
      Buffer.alloc(4),
    ]);
    return sequence(8 * 20_000, Buffer.alloc(8 * 20_000, item))(found);
  }),
  'zeros at the end': (bytes, random) =>
    Buffer.concat([bytes, Buffer.alloc(pick(random, [1, 7, 8, 9, 1000, 100_000]))]),
};

/** Damages that know where a DICOM file has its lengths, sizes and frames. */
export const dicomDamages: Readonly<Record<string, Damage>> = {
  ...PLAIN,
  'no preamble': (bytes) => bytes.subarray(128),
  'no meta information': (bytes) => bytes.subarray(anatomy(bytes).start),
  'another transfer syntax': attributeDamage(
    ({ tag }) => tag === SYNTAX,
    (bytes, attribute, found, random) =>
      setText(bytes, attribute, found, `1.2.840.10008.${pick(random, SYNTAXES)}`),
  ),
};

/** Damages of compressed frames and of deflated data sets. */
export const compressedDamages: Readonly<Record<string, Damage>> = {
  'a larger frame': largerFrame,
  'parameters of a codestream': codestreamHeader,
  'lengths of fragments': (bytes, random) => {
    const starts = frameStarts(bytes);
    return starts.length > 0 ? put(bytes, pick(random, starts).item + 4, 4, pick(random, EXTREMES)) : bytes;
  },
  'a fragment gone': (bytes, random) => {
    const starts = frameStarts(bytes);
    if (starts.length === 0) return bytes;
    const { item, at } = pick(random, starts);
    return replaced(bytes, item, at + bytes.readUInt32LE(item + 4));
  },
  'scans over again': scanBomb,
  'a damaged deflated data set': deflatedInside,
};

/** A byte of a compressed frame holds at most so many samples, but for frames that are small; as readers have it. */
const SAMPLES_A_BYTE = 256;
const SMALL_FRAME = 2 ** 24;
/** JPEG 2000 computes with numbers of 32 bits. */
const WORKING_BYTES = 4;

/** Beside its pixels a data set takes at most so many bytes; as the reader has it. */
const OTHER_BYTES = 2 ** 24;

/** A deflated data set is unpacked whole, whatever of it are pixels. Of a bomb, what the reader lets it unpack counts. */
function inflatedBytes(deflated: Buffer): number {
  try {
    return inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: OTHER_BYTES })
      .length;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? OTHER_BYTES : 0;
  }
}

/** What the pixels take of which a header tells, as far as the file could hold them. */
export function claimedPixels(file: Uint8Array): number {
  const bytes = Buffer.from(file);
  let found: Anatomy;
  try {
    found = anatomy(bytes);
  } catch {
    return 0;
  }
  if (syntaxOf(bytes, found) === DEFLATED) return inflatedBytes(bytes.subarray(found.start));
  const pixels = found.attributes.find(({ tag }) => tag === PIXELS);
  if (pixels?.length !== 0xffffffff) return 0;
  const number = (wanted: number) => {
    const attribute = found.attributes.find(({ tag }) => tag === wanted);
    if (!attribute || attribute.valueAt + 2 > bytes.length) return 1;
    return found.littleEndian ? bytes.readUInt16LE(attribute.valueAt) : bytes.readUInt16BE(attribute.valueAt);
  };
  const samples = number(ROWS) * number(COLUMNS) * number(0x00280002);
  return Math.min(samples, SMALL_FRAME + SAMPLES_A_BYTE * bytes.length) * WORKING_BYTES;
}
