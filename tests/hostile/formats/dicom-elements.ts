/** An attribute of the outermost level, found without the library's parser. */
export interface Attribute {
  tag: number;
  vr: string;
  at: number;
  lengthAt: number;
  lengthBytes: 2 | 4;
  valueAt: number;
  length: number;
}

export interface Anatomy {
  littleEndian: boolean;
  implicit: boolean;
  /** Where the data set begins. */
  start: number;
  attributes: Attribute[];
}

const LONG = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'];
const OPEN = 0xffffffff;

const isCapitals = (bytes: Buffer, at: number) => /^[A-Z]{2}$/.test(bytes.toString('latin1', at, at + 2));

/** The attributes of an undamaged file, as far as they can be walked over: up to one of undefined length. */
export function anatomy(bytes: Buffer): Anatomy {
  const hasMeta = bytes.toString('latin1', 128, 132) === 'DICM';
  let at = hasMeta ? 132 : 0;
  const attributes: Attribute[] = [];
  let [littleEndian, implicit, start] = [true, false, at];
  while (at + 12 <= bytes.length) {
    const inMeta = bytes.readUInt16LE(at) === 2;
    if (!inMeta && (attributes.length === 0 || attributes.at(-1)!.tag >>> 16 === 2)) {
      start = at;
      littleEndian = bytes.readUInt16LE(at) < 0x400;
      implicit = !isCapitals(bytes, at + 4);
    }
    const attribute = attributeAt(bytes, at, inMeta || littleEndian, implicit && !inMeta);
    attributes.push(attribute);
    if (attribute.length === OPEN) break;
    at = attribute.valueAt + attribute.length;
  }
  return { littleEndian, implicit, start, attributes };
}

function attributeAt(bytes: Buffer, at: number, littleEndian: boolean, implicit: boolean): Attribute {
  const short = (place: number) => (littleEndian ? bytes.readUInt16LE(place) : bytes.readUInt16BE(place));
  const long = (place: number) => (littleEndian ? bytes.readUInt32LE(place) : bytes.readUInt32BE(place));
  const tag = short(at) * 0x10000 + short(at + 2);
  if (implicit) {
    return { tag, vr: '', at, lengthAt: at + 4, lengthBytes: 4, valueAt: at + 8, length: long(at + 4) };
  }
  const vr = bytes.toString('latin1', at + 4, at + 6);
  return LONG.includes(vr)
    ? { tag, vr, at, lengthAt: at + 8, lengthBytes: 4, valueAt: at + 12, length: long(at + 8) }
    : { tag, vr, at, lengthAt: at + 6, lengthBytes: 2, valueAt: at + 8, length: short(at + 6) };
}

/** A sequence of undefined lengths within one another, `depth` deep, none of them ended. */
export function nestedSequences(depth: number, { littleEndian, implicit }: Anatomy): Buffer {
  const tag = (group: number, element: number) =>
    littleEndian ? number16(group, element) : number16(group, element).swap16();
  const open = Buffer.alloc(4, 0xff);
  const vr = implicit ? [] : [Buffer.from('SQ\0\0', 'latin1')];
  const level = Buffer.concat([tag(0x0008, 0x1140), ...vr, open, tag(0xfffe, 0xe000), open]);
  return Buffer.alloc(depth * level.length, level);
}

function number16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => bytes.writeUInt16LE(value, 2 * index));
  return bytes;
}
