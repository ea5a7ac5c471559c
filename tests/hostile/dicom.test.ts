import { deflateRawSync } from 'node:zlib';
import { encodeFile } from '../../lib/io/dicom/encode';
import { compressedFile, dicomFile, fragments } from '../io/dicom/dicom-file';
import { anatomy, nestedSequences } from './formats/dicom-elements';
import { growingErrors, presetJpegLs } from './jpeg-ls';
import { testKnownFiles } from './known-files';

const JPEG_LS = '1.2.840.10008.1.2.4.80';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const plain = Buffer.from(dicomFile());
const start = anatomy(plain).start;
const sequence = (hex: string) => Buffer.from(`0800401153510000${hex}`, 'hex');

/** The file with bytes between its meta information and its data set. */
const before = (...bytes: Uint8Array[]) =>
  Buffer.concat([plain.subarray(0, start), ...bytes, plain.subarray(start)]);

/** The file with the length of an attribute replaced. */
function withLength(wanted: number, length: number): Buffer {
  const bytes = Buffer.from(plain);
  const { lengthAt, lengthBytes } = anatomy(bytes).attributes.find(({ tag }) => tag === wanted)!;
  bytes.writeUIntLE(length, lengthAt, lengthBytes);
  return bytes;
}

function jpegLs(frame: Uint8Array, rows: number, columns: number, channels: number): Uint8Array {
  const even = Buffer.concat([frame, Buffer.alloc(frame.length % 2)]);
  return compressedFile(JPEG_LS, fragments([], [even]), {
    ...{ Rows: rows, Columns: columns, SamplesPerPixel: channels },
    ...(channels === 3 ? { PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 } : {}),
  });
}

describe('hostile/dicom', () => {
  testKnownFiles('dicom', [
    // With what there is of their values, as pydicom reads them.
    ['a length past the end', withLength(0x00080016, 0xfff0), 'read'],
    ['pixels whose length is past the end', withLength(0x7fe00010, 0x7ffffff0), 'read'],
    [
      'pixels of which a length past the end hides that some are not there',
      withLength(0x7fe00010, 0x7ffffff0).subarray(0, -2),
      /\(7fe0,0010\) PixelData: got 10 bytes; expected 12/,
    ],
    ['a length of the meta information that is absent', shortMeta(), 'read'],
    ['a length of the meta information past the end', longMeta(), 'read'],
    [
      'sequences within sequences, 100,000 deep',
      before(nestedSequences(100_000, anatomy(plain))),
      /got more than 64 nested sequences/,
    ],
    ['a sequence of length zero', before(sequence('00000000')), 'read'],
    ['a sequence of an item of length zero', before(sequence('08000000'), sequenceItem(0)), 'read'],
    [
      'a sequence whose item is longer than it',
      before(sequence('08000000'), sequenceItem(0x7fffffff)),
      'read',
    ],
    ['100,000 zeros at the end', Buffer.concat([plain, Buffer.alloc(100_000)]), 'read'],
    ['a value representation that is none', before(Buffer.from('080008007a7a0200494d', 'hex')), 'read'],
    [
      'a deflate bomb: 128 MiB of zeros',
      Buffer.concat([
        encodeFile({ TransferSyntaxUID: DEFLATED }, {}),
        deflateRawSync(Buffer.concat([plain.subarray(start), Buffer.alloc(2 ** 27)])),
      ]),
      /\(deflated data set\): got deflate that unpacks to more than/,
    ],
    [
      'a JPEG-LS frame that ends without a marker, within a pixel',
      jpegLs(presetJpegLs(8, 64, [0x80, 0]), 8, 8, 1),
      /frame 0: got a jpeg-ls frame that cannot be decoded \(Invalid JPEG-LS stream/,
    ],
    [
      'a JPEG-LS frame whose errors grow until CharLS never ends',
      jpegLs(growingErrors(8), 8, 1, 3),
      /frame 0: got a jpeg-ls frame that cannot be decoded \(not done in \d+ ms\)/,
    ],
    [
      'a JPEG-LS frame whose RESET is none that CharLS can keep',
      jpegLs(presetJpegLs(8, 256, [0x80, 0, 0, 0, 0, 0, 0xff, 0xd9]), 8, 8, 1),
      /frame 0: got RESET 256 .*; expected at most 255/,
    ],
  ]);
});

/** Without the attribute that holds the length. */
function shortMeta(): Buffer {
  const { at, valueAt, length } = anatomy(plain).attributes[0];
  return Buffer.concat([plain.subarray(0, at), plain.subarray(valueAt + length)]);
}

function longMeta(): Buffer {
  const bytes = Buffer.from(plain);
  bytes.writeUInt32LE(0x7fffffff, anatomy(bytes).attributes[0].valueAt);
  return bytes;
}

function sequenceItem(length: number): Buffer {
  const item = Buffer.from('feff00e000000000', 'hex');
  item.writeUInt32LE(length, 4);
  return item;
}
