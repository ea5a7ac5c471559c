import { encodeFile, type DicomItem } from '../../../lib/io/dicom/encode';
import { EXPLICIT_LITTLE_ENDIAN } from '../../../lib/io/dicom/transfer-syntax';
import type { Samples } from '../../../lib/io/image';

/** A grey image of 2 rows and 3 columns, 16 bits, as a DICOM file; attributes replaced or (undefined) left out. */
export function dicomFile(attributes: DicomItem = {}, syntax = EXPLICIT_LITTLE_ENDIAN): Uint8Array {
  return new Uint8Array(
    encodeFile(
      { TransferSyntaxUID: syntax },
      {
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
        SOPInstanceUID: '1.2.3',
        SeriesInstanceUID: '1.2',
        Modality: 'CT',
        SamplesPerPixel: 1,
        PhotometricInterpretation: 'MONOCHROME2',
        Rows: 2,
        Columns: 3,
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
        PixelRepresentation: 0,
        PixelData: bytesOf(Uint16Array.of(0, 1, 2, 3, 4, 65535)),
        ...attributes,
      },
    ),
  );
}

export function bytesOf({ buffer, byteOffset, byteLength }: Samples): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Pixel data as fragments: an item for the offset table, then one for each, then the delimiter. */
export function fragments(table: readonly number[], parts: readonly Uint8Array[]): Uint8Array {
  const item = (tag: number, content: Uint8Array) => {
    const header = Buffer.alloc(8);
    header.writeUInt16LE(0xfffe, 0);
    header.writeUInt16LE(tag, 2);
    header.writeUInt32LE(content.length, 4);
    return Buffer.concat([header, content]);
  };
  const items = [bytesOf(Uint32Array.from(table)), ...parts].map((part) => item(0xe000, part));
  return Buffer.concat([...items, item(0xe0dd, new Uint8Array())]);
}

/** The file with the length of its pixel data, an OW at the end, made undefined. */
export function withOpenPixels(file: Uint8Array, content: Uint8Array): Uint8Array {
  const bytes = file.slice();
  new DataView(bytes.buffer).setUint32(bytes.length - content.length - 4, 0xffffffff, true);
  return bytes;
}

/** Compressed frames as a file of a transfer syntax. */
export function compressedFile(syntax: string, content: Uint8Array, attributes: DicomItem): Uint8Array {
  return withOpenPixels(dicomFile({ ...attributes, PixelData: content }, syntax), content);
}
