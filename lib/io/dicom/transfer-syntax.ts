/** How the pixels of a transfer syntax are coded. */
export type PixelCoding = 'native' | 'rle' | 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000';

export interface TransferSyntax {
  name: string;
  implicit: boolean;
  littleEndian: boolean;
  deflated: boolean;
  coding: PixelCoding;
}

export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';
export const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';

const PLAIN = { implicit: false, littleEndian: true, deflated: false } as const;
const compressed = (name: string, coding: PixelCoding): TransferSyntax => ({ name, coding, ...PLAIN });

/** The transfer syntaxes of still images that are read. Source: DICOM PS3.5 section 10 and annex A. */
const SYNTAXES: Record<string, TransferSyntax> = {
  [IMPLICIT_LITTLE_ENDIAN]: { ...PLAIN, name: 'Implicit VR Little Endian', implicit: true, coding: 'native' },
  [EXPLICIT_LITTLE_ENDIAN]: { ...PLAIN, name: 'Explicit VR Little Endian', coding: 'native' },
  [EXPLICIT_BIG_ENDIAN]: {
    ...PLAIN,
    name: 'Explicit VR Big Endian',
    littleEndian: false,
    coding: 'native',
  },
  '1.2.840.10008.1.2.1.99': {
    ...PLAIN,
    name: 'Deflated Explicit VR Little Endian',
    deflated: true,
    coding: 'native',
  },
  '1.2.840.10008.1.2.5': compressed('RLE Lossless', 'rle'),
  [JPEG_BASELINE]: compressed('JPEG Baseline (Process 1)', 'jpeg'),
  '1.2.840.10008.1.2.4.51': compressed('JPEG Extended (Process 2 and 4)', 'jpeg'),
  '1.2.840.10008.1.2.4.57': compressed('JPEG Lossless (Process 14)', 'jpeg-lossless'),
  '1.2.840.10008.1.2.4.70': compressed('JPEG Lossless (Process 14, SV1)', 'jpeg-lossless'),
  '1.2.840.10008.1.2.4.80': compressed('JPEG-LS Lossless', 'jpeg-ls'),
  '1.2.840.10008.1.2.4.81': compressed('JPEG-LS Near-lossless', 'jpeg-ls'),
  '1.2.840.10008.1.2.4.90': compressed('JPEG 2000 Lossless', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.91': compressed('JPEG 2000', 'jpeg-2000'),
};

/** Undefined for one that is not read: its header still is, as explicit VR little endian. */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return Object.hasOwn(SYNTAXES, uid) ? SYNTAXES[uid] : undefined;
}

/** What an error offers in place of a transfer syntax that is not read. */
export function readableSyntaxes(): string {
  return Object.entries(SYNTAXES)
    .map(([uid, { name }]) => `${name} (${uid})`)
    .join(', ');
}
