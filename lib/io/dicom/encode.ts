import { LONG } from './elements';
import { ATTRIBUTES, ITEM, tagText, type Keyword } from './tags';

/** What an attribute holds: text or numbers, bytes, or the items of a sequence. */
export type DicomValue = string | number | readonly (string | number)[] | Uint8Array | readonly DicomItem[];

/** A data set to write. Attributes that are undefined are left out. */
export type DicomItem = { readonly [K in Keyword]?: DicomValue };

/** The most characters of a value. Source: DICOM PS3.5, 6.2. */
const LONGEST: Record<string, number> = { CS: 16, DS: 16, IS: 12, LO: 64, SH: 16, PN: 64, UI: 64, ST: 1024 };

/** A data set as explicit VR little endian, its attributes in the order of their tags; text is UTF-8. */
export function encodeDataSet(item: DicomItem): Buffer {
  const entries = Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .map(([keyword, value]) => [ATTRIBUTES[keyword as Keyword], value as DicomValue] as const);
  entries.sort(([[a]], [[b]]) => a - b);
  return Buffer.concat(entries.map(([[tag, vr], value]) => encodeElement(tag, vr, value)));
}

function encodeElement(tag: number, vr: string, value: DicomValue): Buffer {
  const content = padded(encodeValue(tag, vr, value), vr);
  const header = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  writeTag(header, tag, 0);
  header.write(vr, 4, 'latin1');
  if (LONG.has(vr)) header.writeUInt32LE(content.length, 8);
  else header.writeUInt16LE(content.length, 6);
  return Buffer.concat([header, content]);
}

function encodeValue(tag: number, vr: string, value: DicomValue): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  if (vr === 'SQ') return Buffer.concat((value as readonly DicomItem[]).map(encodeItem));
  const values = (Array.isArray(value) ? value : [value]) as (string | number)[];
  switch (vr) {
    case 'US':
      return numbers(values, 2, (bytes, number, at) => bytes.writeUInt16LE(number, at));
    case 'UL':
      return numbers(values, 4, (bytes, number, at) => bytes.writeUInt32LE(number, at));
    case 'AT':
      return numbers(values, 4, writeTag);
    default:
      return Buffer.from(values.map((one) => text(tag, vr, one)).join('\\'), 'utf8');
  }
}

function numbers(
  values: readonly (string | number)[],
  size: number,
  write: (bytes: Buffer, value: number, at: number) => void,
): Buffer {
  const bytes = Buffer.alloc(values.length * size);
  values.forEach((value, index) => write(bytes, Number(value), index * size));
  return bytes;
}

function writeTag(bytes: Buffer, tag: number, at: number): void {
  bytes.writeUInt16LE(tag >>> 16, at);
  bytes.writeUInt16LE(tag & 0xffff, at + 2);
}

function encodeItem(item: DicomItem): Buffer {
  const content = encodeDataSet(item);
  const header = Buffer.alloc(8);
  writeTag(header, ITEM, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}

function text(tag: number, vr: string, value: string | number): string {
  const written = typeof value === 'number' ? decimal(value) : value;
  const most = LONGEST[vr] ?? Infinity;
  if (written.length > most || written.includes('\\')) {
    throw new RangeError(
      `writeDicomSegmentation: got '${written}' for ${tagText(tag)}; expected at most ${most} characters, no backslash`,
    );
  }
  return written;
}

/** A number in at most 16 characters, with as many digits as fit. */
export function decimal(value: number): string {
  for (let digits = 17; digits > 0; digits--) {
    const written = String(Number(value.toPrecision(digits)));
    if (written.length <= 16) return written;
  }
  return '0';
}

/** Values have an even length: blanks after text, a zero after UIDs and bytes. */
function padded(content: Buffer, vr: string): Buffer {
  if (content.length % 2 === 0) return content;
  const zero = vr === 'UI' || vr === 'OB' || vr === 'OW';
  return Buffer.concat([content, Buffer.from([zero ? 0 : 0x20])]);
}

/** The file around a data set: preamble, "DICM", meta information. Source: DICOM PS3.10 section 7. */
export function encodeFile(meta: DicomItem, dataSet: DicomItem): Buffer {
  const group = encodeDataSet(meta);
  const length = encodeDataSet({ FileMetaInformationGroupLength: group.length });
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), length, group, encodeDataSet(dataSet)]);
}
